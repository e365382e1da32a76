// `make ledger-scale`: ten million entries: what appending, sealing, seeking, proving and verifying cost, and what they take of disk and memory.
// usage: node bench/ledger-scale.ts [--entries N] [--folder DIR] [--keep] [--skip-append]

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openLedger } from '../src/record/chain.ts';
import type { OpenLedger } from '../src/record/chain.ts';
import { createStatistics } from '../src/record/statistics.ts';
import { type History, openHistory } from '../src/serve/history.ts';
import { appendRequests, SPAN_MS, START_MS } from './scale-load.ts';
import { seekTimes } from './scale-seeks.ts';
import { longestTurn } from './turn-watch.ts';

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '10000000' },
    folder: { type: 'string' },
    keep: { type: 'boolean', default: false },
    'skip-append': { type: 'boolean', default: false },
  },
});
const requests = Math.ceil(Number(values.entries) / 2);
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'interlock-scale-'));
const KEEP_LIVE = 262_144;
const PARTS = 10;

const say = (name: string, figure: string): void => void process.stdout.write(`| ${name} | ${figure} |\n`);
say('what', 'figure');
say('---', '---');
let clockMs = START_MS;
try {
  await using stack = new AsyncDisposableStack();
  const ledger = await openLedger({
    dataDir: folder,
    version: 'bench',
    clock: () => Math.floor(clockMs),
    sealing: { keepLive: KEEP_LIVE, onProblem: (error) => void process.stderr.write(`${String(error)}\n`) },
  });
  stack.defer(() => ledger.close());
  const onProblem = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
  const history = await openHistory({ dataDir: folder, ledger, statistics: createStatistics(), onProblem });
  stack.defer(() => history.close());
  if (!values['skip-append']) await append(ledger, history);
  await seal(ledger);
  for (const [name, figure] of await seekTimes(ledger, history, requests)) say(name, figure);
  await verify(ledger);
  sizes();
  say(
    'load average at the end',
    loadavg()
      .map((each) => each.toFixed(1))
      .join(' '),
  );
} finally {
  if (!values.keep) rmSync(folder, { recursive: true, force: true });
}

async function append(ledger: OpenLedger, history: History): Promise<void> {
  for (let part = 0; part < PARTS; part += 1) {
    const [from, to] = [Math.floor((requests * part) / PARTS), Math.floor((requests * (part + 1)) / PARTS)];
    // The clock goes on with the requests of the part, so that ninety days are spread over all of them.
    const size = ledger.size;
    const tick = setInterval(() => (clockMs = START_MS + (SPAN_MS * ledger.size) / (requests * 2)), 1);
    const began = performance.now();
    const cpu = process.cpuUsage();
    const waited = (await appendRequests(ledger, history.feed, from, to)).toSorted();
    clearInterval(tick);
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const at = (share: number): string => (waited[Math.floor(waited.length * share)] ?? 0).toFixed(1);
    const count = ledger.size - size;
    say(
      `append, entries ${size} to ${ledger.size} (indexed, sealed behind)`,
      `${(count / seconds).toFixed(0)} entries/s, ${((user + system) / count).toFixed(1)} µs CPU an entry, waited p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, RSS ${rss()}`,
    );
  }
  const began = performance.now();
  const behind = ledger.size - history.feed.size;
  while (history.feed.size < ledger.size) await history.feed.settled(1_000);
  say('index behind the chain at the end', `${behind} entries, settled in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

async function seal(ledger: OpenLedger): Promise<void> {
  const watch = longestTurn();
  const before = ledger.archive.list().length;
  const began = performance.now();
  const cpu = process.cpuUsage();
  await ledger.archive.seal();
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const turns = watch.stop();
  const sealed = ledger.archive.list().length - before;
  say('sealed while it was appended to', `${before} segments of 65,536 entries`);
  if (sealed === 0) return;
  const entries = sealed * 65_536;
  say(
    `sealing the ${sealed} segments that were left`,
    `${(entries / seconds).toFixed(0)} entries/s, ${((user + system) / entries).toFixed(1)} µs CPU an entry (all threads), turns of the loop: ${turns}`,
  );
}

async function verify(ledger: OpenLedger): Promise<void> {
  let peak = 0;
  const tick = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 200);
  await sleep(0);
  const began = performance.now();
  const cpu = process.cpuUsage();
  const report = await ledger.verify({});
  clearInterval(tick);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  if (!report.ok) process.exitCode = 1;
  say(
    `verify, all ${report.entries} entries: ${report.ok ? 'the ledger holds' : JSON.stringify(report.firstBad)}`,
    `${(report.entries / ((user + system) / 1e6)).toFixed(0)} entries per CPU second (all threads), ${(report.entries / seconds).toFixed(0)} by the clock, RSS at most ${(peak / 2 ** 20).toFixed(0)} MiB`,
  );
}

function sizes(): void {
  for (const name of ['ledger', 'index', 'segments'])
    say(`disk: ${name}`, `${(bytesOf(join(folder, name)) / 2 ** 20).toFixed(0)} MiB`);
}

function bytesOf(path: string): number {
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
}

function rss(): string {
  return `${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`;
}
