// Runs unmodified clients as an agent would: with the proxy and CA variables, and nothing else told.

import { fileURLToPath } from 'node:url';
import type { Login } from './interlock.ts';
import { runCommand, type CommandResult } from './run-command.ts';

export interface ClientReport {
  readonly ok: boolean;
  /** What the program gave back; undefined when it failed. */
  readonly result: Readonly<Record<string, unknown>>;
  /** What it threw: name, message and the SDK's own fields. */
  readonly error: Readonly<Record<string, unknown>>;
}

/** A program of `test/e2e/clients` under the pinned Node; `input` becomes its one argument. */
export async function runClient(login: Pick<Login, 'env'>, name: string, input: unknown): Promise<ClientReport> {
  const file = fileURLToPath(new URL(`../e2e/clients/${name}.ts`, import.meta.url));
  const ran = await runCommand(process.execPath, ['--disable-warning=ExperimentalWarning', file, JSON.stringify(input)], {
    env: login.env,
  });
  const line = ran.stdout.trim().split('\n').at(-1) ?? '';
  if (ran.code !== 0 || line === '')
    throw new Error(`the client ${name} ended with code ${ran.code}: ${ran.stderr}${ran.stdout}`);
  return clientReport(JSON.parse(line));
}

/** For programs that make several calls and give back `{ said: […] }`. */
export async function runCalls(login: Pick<Login, 'env'>, name: string, given: unknown): Promise<readonly ClientReport[]> {
  const { ok, result, error } = await runClient(login, name, given);
  if (!ok || !Array.isArray(result['said'])) throw new Error(`the client ${name} failed: ${JSON.stringify(error)}`);
  return result['said'].map(clientReport);
}

function clientReport(said: unknown): ClientReport {
  return { ok: field(said, 'ok') === true, result: asObject(field(said, 'result')), error: asObject(field(said, 'error')) };
}

export interface CurlAnswer extends CommandResult {
  readonly status: number;
  /** The version of HTTP that curl says it spoke with the origin's name: `1.1` or `2`. */
  readonly version: string;
  readonly body: string;
}

/** curl with `-sS`; the body is what it printed. `leave` ends it from outside. */
export async function curl(login: Login, args: readonly string[], leave?: AbortSignal): Promise<CurlAnswer> {
  const ran = await runCommand('curl', ['-sS', '--max-time', '60', '-w', '\n%{http_code} %{http_version}', ...args], {
    env: login.env,
    ...(leave === undefined ? {} : { signal: leave }),
  });
  const cut = ran.stdout.lastIndexOf('\n');
  const [status = '0', version = ''] = ran.stdout.slice(cut + 1).split(' ');
  return { ...ran, status: Number(status), version, body: ran.stdout.slice(0, Math.max(0, cut)) };
}

/** JSON text as an object; empty for anything else. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> {
  return asObject(JSON.parse(text));
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
