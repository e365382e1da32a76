// A bounded copy of an answer that streams by: held while it may still be whole, and read when it is.

import { contentCodings, decodeBody } from '../http/content-decoder.ts';
import { HeaderList, type RawHeaders } from '../http/headers.ts';
import type { MemoryBudget } from '../http/memory-budget.ts';
import type { Learnt } from '../classify/known.ts';
import type { CopyObservation } from '../providers/observation.ts';

export interface AnswerCopy {
  begin(status: number, headers: RawHeaders): void;
  /** Before the same bytes go to the client, so that what they teach is known to its next request. */
  add(chunk: Buffer): void;
  end(): void;
  /** The answer broke off. */
  cut(): void;
}

/**
 * `onRead` is handed the reading of a whole answer as soon as its last byte is in hand: once, with nothing learnt from one that was not held,
 * and never for a half one.
 */
export function answerCopy(
  observation: CopyObservation,
  budget: MemoryBudget,
  onRead: (reading: Promise<readonly Learnt[]>) => void,
): AnswerCopy {
  let head: { readonly status: number; readonly headers: HeaderList } | null = null;
  let declared = Number.NaN;
  let chunks: Buffer[] = [];
  let size = 0;
  let over = false;

  function drop(): void {
    head = null;
    budget.give(size);
    chunks = [];
    size = 0;
  }

  function read(): void {
    if (over) return;
    over = true;
    if (head === null) {
      onRead(NOTHING);
      return;
    }
    const { status, headers } = head;
    const raw = Buffer.concat(chunks);
    drop();
    onRead(readingOf(observation, status, headers, raw));
  }

  return {
    begin(status, headers) {
      const fields = new HeaderList(headers);
      declared = Number(fields.get('content-length') ?? Number.NaN);
      if (!(declared > observation.limitBytes)) head = { status, headers: fields };
    },
    add(chunk) {
      if (head === null) return;
      // INVARIANT: over the limit nothing is held any more, however long the answer goes on.
      if (size + chunk.length > observation.limitBytes || !taken(budget, chunk.length)) {
        drop();
        return;
      }
      chunks.push(chunk);
      size += chunk.length;
      if (size === declared) read();
    },
    end: read,
    cut() {
      over = true;
      drop();
    },
  };
}

const NOTHING: Promise<readonly Learnt[]> = Promise.resolve([]);

async function readingOf(
  observation: CopyObservation,
  status: number,
  headers: HeaderList,
  raw: Buffer,
): Promise<readonly Learnt[]> {
  const codings = contentCodings(headers.all('content-encoding'));
  if (codings === null) return [];
  const decoded = await decodeBody(raw, codings, observation.limitBytes);
  return 'problem' in decoded ? [] : observation.read({ status, headers, body: decoded.bytes });
}

/** When memory is short nothing is learnt: the answer itself is never held back for that. */
function taken(budget: MemoryBudget, bytes: number): boolean {
  try {
    budget.take(bytes);
    return true;
  } catch {
    return false;
  }
}
