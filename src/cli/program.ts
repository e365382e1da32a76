// The whole command line: what there is, and how every command ends.

import { Command, CommanderError } from 'commander';
import type { Cli } from './cli.ts';
import { reportFailure, usage } from './failure.ts';
import { type LoadedCommands, type Register, registerNamed } from './loaded-commands.ts';
import { version } from '../version.ts';

const COMMANDS: LoadedCommands = new Map<string, () => Promise<Register>>([
  ['start', async () => (await import('./start.ts')).registerStart],
  ['exec', async () => (await import('./exec.ts')).registerExec],
  ['env', async () => (await import('./env.ts')).registerEnv],
  ['mcp', async () => (await import('./mcp.ts')).registerMcp],
  ['agents', async () => (await import('./agents.ts')).registerAgents],
  ['users', async () => (await import('./users.ts')).registerUsers],
  ['policy', async () => (await import('./policy.ts')).registerPolicy],
  ['tickets', async () => (await import('./tickets.ts')).registerTickets],
  ['grants', async () => (await import('./grants.ts')).registerGrants],
  ['plans', async () => (await import('./plans.ts')).registerPlans],
  ['budgets', async () => (await import('./budgets.ts')).registerBudgets],
  ['ledger', async () => (await import('./ledger.ts')).registerLedger],
]);

/** Runs one command line (without node and script) and gives the exit code. Never throws. */
export async function runProgram(args: readonly string[], cli: Cli): Promise<number> {
  try {
    const root = rootCommand(cli);
    if (args[0] !== '--version') await registerNamed(COMMANDS, root, cli, args);
    await root.parseAsync([...args], { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return reportFailure(
      cli.terminal,
      showsHelp(error) ? usage('say what to do', 'The commands are above.') : error,
      asksForJson(args),
    );
  }
}

function rootCommand(cli: Cli): Command {
  return new Command('interlock')
    .description('An outbound proxy that judges what an AI agent is about to do, before it leaves.')
    .version(version(), '--version', 'print the version')
    .option('--config <file>', 'configuration file (default: $INTERLOCK_CONFIG, else ./interlock.yaml)')
    .option('--json', 'answer in JSON')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => cli.terminal.out(text),
      writeErr: (text) => cli.terminal.err(text),
      outputError: () => undefined,
    })
    .addHelpText(
      'after',
      '\nExample:\n  $ interlock start --first-run\n  $ interlock exec --agent support-bot -- curl https://example.com/',
    );
}

/** Commander prints the help of a group that was called alone; it is a usage error all the same. */
function showsHelp(error: unknown): boolean {
  return error instanceof CommanderError && error.code === 'commander.help';
}

/** Usage errors come before options are read. What follows `--` is another command's. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).includes('--json');
}
