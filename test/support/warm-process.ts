// Command lines in a process that is warm already (warm-house.ts): a start of Node, of all modules and of Cedar costs three CPU seconds, and
// most tests are not about it. One such process for each process of tests, begun when the first command line comes.

import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment, type CommandOptions, type CommandResult } from './run-command.ts';
import type { WarmReport, WarmRequest } from './warm-house.ts';

/** One command line: `out` tells of its first output, `end` of its end. */
export interface WarmCommand extends EventEmitter<{ out: []; end: [] }> {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Null while it runs. */
  code(): number | null;
  signal(name: NodeJS.Signals): void;
}

const HOUSE = fileURLToPath(new URL('warm-house.ts', import.meta.url));
/** What bin/interlock gives to Node. */
const NODE_FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--expose-gc',
  '--no-flush-liftoff-code',
  '--max-semi-space-size=8',
  '--no-parallel-scavenge',
];

let house: ChildProcess | null = null;
let commands = 0;
let awaited = 0;

/** Begins it, in an environment of nothing but what is given and a small clean rest. */
export function warmCommand(args: readonly string[], { cwd, env }: Pick<CommandOptions, 'cwd' | 'env'> = {}): WarmCommand {
  const child = (house ??= openHouse());
  const id = (commands += 1);
  const texts = { out: '', err: '' };
  let code: number | null = null;
  const command = Object.assign(new EventEmitter<{ out: []; end: [] }>(), {
    pid: child.pid ?? 0,
    stdout: () => texts.out,
    stderr: () => texts.err,
    code: () => code,
    signal: (name: NodeJS.Signals) => void child.send({ id, signal: name } satisfies WarmRequest),
  });
  const ended = (with_: number): void => {
    code = with_;
    child.off('message', onReport).off('exit', onExit);
    command.emit('end');
  };
  const onReport = (report: WarmReport): void => {
    if (report.id !== id) return;
    if ('code' in report) return ended(report.code);
    if ('err' in report) texts.err += report.err;
    else {
      texts.out += report.out;
      command.emit('out');
    }
  };
  const onExit = (exit: number | null): void => ended(exit ?? 137);
  child.on('message', onReport).on('exit', onExit);
  const request: WarmRequest = { id, args, cwd: cwd ?? process.cwd(), env: { ...cleanEnvironment(), ...env } };
  child.send(request);
  return command;
}

/** Runs one to its end. */
export async function runWarm(args: readonly string[], options: Pick<CommandOptions, 'cwd' | 'env'>): Promise<CommandResult> {
  const command = warmCommand(args, options);
  await awaiting(once(command, 'end'));
  return { code: command.code() ?? 0, stdout: command.stdout(), stderr: command.stderr() };
}

/** The house keeps nobody's process alive, but for as long as something of it is waited for. */
export async function awaiting<T>(work: Promise<T>): Promise<T> {
  const channel = house?.channel;
  if ((awaited += 1) === 1) channel?.ref();
  try {
    return await work;
  } finally {
    if ((awaited -= 1) === 0) channel?.unref();
  }
}

function openHouse(): ChildProcess {
  const child = fork(HOUSE, { execArgv: NODE_FLAGS, env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.setMaxListeners(0);
  child.on('exit', () => (house = null));
  child.unref();
  child.channel?.unref();
  return child;
}
