// Runs an agent's command as if it had been started by hand: its terminal, its signals, its exit code.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { SignalSource } from './cli.ts';

const PASSED_ON: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGCONT',
  'SIGWINCH',
];
/** A terminal sends these to the whole foreground group: the command has them already. */
const FROM_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT', 'SIGWINCH']);

/** As shells answer: 127 for no such command, 126 for one that can't be run. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

export interface ChildOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly signals: SignalSource;
  /** Whether a terminal is attached, which then sends its own signals to the command. */
  readonly terminal: boolean;
}

interface ChildEnd {
  readonly exitCode: number;
  /** Why the command did not even start, for people. */
  readonly problem: string | null;
}

/** Resolves when the command ended; one that a signal ended has the exit code 128 + its number, as in a shell. */
export async function runChild(command: string, args: readonly string[], options: ChildOptions): Promise<ChildEnd> {
  const child = spawn(command, [...args], { stdio: 'inherit', env: options.env, cwd: options.cwd });
  const listeners = PASSED_ON.map((signal) => {
    const listener = (): void => {
      if (!(options.terminal && FROM_TERMINAL.has(signal))) child.kill(signal);
    };
    options.signals.on(signal, listener);
    return { signal, listener };
  });
  try {
    return await new Promise<ChildEnd>((resolve) => {
      child.once('error', (error) => resolve(notStarted(command, error)));
      child.once('exit', (code, signal) =>
        resolve({ exitCode: signal === null ? (code ?? 0) : 128 + constants.signals[signal], problem: null }),
      );
    });
  } finally {
    for (const { signal, listener } of listeners) options.signals.off(signal, listener);
  }
}

function notStarted(command: string, error: Error): ChildEnd {
  const missing = 'code' in error && error.code === 'ENOENT';
  return missing
    ? { exitCode: NOT_FOUND, problem: `no such command: ${command}` }
    : { exitCode: NOT_EXECUTABLE, problem: `cannot run ${command}: ${error.message}` };
}
