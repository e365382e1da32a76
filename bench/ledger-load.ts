// The load on a ledger: requests whose verdict is waited for and whose outcome is noted, at a steady rate or one after the other on 64 lines.

import { setTimeout as sleep } from 'node:timers/promises';
import type { EntryBody, VerdictBody } from '../src/record/entry.ts';
import type { Receipt } from '../src/record/ledger.ts';
import { outcomeOf, verdictOf } from '../test/record/sample-bodies.ts';

export interface Recorder {
  append(body: EntryBody): Promise<Receipt>;
  note(body: EntryBody): void;
}

export interface Done {
  readonly requests: number;
  readonly seconds: number;
  /** For each verdict, until it was written. */
  readonly waitedMs: readonly number[];
}

type Load = (recorder: Recorder, seconds: number) => Promise<Done>;

const TICK_MS = 2;
const LINES = 64;

/** `rate` requests a second, whether those before are written or not: a ledger that is too slow shows in what they wait. */
export function steadyLoad(rate: number): Load {
  return async (recorder, seconds) => {
    const waitedMs: number[] = [];
    const started = performance.now();
    const open = new Set<Promise<void>>();
    let requests = 0;
    for (let ms = 0; ms < seconds * 1000; ms = performance.now() - started) {
      for (const due = (ms * rate) / 1000; requests < due; requests += 1) {
        const done = request(recorder, requests, waitedMs);
        open.add(done);
        void done.finally(() => open.delete(done));
      }
      await sleep(TICK_MS);
    }
    await Promise.all(open);
    return { requests, seconds: (performance.now() - started) / 1000, waitedMs };
  };
}

export function floodOf(): Load {
  return async (recorder, seconds) => {
    const waitedMs: number[] = [];
    const started = performance.now();
    let requests = 0;
    const line = async (): Promise<void> => {
      while (performance.now() - started < seconds * 1000) await request(recorder, (requests += 1), waitedMs);
    };
    await Promise.all(Array.from({ length: LINES }, line));
    return { requests, seconds: (performance.now() - started) / 1000, waitedMs };
  };
}

async function request(recorder: Recorder, number: number, waitedMs: number[]): Promise<void> {
  const exchange = `x0123456789ab-${number.toString(36)}`;
  const before = performance.now();
  const { entry } = await recorder.append(readOf(exchange, number));
  waitedMs.push(performance.now() - before);
  recorder.note(outcomeOf(exchange, entry));
}

/** A plain read, as the wire writes it. */
function readOf(exchange: string, number: number): VerdictBody {
  const facts = { host: 'api.example.com', method: 'GET', path: `/v1/orders/${number}`, inspected: true };
  const resource = { type: 'Host', id: 'api.example.com' };
  return verdictOf(exchange, {
    actions: [{ action: 'http.read', resource, verdict: 'ALLOW', policies: ['reading'], facts }],
    policies: ['reading'],
    reason: 'reading is free',
  });
}
