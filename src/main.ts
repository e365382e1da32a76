// The `interlock` command: hands the process over to the command line and ends with its exit code.

import process from 'node:process';
import type { Cli } from './cli/cli.ts';
import { runProgram } from './cli/program.ts';
import { watchReader } from './cli/reader-watch.ts';

const cli: Cli = {
  terminal: {
    env: process.env,
    cwd: process.cwd(),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    errIsTerminal: process.stderr.isTTY,
    write: (text) => new Promise((resolve) => process.stdout.write(text, (error) => resolve(!error))),
    whenUnread: (onGone) => watchReader(process.stdout.fd, onGone),
  },
  signals: process,
  // Loaded when a command needs them: `--help` is quick, and `agents list` does not start Cedar.
  connect: async (config) => (await import('./serve/connect-operator.ts')).connectOperator(config),
  startGateway: async (config) => (await import('./gateway.ts')).startGateway(config),
  exitCode: 0,
};

// A reader that has gone (`interlock ledger tail | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const code = await runProgram(process.argv.slice(2), cli);
// What was written must be out before the process ends; a pipe is written asynchronously.
process.exitCode = code;
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
process.exit(code);
