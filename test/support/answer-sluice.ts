// A model's answer through the sluice, cut where the test says, with the fates that it gives.

import { HeaderList } from '../../src/http/headers.ts';
import { callSluice } from '../../src/observe/call-sluice.ts';
import type { CallFate, CallReader, SeenCall } from '../../src/providers/call-reader.ts';

export interface Passed {
  /** What the client got. */
  readonly text: string;
  readonly bytes: Buffer;
  /** In the order in which they were judged. */
  readonly calls: readonly SeenCall[];
  /** What had gone to the client before the first verdict. */
  readonly beforeVerdict: Buffer;
  readonly withheld: string | null;
  /** Once every byte had come, before the end. */
  readonly heldBytes: number;
}

export const PASS: CallFate = { kind: 'pass' };
export const REFUSED: CallFate = { kind: 'replace', text: 'Interlock: not allowed (policy no-mail; entry 7)' };

/** `cuts`: where the bytes are cut into chunks. */
export async function passAnswer(
  open: (limitBytes: number) => CallReader,
  bytes: Buffer,
  cuts: readonly number[],
  fate: (call: SeenCall) => CallFate,
  limitBytes = 1_000_000,
): Promise<Passed> {
  const given: Buffer[] = [];
  const calls: SeenCall[] = [];
  let beforeVerdict: Buffer | null = null;
  const observation = { kind: 'calls', api: 'test', model: 'm', open: (_head: unknown, limit: number) => open(limit) } as const;
  const rewriter = callSluice(observation, {
    limitBytes,
    async judge(call) {
      beforeVerdict ??= Buffer.concat(given);
      calls.push(call);
      await Promise.resolve();
      return fate(call);
    },
  }).open(
    { status: 200, headers: new HeaderList([]) },
    {
      mayDo: () => Promise.resolve(true),
      learn: () => undefined,
      find: () => undefined,
      say: (said) => given.push(said),
    },
  );
  if (rewriter === null) throw new Error('not opened');
  const places = [0, ...cuts, bytes.length];
  for (let at = 1; at < places.length; at += 1) given.push(await rewriter.push(bytes.subarray(places[at - 1], places[at])));
  const heldBytes = rewriter.heldBytes();
  given.push(await rewriter.end());
  const all = Buffer.concat(given);
  const text = all.toString();
  return { text, bytes: all, calls, beforeVerdict: beforeVerdict ?? all, withheld: rewriter.withheld?.() ?? null, heldBytes };
}
