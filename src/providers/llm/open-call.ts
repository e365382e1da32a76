// One call as an answer tells it bit by bit: what is kept of its arguments, within a bound.

import type { SeenCall } from '../call-reader.ts';

export class OpenCall {
  readonly key: string;
  readonly form: SeenCall['form'];
  /** Two names, or arguments at two places: clients differ on which counts. */
  isSure = true;
  isTooLong = false;
  readonly #limitBytes: number;
  #tool = '';
  #parts: string[] = [];
  #bytes = 0;

  constructor(key: string, form: SeenCall['form'], limitBytes: number) {
    this.key = key;
    this.form = form;
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Some clients take the last name, some put them together. */
  name(tool: string): void {
    if (tool === '') return;
    if (this.#tool !== '') this.isSure = false;
    this.#tool = this.#tool === '' ? tool : this.#tool;
  }

  add(text: string): void {
    if (text === '' || this.isTooLong) return;
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes > this.#limitBytes) {
      // INVARIANT: what is too long takes no memory, however long it goes on.
      this.isTooLong = true;
      this.#parts = [];
      this.#bytes = 0;
    } else this.#parts.push(text);
  }

  get seen(): SeenCall {
    return seenCall(this.key, this.#tool, Buffer.from(this.#parts.join('')), {
      form: this.form,
      isSure: this.isSure,
      limitBytes: this.#limitBytes,
      isTooLong: this.isTooLong,
    });
  }
}

interface Seen {
  readonly form: SeenCall['form'];
  readonly isSure: boolean;
  readonly limitBytes: number;
  readonly isTooLong?: boolean;
}

/** A call without a name is one that nobody can be sure of. */
export function seenCall(
  key: string,
  tool: string,
  args: Buffer,
  { form, isSure, limitBytes, isTooLong = false }: Seen,
): SeenCall {
  const tooLong = isTooLong || args.length > limitBytes;
  return { key, tool, form, sure: isSure && tool !== '', isTooLong: tooLong, arguments: tooLong ? Buffer.alloc(0) : args };
}
