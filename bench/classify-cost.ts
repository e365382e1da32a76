// What recognising and classifying one request costs the thread that does it, without what else runs on the machine.

import { recognise } from '../src/classify/registry.ts';
import type { InspectedBody } from '../src/http/inspected-body.ts';
import type { FixtureRequest } from '../test/support/fixture-request.ts';

/** How long to look: `batches` that take `batchMicros` each, after `warm` runs. */
export interface Patience {
  readonly warm: number;
  readonly batches: number;
  readonly batchMicros: number;
}

/**
 * µs of one recognise and classify: the least of several batches by the clock. They are shorter than a time slice, so that one of them is
 * not interrupted; CPU time is only counted by the tick. Each run gets a body of its own, so nothing remembered of the last one helps.
 */
export function classifyMicros({ view }: FixtureRequest, body: InspectedBody, patience: Patience): number {
  const once = (): void => void recognise(view).classify({ bytes: body.bytes.subarray(), problem: body.problem });
  const first = perRun(once, patience.warm);
  const times = Math.max(1, Math.ceil(patience.batchMicros / Math.max(1, first)));
  return Math.min(...Array.from({ length: patience.batches }, () => perRun(once, times)));
}

function perRun(once: () => void, times: number): number {
  const before = performance.now();
  for (let i = 0; i < times; i += 1) once();
  return ((performance.now() - before) * 1000) / times;
}

/** One classification of a body of any size: how long it holds the event loop, and what came of it. */
export interface Held {
  readonly heldMs: number;
  readonly actions: number;
  /** Every action says that the body was read. */
  readonly inspected: boolean;
}

/** The least of a few tries when the first is dear, since the first also compiles. */
export function holdMs(request: () => FixtureRequest, bytes: Buffer): Held {
  let least = holdOnce(request, bytes);
  for (let tries = 0; tries < 3 && least.heldMs > DEAR_MS; tries += 1) {
    const next = holdOnce(request, bytes);
    if (next.heldMs < least.heldMs) least = next;
  }
  return least;
}

const DEAR_MS = 12;
const cell = new Int32Array(new SharedArrayBuffer(4));

/** CPU ms of this thread. A thread that runs on is only charged at the next tick, so it rests for a moment. */
function cpuMs(): number {
  Atomics.wait(cell, 0, 0, 0.001);
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function holdOnce(request: () => FixtureRequest, bytes: Buffer): Held {
  const before = cpuMs();
  const start = performance.now();
  const { view } = request();
  const recognised = recognise({ ...view, hasBody: true });
  const { actions } = recognised.classify(given(recognised.need, bytes.subarray()));
  const clockMs = performance.now() - start;
  const heldMs = Math.min(clockMs, cpuMs() - before);
  return { heldMs, actions: actions.length, inspected: actions.every((one) => one.facts['inspected'] === true) };
}

function given(need: ReturnType<typeof recognise>['need'], bytes: Buffer): InspectedBody {
  if (need.kind === 'none') return { bytes: Buffer.alloc(0), problem: null };
  const size = need.kind === 'prefix' ? need.measure(bytes) : bytes.length;
  return typeof size === 'number'
    ? { bytes: bytes.subarray(0, size), problem: null }
    : { bytes: Buffer.alloc(0), problem: 'unread' };
}
