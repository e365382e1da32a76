// `interlock env`: prints what points a shell at the proxy.

import { type Command, Option } from 'commander';
import { type AccessOptions, agentAccess } from './agent-access.ts';
import { agentVariables } from './agent-variables.ts';
import type { Cli } from './cli.ts';
import { answer, leaf } from './common-options.ts';
import { exportLines, type Shell, SHELLS } from './shell.ts';

interface EnvOptions extends AccessOptions {
  readonly shell: Shell;
}

export function registerEnv(program: Command, cli: Cli): void {
  leaf(program, 'env', 'print the variables that point a shell at the proxy, with a session token', [
    'env --agent support-bot',
    'env --agent support-bot --shell fish | source',
  ])
    .option('--agent <name>', 'the agent (default: the only one there is)')
    .addOption(
      new Option('--shell <shell>', 'whose syntax to print')
        .choices(SHELLS)
        .default(process.platform === 'win32' ? 'powershell' : 'sh'),
    )
    .option('--proxy <url>', 'a gateway on another host; its CA is fetched through it')
    .option('--token <token>', "the agent's token for --proxy (default: $INTERLOCK_TOKEN)")
    .action((_: EnvOptions, command: Command) => env(cli, command.optsWithGlobals()));
}

async function env(cli: Cli, options: EnvOptions): Promise<void> {
  const access = await agentAccess(cli, options);
  const variables = agentVariables(access);
  const { agent, session, username, token } = access;
  answer(cli, options, { agent, session, username, token, variables: Object.fromEntries(variables) }, () =>
    exportLines(options.shell, variables),
  );
}
