// `interlock agents`: who may use the proxy.

import type { Command } from 'commander';
import type { AgentView } from '../serve/operator.ts';
import type { Cli } from './cli.ts';
import { commandName } from './command-name.ts';
import { answer, type CommonOptions, group, leaf, listed, withOperator } from './common-options.ts';
import { table } from './table.ts';
import { agentTokenLines } from './token-notice.ts';

interface AddOptions extends CommonOptions {
  readonly team?: readonly string[];
  readonly user?: string;
}

export function registerAgents(program: Command, cli: Cli): void {
  const agents = group(program, 'agents', 'add, list, rotate and revoke agents', 'agents add support-bot --team support');
  leaf(agents, 'add <name>', 'add an agent and show its token, once', [
    'agents add support-bot --team support',
    'agents add build-bot --team engineering --user alex',
  ])
    .option('--team <team>', 'team it belongs to (may be repeated)', listed)
    .option('--user <user>', 'user on whose behalf it acts')
    .action((name: string, _: AddOptions, command: Command) => add(cli, name, command.optsWithGlobals()));
  leaf(agents, 'list', 'list the agents', ['agents list --json']).action((_: CommonOptions, command: Command) =>
    list(cli, command.optsWithGlobals()),
  );
  leaf(agents, 'rotate <name>', 'give an agent a new token; the old one fails at once', ['agents rotate support-bot']).action(
    (name: string, _: CommonOptions, command: Command) => rotate(cli, name, command.optsWithGlobals()),
  );
  leaf(agents, 'revoke <name>', 'revoke an agent; its next request fails', ['agents revoke support-bot']).action(
    (name: string, _: CommonOptions, command: Command) => revoke(cli, name, command.optsWithGlobals()),
  );
}

async function add(cli: Cli, name: string, options: AddOptions): Promise<void> {
  await withOperator(cli, options, async (operator, config) => {
    const { agent, token } = await operator.addAgent(name, { teams: options.team ?? [], user: options.user ?? null });
    answer(cli, options, { ...agent, token }, () => [
      `Agent ${agent.name} is added${described(agent)}.`,
      ...agentTokenLines(config, commandName(cli.terminal, config.file), agent.name, token),
    ]);
  });
}

async function list(cli: Cli, options: CommonOptions): Promise<void> {
  const agents = await withOperator(cli, options, (operator) => operator.listAgents());
  answer(cli, options, agents, () =>
    agents.length === 0
      ? ['No agents yet. Add one: interlock agents add NAME --team TEAM']
      : table(
          ['NAME', 'STATE', 'TEAMS', 'USER', 'SINCE'],
          agents.map((agent) => [agent.name, agent.state, agent.teams.join(','), agent.user ?? '', agent.createdAt]),
        ),
  );
}

async function rotate(cli: Cli, name: string, options: CommonOptions): Promise<void> {
  await withOperator(cli, options, async (operator, config) => {
    const { agent, token } = await operator.rotateAgent(name);
    answer(cli, options, { ...agent, token }, () => [
      `Agent ${agent.name} has a new token; the old one and its sessions no longer work.`,
      ...agentTokenLines(config, commandName(cli.terminal, config.file), agent.name, token),
    ]);
  });
}

async function revoke(cli: Cli, name: string, options: CommonOptions): Promise<void> {
  const agent = await withOperator(cli, options, (operator) => operator.revokeAgent(name));
  answer(cli, options, agent, () => [`Agent ${agent.name} is revoked; its next request fails.`]);
}

function described(agent: AgentView): string {
  const parts = [
    ...(agent.teams.length === 0 ? [] : [`team ${agent.teams.join(', ')}`]),
    ...(agent.user === null ? [] : [`acting for ${agent.user}`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}
