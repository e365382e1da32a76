// `make parked`: thousands of refunds wait at once, are approved in any order, and each reaches the vendor exactly once.
// usage: node soak/parked.ts [--count N] [--h2] [--body BYTES]   (progress on standard error, figures on standard output)

import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cpuMicros, residentBytes } from '../bench/process-cpu.ts';
import { startInterlock, type Interlock } from '../test/support/interlock.ts';
import { createThrowawayCa } from '../test/support/throwaway-ca.ts';
import { LEAST_AMOUNT, type Answered, type ClientTask, type Told } from './parked-clients.ts';
import { openDesk, type Desk } from './parked-desk.ts';
import { startCountingOrigin } from './parked-origin.ts';
import { expectFigure, megabytes } from './soak-case.ts';

const AGENTS = 4;
const PROCESSES = 2;
const DECIDED_AT_ONCE = 50;
const IDLE_SECONDS = 10;
/** Of a hundred clients so many hang up while they wait, and ask again once it is approved. */
const LEAVERS_PERCENT = 2;
const MAX_RESIDENT = { http1: 1024 ** 3, http2: 768 * 1024 ** 2 };
/** Of one CPU, in percent, while all wait: the ledger's and the timers' own beat, and V8 tidying up after the opening. */
const MAX_IDLE_PERCENT = 10;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    h2: { type: 'boolean', default: false },
    body: { type: 'string', default: '0' },
  },
});
const count = Number(values.count);

function say(figure: string): void {
  process.stdout.write(`  ${figure}\n`);
}

function progress(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
}

interface Clients extends Disposable {
  readonly answers: Map<number, Answered>;
  tell(refunds: readonly number[], form: (own: readonly number[]) => Told): void;
}

