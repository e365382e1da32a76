// Makes what a first start lacks: the starter bundle, one agent and one approver. What is there already is left alone.

import { cpSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.ts';
import type { Operator } from '../serve/operator.ts';
import type { Cli } from './cli.ts';
import { commandName } from './command-name.ts';
import { agentTokenLines, userTokenLines } from './token-notice.ts';

/** The team and group that the starter bundle's refund policies are written for. */
const AGENT = { name: 'support-bot', teams: ['support'] };
const APPROVER = { name: 'approver', groups: ['finance'] };

interface FirstRun {
  /** What `--json` adds to the answer of `start`. */
  readonly json: object;
  readonly lines: readonly string[];
  /** An agent that can be named in an example. */
  readonly agent: string | null;
}

/**
 * One agent and one approver when there are none. Asked of the running gateway, so that a start that fails has made nobody whose
 * token was never shown.
 * INVARIANT: tokens are in the returned lines only, which go to the terminal: never into a log, a file or the ledger.
 */
export async function firstPeople(cli: Cli, config: Config): Promise<FirstRun> {
  await using operator = await cli.connect(config);
  const command = commandName(cli.terminal, config.file);
  const agent = await firstAgent(operator);
  const user = await firstApprover(operator);
  const lines = [
    ...(agent.token === null
      ? []
      : [
          '',
          `Agent ${agent.name} is added (team ${AGENT.teams.join(', ')}).`,
          ...agentTokenLines(config, command, agent.name, agent.token),
        ]),
    ...(user.token === null
      ? []
      : [
          '',
          `User ${user.name} is added (group ${APPROVER.groups.join(', ')}) and decides large refunds.`,
          ...userTokenLines(command, user.token),
        ]),
  ];
  const json = {
    ...(agent.token === null ? {} : { agent: { name: agent.name, token: agent.token } }),
    ...(user.token === null ? {} : { user: { name: user.name, token: user.token } }),
  };
  return { json, lines, agent: agent.name };
}

/** Copies the bundle of this installation (two folders up, from src/cli as from dist/cli) to where there is none. */
export function placeStarterBundle(config: Config): boolean {
  const starter = fileURLToPath(new URL('../../policies', import.meta.url));
  if (existsSync(config.policiesDir) || !existsSync(starter)) return false;
  cpSync(starter, config.policiesDir, { recursive: true });
  return true;
}

/** A known agent without its token, or a new one with it. */
type Named = { readonly name: string; readonly token: string } | { readonly name: string | null; readonly token: null };

async function firstAgent(operator: Operator): Promise<Named> {
  const agents = await operator.listAgents();
  if (agents.length > 0) return { name: agents.find(({ state }) => state === 'active')?.name ?? null, token: null };
  const { agent, token } = await operator.addAgent(AGENT.name, { teams: AGENT.teams, user: null });
  return { name: agent.name, token };
}

async function firstApprover(operator: Operator): Promise<Named> {
  if ((await operator.listUsers()).length > 0) return { name: null, token: null };
  const { user, token } = await operator.addUser(APPROVER.name, { groups: APPROVER.groups });
  return { name: user.name, token };
}
