// `make bench-ledger`: what an entry costs, alone: a verdict that is waited for and an outcome that is not, at a steady rate and as fast as it goes.
// usage: node bench/ledger.ts [--rate REQUESTS] [--seconds N] [--only PART-OF-A-NAME] [--json]

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { type OpenLedger, openLedger } from '../src/record/chain.ts';
import { createStatistics } from '../src/record/statistics.ts';
import { openHistory } from '../src/serve/history.ts';
import type { Durability } from '../src/record/ledger.ts';
import { floodOf, steadyLoad, type Recorder } from './ledger-load.ts';

const TARGET_MICROS = 20;
/** As fast as it goes, so that what runs often is compiled as in a process that has served for a while. */
const WARM_SECONDS = 3;
/** Until LevelDB has merged what that left. */
const SETTLE_MS = 3_000;

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    // One row, in this process: what the ones before left in memory costs the next ones.
    row: { type: 'string' },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);

interface Kind {
  readonly durability: Durability;
  readonly indexed: boolean;
  readonly steady: boolean;
}

interface Row {
  readonly name: string;
  readonly entriesPerSecond: number;
  /** Of the whole process, all threads, without what the load itself takes. */
  readonly cpuMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const YES_OR_NO = [false, true];
const kinds: readonly Kind[] = (['written', 'synced'] as const).flatMap((durability) =>
  YES_OR_NO.flatMap((indexed) => [true, false].map((steady) => ({ durability, indexed, steady }))),
);

if (values.row === undefined) await all();
else process.stdout.write(JSON.stringify(await rowOf(kinds[Number(values.row)])));

async function all(): Promise<void> {
  const rows: Row[] = [];
  for (const [index, kind] of kinds.entries()) {
    if (!nameOf(kind).includes(values.only)) continue;
    const row = await inProcess(index);
    rows.push(row);
    if (!values.json) print(row, rows.length === 1);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  process.exitCode = rows.some(isMissed) ? 1 : 0;
}

async function inProcess(index: number): Promise<Row> {
  const args = [
    ...process.execArgv,
    import.meta.filename,
    '--row',
    String(index),
    '--rate',
    values.rate,
    '--seconds',
    values.seconds,
  ];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  process.stderr.write(stderr);
  const row: Row = JSON.parse(stdout);
  return row;
}

function nameOf({ durability, indexed, steady }: Kind): string {
  return `${durability}${indexed ? ', indexed' : ''}, ${steady ? `${rate} requests/s` : 'as fast as it goes'}`;
}

async function rowOf(kind: Kind | undefined): Promise<Row> {
  if (kind === undefined) throw new Error(`there are rows 0 to ${kinds.length - 1}`);
  const folder = mkdtempSync(join(tmpdir(), 'interlock-ledger-'));
  try {
    await using stack = new AsyncDisposableStack();
    const ledger = await openLedger({ dataDir: folder, version: 'bench' });
    stack.defer(() => ledger.close());
    if (kind.indexed) {
      const onProblem = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
      const history = await openHistory({ dataDir: folder, ledger, statistics: createStatistics(), onProblem });
      stack.defer(() => history.close());
    }
    return await measured(ledger, kind);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(ledger: OpenLedger, kind: Kind): Promise<Row> {
  const recorder: Recorder = { append: (body) => ledger.append(body, kind.durability), note: (body) => ledger.note(body) };
  const load = kind.steady ? steadyLoad(rate) : floodOf();
  await floodOf()(recorder, WARM_SECONDS);
  await ledger.flush();
  await sleep(SETTLE_MS);
  const before = process.cpuUsage();
  const done = await load(recorder, seconds);
  await ledger.flush();
  const { user, system } = process.cpuUsage(before);
  const own = kind.steady ? await loadMicros() : 0;
  const entries = done.requests * 2;
  const times = done.waitedMs.toSorted((a, b) => a - b);
  return {
    name: nameOf(kind),
    entriesPerSecond: entries / done.seconds,
    cpuMicros: (user + system) / entries - own,
    p50Ms: times[Math.floor(times.length / 2)] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
  };
}

/** µs an entry of the load itself: the same bodies at the same rate, to nobody. */
async function loadMicros(): Promise<number> {
  const nobody: Recorder = { append: () => Promise.resolve({ entry: '1' }), note: () => undefined };
  await sleep(SETTLE_MS);
  const before = process.cpuUsage();
  const { requests } = await steadyLoad(rate)(nobody, seconds / 2);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (requests * 2);
}

/** The target is that of the gateway's usual entry: a read, indexed, at a steady rate. */
function isMissed(row: Row): boolean {
  return row.name.startsWith('written, indexed') && row.name.endsWith('/s') && row.cpuMicros > TARGET_MICROS;
}

function print(row: Row, first: boolean): void {
  const load = loadavg()
    .map((each) => each.toFixed(1))
    .join(' ');
  if (first) process.stdout.write(`load average ${load}; a request is two entries; target ${TARGET_MICROS} µs an entry\n\n`);
  process.stdout.write(
    `${row.name.padEnd(42)}${row.entriesPerSecond.toFixed(0).padStart(7)} entries/s${row.cpuMicros.toFixed(1).padStart(7)} µs CPU an entry` +
      `   waited p50 ${row.p50Ms.toFixed(2)} ms, p99 ${row.p99Ms.toFixed(1)} ms${isMissed(row) ? '   MISSED' : ''}\n`,
  );
}