function startClients(interlock: Interlock, agents: readonly string[]): Clients {
  const answers = new Map<number, Answered>();
  const each = Math.ceil(count / PROCESSES);
  const children = Array.from({ length: PROCESSES }, (_, i): ChildProcess => {
    const task: ClientTask = {
      proxyPort: Number(new URL(interlock.gateway.proxyUrl).port),
      caFile: interlock.gateway.caFile,
      agents,
      from: i * each,
      to: Math.min(count, (i + 1) * each),
      http2: values.h2,
      bodyBytes: Number(values.body),
    };
    const child = fork(fileURLToPath(new URL('parked-clients.ts', import.meta.url)), [JSON.stringify(task)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    child.on('message', (batch: readonly Answered[]) => {
      for (const answer of batch) answers.set(answer[0], answer);
    });
    return child;
  });
  return {
    answers,
    tell: (refunds, form) =>
      children.forEach((child, i) => void child.send(form(refunds.filter((refund) => Math.floor(refund / each) === i)))),
    [Symbol.dispose]: () => children.forEach((child) => child.disconnect()),
  };
}

/** Looks every half second until `seen` gives what is awaited. Throws when nothing changes for half a minute. */
async function until(what: string, awaited: number, seen: () => number | Promise<number>): Promise<void> {
  let last = -1;
  for (let still = 0; still < 60; still += 1) {
    const now = await seen();
    if (now === awaited) return;
    if (now !== last) still = 0;
    if (now !== last) progress(`${what}: ${now} of ${awaited}`);
    last = now;
    await delay(500);
  }
  throw new Error(`${what}: ${last} of ${awaited}, and no more came`);
}

async function approveAll(desk: Desk, tickets: ReadonlyMap<number, string>): Promise<Map<number, number>> {
  const decidedMs = new Map<number, number>();
  const rest = shuffled([...tickets]).values();
  const worker = async (): Promise<void> => {
    for (const [refund, ticket] of rest) {
      decidedMs.set(refund, performance.timeOrigin + performance.now());
      if (decidedMs.size % 500 === 0) progress(`approved: ${decidedMs.size} of ${tickets.size}`);
      await desk.approve(ticket);
    }
  };
  await Promise.all(Array.from({ length: DECIDED_AT_ONCE }, worker));
  return decidedMs;
}

function shuffled<T>(all: readonly T[]): T[] {
  const list = all.map((value) => ({ value, at: Math.random() }));
  return list.toSorted((a, b) => a.at - b.at).map(({ value }) => value);
}

function percentile(sorted: readonly number[], part: number): string {
  return `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN).toFixed(0)} ms`;
}

async function run(): Promise<void> {
  await using ca = await createThrowawayCa();
  await using origin = await startCountingOrigin(ca);
  await using interlock = await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'api.stripe.com': origin.address },
    config: {
      approvals: { holdSeconds: 3600 },
      limits: { tickets: 2 * count, ticketsPerAgent: count, connections: 2 * count + 100 },
      log: { level: 'error' },
    },
  });
  const { pid } = interlock.gateway;
  const logins = await Promise.all(
    Array.from({ length: AGENTS }, (_, i) => interlock.addAgent(`support-${i}`, { teams: ['support'] })),
  );
  const agents = logins.map(({ username, token }) => `Basic ${Buffer.from(`${username}:${token}`).toString('base64')}`);
  using desk = openDesk(interlock, await interlock.addUser('finance-desk', ['finance']), DECIDED_AT_ONCE);
  const before = residentBytes(pid);
  const startedMs = performance.now();

  using clients = startClients(interlock, agents);
  await until('parked', count, desk.held);
  say(`${count} parked over ${values.h2 ? 'HTTP/2' : 'HTTP/1.1'} in ${seconds(startedMs)}`);
  const parked = await idle(pid, before);

  const leavers = shuffled(Array.from({ length: count }, (_, refund) => refund)).slice(
    0,
    Math.ceil((count * LEAVERS_PERCENT) / 100),
  );
  clients.tell(leavers, (leave) => ({ leave }));
  await until('held once some hung up', count - leavers.length, desk.held);
  const tickets = await desk.waiting();
  expectFigure(tickets.size === count, `${tickets.size} tickets wait`);
  const approvingMs = performance.now();
  const decidedMs = await approveAll(desk, tickets);
  await until('answered', count - leavers.length, () => clients.answers.size);
  say(`all approved and answered in ${seconds(approvingMs)}`);
  sayLatencies(decidedMs, clients.answers);
  expectFigure(
    leavers.every((refund) => !origin.refunds.has(LEAST_AMOUNT + refund)),
    'a refund went out with nobody there to hear of it',
  );
  clients.tell(leavers, (again) => ({ again }));
  await until('answered to those who came back', count, () => clients.answers.size);
  await delay(2000);
  say(`memory at the end ${megabytes(residentBytes(pid))}; the whole took ${seconds(startedMs)}`);

  const statuses = [...clients.answers.values()].filter(([, status]) => status !== 200);
  const wrong = Array.from({ length: count }, (_, refund) => origin.refunds.get(LEAST_AMOUNT + refund) ?? 0).filter(
    (times) => times !== 1,
  );
  say(
    `${origin.refunds.size} refunds reached the origin, ${wrong.length} of them not exactly once; ${statuses.length} clients heard something else than 200`,
  );
  const report = await interlock.verify();
  expectFigure(statuses.length === 0, `answers: ${JSON.stringify(statuses.slice(0, 5))}`);
  expectFigure(wrong.length === 0 && origin.refunds.size === count, 'each is to be sent exactly once');
  expectFigure(report.ok && report.unfinished === 0, `the chain: ${JSON.stringify(report)}`);
  const most = values.h2 ? MAX_RESIDENT.http2 : MAX_RESIDENT.http1;
  expectFigure(parked.bytes < most, `memory of ${megabytes(parked.bytes)} is more than ${megabytes(most)}`);
  expectFigure(parked.percent < MAX_IDLE_PERCENT, `CPU while parked: ${parked.percent.toFixed(1)} %`);
}

/** Memory and CPU while all wait and nobody does anything. */
async function idle(pid: number, before: number): Promise<{ readonly bytes: number; readonly percent: number }> {
  await delay(3000);
  const cpuBefore = cpuMicros(pid);
  await delay(IDLE_SECONDS * 1000);
  const percent = (cpuMicros(pid) - cpuBefore) / (IDLE_SECONDS * 10_000);
  const bytes = residentBytes(pid);
  say(
    `memory ${megabytes(before)} → ${megabytes(bytes)} while parked (${((bytes - before) / count / 1024).toFixed(1)} KiB each)`,
  );
  say(`CPU while parked and idle: ${percent.toFixed(1)} % of one CPU`);
  return { bytes, percent };
}

function sayLatencies(decidedMs: ReadonlyMap<number, number>, answers: ReadonlyMap<number, Answered>): void {
  const taken = [...answers.values()]
    .map(([refund, , atMs]) => atMs - (decidedMs.get(refund) ?? Number.NaN))
    .toSorted((a, b) => a - b);
  say(`approve → answer: p50 ${percentile(taken, 0.5)}, p99 ${percentile(taken, 0.99)}, most ${percentile(taken, 1)}`);
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}

try {
  await run();
  process.stdout.write('  ✔\n');
} catch (error) {
  process.stdout.write(`  ✘ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
