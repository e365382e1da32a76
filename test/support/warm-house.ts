// A process in which many command lines run, one after the other or side by side: the modules and the engine are loaded and warm from the
// first on. Each has its own terminal and its own signals, as `src/main.ts` would give them to it.

import { EventEmitter } from 'node:events';
import process from 'node:process';
import { pino } from 'pino';
import type { Cli } from '../../src/cli/cli.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { Config } from '../../src/config/config.ts';

/** What the test's process asks for. */
export type WarmRequest =
  | { readonly id: number; readonly args: readonly string[]; readonly cwd: string; readonly env: NodeJS.ProcessEnv }
  | { readonly id: number; readonly signal: NodeJS.Signals };

/** What it is told, in order; `code` comes last. */
export type WarmReport = { readonly id: number } & (
  | { readonly out: string }
  | { readonly err: string }
  | { readonly code: number }
);

const running = new Map<number, EventEmitter>();

process.on('message', (request: WarmRequest) => {
  if ('signal' in request) running.get(request.id)?.emit(request.signal);
  else void run(request);
});
process.on('disconnect', () => process.exit(0));

async function run({ id, args, cwd, env }: Extract<WarmRequest, { args: unknown }>): Promise<void> {
  const report = (part: { out: string } | { err: string } | { code: number }): void => void process.send?.({ id, ...part });
  const signals = new EventEmitter();
  running.set(id, signals);
  const err = (text: string): void => report({ err: text });
  const cli: Cli = {
    terminal: {
      env,
      cwd,
      out: (text) => report({ out: text }),
      err,
      errIsTerminal: false,
      whenUnread: () => () => undefined, // the test's process reads to the end
      write: (text) => new Promise((resolve) => process.send?.({ id, out: text }, () => resolve(true))),
    },
    signals,
    connect: async (config) => (await import('../../src/serve/connect-operator.ts')).connectOperator(config),
    startGateway: async (config) => (await import('../../src/gateway.ts')).startGateway(config, logTo(err, config)),
    exitCode: 0,
  };
  report({ code: await runProgram(args, cli) });
  running.delete(id);
}

/** As `createLog` of src/gateway-log.ts, but into the terminal of this command line. */
function logTo(write: (line: string) => void, config: Config): pino.Logger {
  return pino({ level: config.log.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}
