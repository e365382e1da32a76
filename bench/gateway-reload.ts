// How long requests wait in a whole gateway while a bundle of 10,000 policies is loaded again by SIGHUP, and what its turns cost meanwhile.
// usage: node bench/gateway-reload.ts [--policies N]

import { readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startInterlock, type Interlock } from '../test/support/interlock.ts';
import { startOrigin } from '../test/support/origin.ts';
import { openTls } from '../test/support/raw-connection.ts';
import { createThrowawayCa } from '../test/support/throwaway-ca.ts';
import { HOST } from './bench-names.ts';
import type { Turns } from './turn-cpu.ts';
import { meteredTurns } from './turn-meter.ts';

const QUIET_MS = 8_000;
/** The files are put aside, and V8 gives back the memory of the thread that checked them. */
const AFTER_MS = 12_000;
const PAUSE_MS = 5;
const TURNS = 'turns.json';
const RELOADED = 'the bundle is loaded anew';
const GIVE_UP_MS = 180_000;
/** What a turn of the event loop may cost while a bundle is loaded. */
const TURN_MS = 5;
const SHOWN = 12;

const { values } = parseArgs({ options: { policies: { type: 'string', default: '10000' } } });

interface Waited {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

await using stack = new AsyncDisposableStack();
const ca = stack.use(await createThrowawayCa('Interlock bench origins'));
const answer = (_: unknown, response: { end(text: string): unknown }): unknown => response.end('ok');
const origin = stack.use(await startOrigin({ leaf: await ca.issue([HOST]), answer }));
const interlock = stack.use(
  await startInterlock({
    hosts: { [HOST]: origin.address },
    caFiles: [ca.certFile],
    policies: policies(Number(values.policies)),
    env: async (dataDir) => meteredTurns(join(dataDir, TURNS)),
  }),
);
const turnsFile = join(interlock.folder, 'data', TURNS);
const times: number[] = [];
const stopped = new AbortController();
const traffic = requests(interlock, times, stopped.signal);
await sleep(2_000);
times.length = 0;
await turnsSoFar();
await sleep(QUIET_MS);
const quiet = waited(times);
const quietTurns = await turnsSoFar();
times.length = 0;
const seconds = await reload(interlock);
const meanwhile = waited(times);
const turns = await turnsSoFar();
times.length = 0;
await sleep(AFTER_MS);
const after = waited(times);
const turnsAfter = await turnsSoFar();
stopped.abort();
await traffic;
say(`load average ${loadText()}`);
say(
  `reload of ${values.policies} policies beside the starter bundle's: ${seconds.toFixed(1)} s from the signal to the new bundle`,
);
tell('meanwhile', meanwhile);
tellTurns(turns);
tell(`in the ${AFTER_MS / 1000} s after it`, after);
tellTurns(turnsAfter);
tell('with nothing loaded', quiet);
tellTurns(quietTurns);
process.exitCode = [...turns.long, ...turnsAfter.long].some(({ cpu }) => cpu > TURN_MS) ? 1 : 0;

/** Of the gateway, since they were last asked for. */
async function turnsSoFar(): Promise<Turns> {
  await rm(turnsFile, { force: true });
  interlock.gateway.signal('SIGUSR2');
  for (;;) {
    await sleep(50);
    const text = await readFile(turnsFile, 'utf8').catch(() => '');
    if (text.endsWith('}')) return JSON.parse(text) as Turns;
  }
}

function tellTurns({ turns: count, long }: Turns): void {
  const over = long.filter(({ cpu }) => cpu > TURN_MS).toSorted((a, b) => b.cpu - a.cpu);
  say(`    ${count} turns of the event loop, ${over.length} of more than ${TURN_MS} ms of CPU${over.length === 0 ? '' : ':'}`);
  for (const { start, end, cpu, faults, gc } of over.slice(0, SHOWN))
    say(
      `      ${cpu.toFixed(1)} ms, ${faults} page faults; by the clock ${(end - start).toFixed(1)} ms, of it ${gc.toFixed(1)} ms collections (at ${(start / 1000).toFixed(2)} s)`,
    );
}

/** Four for each team, none of which is about the host that is asked. */
function policies(count: number): string {
  return Array.from({ length: count }, (_, i) => {
    const [team, host] = [`Team::"t${Math.floor(i / 4)}"`, `Host::"h${Math.floor(i / 4)}.example.com"`];
    const body = [
      `permit(principal in ${team}, action == Action::"http.read", resource) when { context.path like "/v1/*" };`,
      `permit(principal in ${team}, action == Action::"http.write", resource) when { context.path like "/v1/orders/*" };`,
      `forbid(principal, action == Action::"http.read", resource == ${host}) when { context.path like "/admin/*" };`,
      `forbid(principal, action == Action::"http.write", resource == ${host}) when { context.method == "DELETE" };`,
    ][i % 4];
    return `@id("bench-${i}")\n@reason("It is a policy of the bench.")\n${body ?? ''}\n`;
  }).join('\n');
}

/** One after another on one connection, each with a path of its own. A request that is not answered with 200 ends the bench. */
async function requests(gateway: Interlock, into: number[], signal: AbortSignal): Promise<void> {
  const connection = await openTls(gateway, await gateway.addAgent('bench'), `${HOST}:443`);
  for (let next = 0; !signal.aborted; next += 1) {
    const start = performance.now();
    connection.write(`GET /v1/${next} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    const { status } = await connection.answer();
    if (status !== 200) throw new Error(`request ${next} was answered with ${status}`);
    into.push(performance.now() - start);
    await sleep(PAUSE_MS);
  }
  connection.socket.destroy();
}

/** Seconds from the signal until the gateway says that the changed bundle is in force. */
async function reload({ gateway, policiesDir }: Interlock): Promise<number> {
  const file = join(policiesDir, 'e2e.cedar');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"/v1/*"', '"/v2/*"'));
  const start = performance.now();
  gateway.signal('SIGHUP');
  while (!gateway.log().includes(RELOADED)) {
    if (performance.now() - start > GIVE_UP_MS || gateway.exitCode() !== null) throw new Error(`no reload:\n${gateway.log()}`);
    await sleep(50);
  }
  return (performance.now() - start) / 1000;
}

function waited(list: readonly number[]): Waited {
  const sorted = list.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
  return { requests: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

function tell(when: string, { requests: count, p50, p99, max }: Waited): void {
  say(`  ${when}: ${count} requests, median ${p50.toFixed(1)} ms, 99 % ${p99.toFixed(1)} ms, slowest ${max.toFixed(1)} ms`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function loadText(): string {
  return loadavg()
    .map((load) => load.toFixed(1))
    .join(' ');
}
