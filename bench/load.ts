// One run of mitmload against one peer, with the peer's own CPU time around it.

import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cpuMicros, residentBytes } from './process-cpu.ts';
import type { Scenario } from './scenario.ts';

const run = promisify(execFile);
const SOURCE = fileURLToPath(new URL('./mitmload.c', import.meta.url));
const BUILD = fileURLToPath(new URL('./.build/', import.meta.url));
const PROGRAM = `${BUILD}mitmload`;

export interface Target {
  readonly name: string;
  /** Null: straight to the origin. */
  readonly pid: number | null;
  readonly proxyPort: number;
  /** What CONNECT asks for: 443 where the proxy maps names to the origin, else the origin's own port. */
  readonly port: number;
  /** `Proxy-Authorization`, when the peer wants one. */
  readonly authorization: string | null;
}

export interface Measurement {
  readonly errors: number;
  readonly lastError: string;
  /** Microseconds of the proxy's CPU for one request; null for a direct run. */
  readonly cpuMicros: number | null;
  readonly megabytesPerSecond: number;
  readonly requestsPerSecond: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  readonly residentBytes: number;
}

/** Compiles the load generator when its source is newer. Needs a C compiler and OpenSSL's headers. */
export async function buildLoad(): Promise<void> {
  if (existsSync(PROGRAM) && statSync(PROGRAM).mtimeMs >= statSync(SOURCE).mtimeMs) return;
  await mkdir(BUILD, { recursive: true });
  await run('gcc', ['-O2', '-o', PROGRAM, SOURCE, '-lssl', '-lcrypto', '-lpthread']);
}

/** `first` is the first number that `%d` takes: never twice the same in one bench. */
export async function measure(target: Target, scenario: Scenario, folder: string, first: number): Promise<Measurement> {
  const bodyFile = await writeBody(scenario, folder);
  const args = [
    '127.0.0.1',
    String(target.proxyPort),
    scenario.host,
    String(target.port),
    String(scenario.connections),
    String(scenario.requests),
    scenario.method,
    scenario.path,
    bodyFile,
    target.authorization ?? '-',
    ...(scenario.newConnectionEach ? ['reconnect'] : []),
  ];
  const before = target.pid === null ? 0 : cpuMicros(target.pid);
  const { stdout } = await run(PROGRAM, args, { env: { ...process.env, START: String(first) } });
  const after = target.pid === null ? 0 : cpuMicros(target.pid);
  const said = numbers(stdout);
  const done = said('ok') + said('errors');
  return {
    errors: said('errors'),
    lastError: /"last_error":"([^"]*)"/.exec(stdout)?.[1] ?? '',
    cpuMicros: target.pid === null ? null : (after - before) / Math.max(1, done),
    megabytesPerSecond: said('mbps'),
    requestsPerSecond: said('rps'),
    p50Micros: said('p50_us'),
    p99Micros: said('p99_us'),
    residentBytes: target.pid === null ? 0 : residentBytes(target.pid),
  };
}

async function writeBody(scenario: Scenario, folder: string): Promise<string> {
  if (scenario.body === null) return '-';
  const file = `${folder}/body`;
  await writeFile(file, scenario.body);
  return file;
}

function numbers(json: string): (name: string) => number {
  const value: unknown = JSON.parse(json);
  return (name) => {
    const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
    return typeof found === 'number' ? found : 0;
  };
}
