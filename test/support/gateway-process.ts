// One run of the real `interlock start`: spawned, waited for, and ended gently or not at all gently.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from './run-command.ts';
import { awaiting, warmCommand } from './warm-process.ts';

/** The command under test, as a user would call it. */
export const INTERLOCK_COMMAND = fileURLToPath(new URL('../../bin/interlock', import.meta.url));

export interface GatewayProcess {
  readonly pid: number;
  readonly proxyUrl: string;
  readonly consoleUrl: string;
  readonly caFile: string;
  /** What it wrote to standard error so far: its log. */
  log(): string;
  /** Null while it runs. */
  exitCode(): number | null;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number>;
  /** SIGKILL; resolves when it is gone. */
  kill9(): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

const START_MS = 60_000;

/** The same command in the warm process, beside other gateways: what signals do to it is the same, and nothing can be done to it alone. */
export async function startWarmGateway(configFile: string): Promise<GatewayProcess> {
  const command = warmCommand(['start', '--config', configFile, '--json']);
  const ended = async (): Promise<number> => {
    if (command.code() === null) await awaiting(once(command, 'end'));
    return command.code() ?? 128;
  };
  const first = Promise.race([once(command, 'out'), once(command, 'end')]);
  await awaiting(first);
  if (command.code() !== null) throw new Error(`interlock start ended with code ${command.code()}:\n${command.stderr()}`);
  return {
    pid: command.pid,
    ...parseStarted(command.stdout()),
    log: command.stderr,
    exitCode: command.code,
    stop: async () => {
      command.signal('SIGTERM');
      return ended();
    },
    kill9: () => Promise.reject(new Error('a gateway in the warm process can not be killed alone')),
    signal: command.signal,
  };
}

/** Resolves when `start --json` has printed its one line; throws with its log when it ends or takes too long. */
export async function startGateway(configFile: string, env: Readonly<Record<string, string>> = {}): Promise<GatewayProcess> {
  const child = spawn(INTERLOCK_COMMAND, ['start', '--config', configFile, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...cleanEnvironment(), ...env },
  });
  const log: Buffer[] = [];
  let logBytes = 0;
  child.stderr.on('data', (chunk: Buffer) => {
    logBytes += chunk.length;
    if (logBytes < 4_000_000) log.push(chunk);
  });
  const logText = (): string => Buffer.concat(log).toString('utf8');
  const line = await firstLine(child, logText);
  const started = parseStarted(line);
  child.stdout.resume();
  const { pid } = child;
  if (pid === undefined) throw new Error('the gateway has no process id');
  return {
    pid,
    ...started,
    log: logText,
    exitCode: () => child.exitCode ?? (child.signalCode === null ? null : 137),
    stop: async () => {
      child.kill('SIGTERM');
      return ended(child);
    },
    kill9: async () => {
      child.kill('SIGKILL');
      await ended(child);
    },
    signal: (name) => void child.kill(name),
  };
}

async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? 128;
}

async function firstLine(child: ChildProcess, log: () => string): Promise<string> {
  if (child.stdout === null) throw new Error('the gateway has no standard output');
  const lines = createInterface({ input: child.stdout });
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), START_MS);
  try {
    const [line] = await Promise.race([
      once(lines, 'line', { signal: stop.signal }),
      once(child, 'exit', { signal: stop.signal }).then(() => {
        throw new Error(`interlock start ended with code ${child.exitCode}:\n${log()}`);
      }),
    ]);
    return String(line);
  } catch (error) {
    child.kill('SIGKILL');
    throw stop.signal.aborted ? new Error(`interlock start was not ready in ${START_MS} ms:\n${log()}`) : error;
  } finally {
    clearTimeout(late);
    lines.close();
  }
}

function parseStarted(line: string): { proxyUrl: string; consoleUrl: string; caFile: string } {
  const value: unknown = JSON.parse(line);
  const field = (name: string): string => {
    const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
    if (typeof found !== 'string') throw new Error(`interlock start --json said nothing of ${name}: ${line}`);
    return found;
  };
  return { proxyUrl: field('proxyUrl'), consoleUrl: field('consoleUrl'), caFile: field('caFile') };
}
