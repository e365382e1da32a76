// `interlock exec`: runs a command as an agent.

import type { Command } from 'commander';
import { type AccessOptions, agentAccess } from './agent-access.ts';
import { agentEnvironment, agentVariables } from './agent-variables.ts';
import type { Cli } from './cli.ts';
import { leaf } from './common-options.ts';
import { runChild } from './run-child.ts';

export function registerExec(program: Command, cli: Cli): void {
  leaf(program, 'exec', 'run a command as an agent, through the proxy, in a session of its own', [
    'exec --agent support-bot -- curl https://example.com/',
    'exec --proxy http://gateway.example:8080 --agent support-bot --token TOKEN -- git fetch',
  ])
    .argument('<command...>', 'the command and its arguments, best after --')
    .option('--agent <name>', 'the agent (default: the only one there is)')
    .option('--proxy <url>', 'a gateway on another host; its CA is fetched through it')
    .option('--token <token>', "the agent's token for --proxy (default: $INTERLOCK_TOKEN)")
    .passThroughOptions()
    .action((command: readonly string[], _: AccessOptions, self: Command) => exec(cli, command, self.optsWithGlobals()));
}

async function exec(cli: Cli, [command = '', ...args]: readonly string[], options: AccessOptions): Promise<void> {
  const { env, cwd } = cli.terminal;
  const access = await agentAccess(cli, options);
  const environment = agentEnvironment(env, agentVariables(access));
  const end = await runChild(command, args, { env: environment, cwd, signals: cli.signals, terminal: process.stdin.isTTY });
  if (end.problem !== null) cli.terminal.err(`interlock: ${end.problem}\n`);
  cli.exitCode = end.exitCode;
}
