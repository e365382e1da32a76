// What a new bundle does to the thread that decides: each piece of it by itself, and all of them between requests.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { deserialize, serialize } from 'node:v8';
import type { Bundle } from '../src/decide/bundle.ts';
import type { BundleFiles } from '../src/decide/bundle-files.ts';
import { assemble, headOf, piecesOf } from '../src/decide/bundle-parcel.ts';
import { createEngineSlots } from '../src/decide/engine-slots.ts';
import { createJudge } from '../src/decide/judge-engine.ts';
import { sliceTexts } from '../src/decide/slices.ts';
import { askerOf, NOBODY, requestTo, wideBundle } from './wide-bundle.ts';

/** The longest of the pieces, each in the best of five rounds, so that a neighbour's turn is not counted. ms. */
export interface Pieces {
  /** A set into the engine. */
  readonly preparsedMs: number;
  /** A message of the thread that checked. */
  readonly readMs: number;
}

const ROUNDS = 5;

export function longestPieces(bundle: Bundle): Pieces {
  const slots = createEngineSlots();
  const texts = sliceTexts(bundle.slices);
  return {
    preparsedMs: longestOf(() => {
      // The same set again would be found where it is.
      const preparation = slots.begin(texts.map((set) => ({ ...set })));
      const times = [];
      for (let done = false; !done; ) {
        const start = performance.now();
        done = preparation.step(0);
        times.push(performance.now() - start);
      }
      slots.activate(preparation.generation);
      return times;
    }),
    readMs: longestOf(() => {
      const sent = [...piecesOf(bundle)].map((piece) => serialize(piece));
      const assembly = assemble(headOf(bundle));
      return sent.map((bytes) => {
        const start = performance.now();
        assembly.add(deserialize(bytes));
        return performance.now() - start;
      });
    }),
  };
}

function longestOf(round: () => readonly number[]): number {
  const [first = [], ...more] = Array.from({ length: ROUNDS }, round);
  return Math.max(...first.map((ms, i) => Math.min(ms, ...more.map((times) => times[i] ?? ms))));
}

/** How long the event loop was held, ms. */
interface Held {
  readonly max: number;
  readonly p999: number;
  /** CPU ms of this thread in one turn at most; up to 4 ms of it may be the turn before, since a thread that runs on is charged at the tick. */
  readonly cpu: number;
}

export interface Reloaded {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly decided: number;
  readonly longest: Held;
  /** Under the same traffic, with nothing loaded. */
  readonly quiet: Held;
}

const QUIET_MS = 8_000;
const TEAMS = 20;

/** A decision each millisecond, not one of them remembered, while a whole bundle is loaded again. */
export async function reloadUnderTraffic(policies: number): Promise<Reloaded> {
  const directory = mkdtempSync(join(tmpdir(), 'interlock-bench-'));
  const files = wideBundle(policies);
  writeBundle(directory, files);
  const judge = await createJudge({ policiesDir: directory, directory: NOBODY });
  let decided = 0;
  let turn = cpuSeconds();
  let longestTurn = 0;
  const traffic = setInterval(() => {
    decided += 1;
    const now = cpuSeconds();
    longestTurn = Math.max(longestTurn, now - turn);
    turn = now;
    judge.judge(askerOf(decided % TEAMS), [requestTo(decided % TEAMS, 'http.read', `/v1/${decided}`)]);
  }, 1);
  try {
    await sleep(2_000);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await sleep(QUIET_MS);
    const quiet = { ...heldOf(delay), cpu: longestTurn * 1000 };
    longestTurn = 0;
    const [name, text] = [...files.policies][0] ?? ['', ''];
    writeFileSync(join(directory, name), `${text}// changed\n`);
    delay.reset();
    const [start, cpu, first] = [performance.now(), cpuSeconds(), decided];
    await judge.reload();
    const seconds = (performance.now() - start) / 1000;
    return {
      seconds,
      cpuSeconds: cpuSeconds() - cpu,
      decided: decided - first,
      longest: { ...heldOf(delay), cpu: longestTurn * 1000 },
      quiet,
    };
  } finally {
    clearInterval(traffic);
    rmSync(directory, { recursive: true, force: true });
  }
}

function writeBundle(directory: string, files: BundleFiles): void {
  writeFileSync(join(directory, 'schema.cedarschema'), files.schema);
  writeFileSync(join(directory, 'entities.json'), files.entities);
  writeFileSync(join(directory, 'constraints.yaml'), files.constraints);
  for (const [name, text] of files.policies) writeFileSync(join(directory, name), text);
}

function heldOf(delay: { readonly max: number; percentile(percent: number): number }): Pick<Held, 'max' | 'p999'> {
  return { max: delay.max / 1e6, p999: delay.percentile(99.9) / 1e6 };
}

function cpuSeconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
}

async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
