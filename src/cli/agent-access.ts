// Finds out how an agent reaches the proxy: a fresh session through the control socket, or, from another host, with its token.

import type { SessionGrant } from '../serve/operator.ts';
import { InterlockError } from '../errors.ts';
import type { AgentAccess } from './agent-variables.ts';
import type { Cli } from './cli.ts';
import { type CommonOptions, withOperator } from './common-options.ts';
import { usage } from './failure.ts';
import { remoteAccess } from './remote-access.ts';

export interface AccessOptions extends CommonOptions {
  readonly agent?: string;
  readonly proxy?: string;
  readonly token?: string;
}

/** Throws NOT_RUNNING without a gateway, USAGE when it is open which agent is meant, NAME_UNKNOWN, IDENTITY_REJECTED. */
export async function agentAccess(cli: Cli, options: AccessOptions): Promise<AgentAccess> {
  if (options.proxy !== undefined) return await remote(cli, options, options.proxy);
  if (options.token !== undefined)
    throw usage('--token is for a proxy on another host', 'Give --proxy URL with it, or leave both out.');
  return await withOperator(cli, options, async (operator): Promise<SessionGrant> => {
    if (operator.via === 'local') {
      throw new InterlockError('NOT_RUNNING', 'no gateway is running on this data folder', {
        hint: 'Start it first: interlock start',
      });
    }
    const agent =
      options.agent ?? onlyOne((await operator.listAgents()).filter(({ state }) => state === 'active').map(({ name }) => name));
    return await operator.openSession(agent);
  });
}

async function remote(cli: Cli, options: AccessOptions, proxyUrl: string): Promise<AgentAccess> {
  const token = options.token ?? cli.terminal.env['INTERLOCK_TOKEN'];
  if (token === undefined || token === '')
    throw usage("--proxy needs the agent's token", 'Give it with --token or in INTERLOCK_TOKEN.');
  if (options.agent === undefined) throw usage("--proxy needs the agent's name", 'Give it with --agent NAME.');
  return await remoteAccess({ agent: options.agent, token, proxyUrl, env: cli.terminal.env });
}

function onlyOne(agents: readonly string[]): string {
  const [only, ...others] = agents;
  if (only === undefined) throw usage('there is no agent yet', 'Add one: interlock agents add NAME --team TEAM');
  if (others.length === 0) return only;
  throw usage(
    `there are ${agents.length} agents: say which one`,
    `Give --agent with one of ${agents.slice(0, 10).join(', ')}${agents.length > 10 ? ', …' : ''}.`,
  );
}
