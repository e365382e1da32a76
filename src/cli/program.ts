// The whole command line: what there is, and how every command ends.

import { Command, CommanderError } from 'commander';
import { registerAgents } from './agents.ts';
import type { Cli } from './cli.ts';
import { registerEnv } from './env.ts';
import { registerExec } from './exec.ts';
import { reportFailure, usage } from './failure.ts';
import { registerBudgets } from './budgets.ts';
import { registerGrants } from './grants.ts';
import { registerLedger } from './ledger.ts';
import { registerMcp } from './mcp.ts';
import { registerPlans } from './plans.ts';
import { registerPolicy } from './policy.ts';
import { registerStart } from './start.ts';
import { registerTickets } from './tickets.ts';
import { registerUsers } from './users.ts';
import { version } from '../version.ts';

/** Runs one command line (without node and script) and gives the exit code. Never throws. */
export async function runProgram(args: readonly string[], cli: Cli): Promise<number> {
  try {
    await program(cli).parseAsync([...args], { from: 'user' });
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

function program(cli: Cli): Command {
  const root = new Command('interlock')
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
  for (const register of [
    registerStart,
    registerExec,
    registerEnv,
    registerMcp,
    registerAgents,
    registerUsers,
    registerPolicy,
    registerTickets,
    registerGrants,
    registerPlans,
    registerBudgets,
    registerLedger,
  ]) {
    register(root, cli);
  }
  return root;
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
