// `make bench-ledger`: what an entry costs, alone: a verdict that is waited for and an outcome that is not, at a steady rate and as fast as it goes.
// usage: node bench/ledger.ts [--rate REQUESTS] [--seconds N] [--json]

import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type OpenLedger, openLedger } from '../src/record/chain.ts';
import { createStatistics } from '../src/record/statistics.ts';
import { openHistory } from '../src/serve/history.ts';
import type { Durability } from '../src/record/ledger.ts';
import { floodOf, steadyLoad, type Recorder } from './ledger-load.ts';

const TARGET_MICROS = 20;
const WARM_SECONDS = 2;

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);

interface Row {
  readonly name: string;
  readonly entriesPerSecond: number;
  /** Of the whole process, all threads, without what the load itself takes. */
  readonly cpuMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const rows: Row[] = [];
for (const durability of ['written', 'synced'] as const)
  for (const indexed of [false, true]) {
    rows.push(await rowOf(durability, indexed, 'steady'));
    rows.push(await rowOf(durability, indexed, 'flood'));
  }
if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
else print();
process.exitCode = rows.some(isMissed) ? 1 : 0;

async function rowOf(durability: Durability, indexed: boolean, how: 'steady' | 'flood'): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-ledger-'));
  try {
    await using stack = new AsyncDisposableStack();
    const ledger = await openLedger({ dataDir: folder, version: 'bench' });
    stack.defer(() => ledger.close());
    if (indexed) {
      const onProblem = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
      const history = await openHistory({ dataDir: folder, ledger, statistics: createStatistics(), onProblem });
      stack.defer(() => history.close());
    }
    return await measured(ledger, durability, indexed, how);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(ledger: OpenLedger, durability: Durability, indexed: boolean, how: 'steady' | 'flood'): Promise<Row> {
  const recorder: Recorder = { append: (body) => ledger.append(body, durability), note: (body) => ledger.note(body) };
  const load = how === 'steady' ? steadyLoad(rate) : floodOf();
  await load(recorder, WARM_SECONDS);
  const before = process.cpuUsage();
  const done = await load(recorder, seconds);
  await ledger.flush();
  const { user, system } = process.cpuUsage(before);
  const own = how === 'steady' ? await loadMicros() : 0;
  const entries = done.requests * 2;
  const times = done.waitedMs.toSorted((a, b) => a - b);
  return {
    name: `${durability}${indexed ? ', indexed' : ''}, ${how === 'steady' ? `${rate} requests/s` : 'as fast as it goes'}`,
    entriesPerSecond: entries / done.seconds,
    cpuMicros: (user + system) / entries - own,
    p50Ms: times[Math.floor(times.length / 2)] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
  };
}

/** µs an entry of the load itself: the same bodies at the same rate, to nobody. */
async function loadMicros(): Promise<number> {
  const nobody: Recorder = { append: () => Promise.resolve({ entry: '1' }), note: () => undefined };
  const before = process.cpuUsage();
  const { requests } = await steadyLoad(rate)(nobody, WARM_SECONDS);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (requests * 2);
}

/** The target is that of the gateway's usual entry: a read, indexed, at a steady rate. */
function isMissed(row: Row): boolean {
  return row.name.startsWith('written, indexed') && row.name.endsWith('/s') && row.cpuMicros > TARGET_MICROS;
}

function print(): void {
  const load = loadavg()
    .map((each) => each.toFixed(1))
    .join(' ');
  process.stdout.write(`load average ${load}; a request is two entries; target ${TARGET_MICROS} µs an entry\n\n`);
  for (const row of rows)
    process.stdout.write(
      `${row.name.padEnd(42)}${row.entriesPerSecond.toFixed(0).padStart(7)} entries/s${row.cpuMicros.toFixed(1).padStart(7)} µs CPU an entry` +
        `   waited p50 ${row.p50Ms.toFixed(2)} ms, p99 ${row.p99Ms.toFixed(1)} ms${isMissed(row) ? '   MISSED' : ''}\n`,
    );
}
