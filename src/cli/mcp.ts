// `interlock mcp`: the questions of an agent as tools, over MCP.

import type { Command } from 'commander';
import { AskError, Interlock } from '../client/interlock.ts';
import { type AccessOptions, agentAccess } from './agent-access.ts';
import type { Cli } from './cli.ts';
import { leaf } from './common-options.ts';
import { usage } from './failure.ts';
import { proxyUrlFor } from './proxy-url.ts';

interface McpOptions extends AccessOptions {
  readonly http?: string;
}

export function registerMcp(program: Command, cli: Cli): void {
  leaf(program, 'mcp', 'let an agent ask before it acts, with tools over MCP (standard input and output)', [
    'exec --agent support-bot -- interlock mcp',
    'mcp --proxy http://gateway.example:8080 --agent support-bot --token TOKEN',
    'mcp --agent support-bot --http 127.0.0.1:7800',
  ])
    .option('--http <address>', 'serve Streamable HTTP there instead, at /mcp: 127.0.0.1:PORT or [::1]:PORT')
    .option('--agent <name>', 'the agent that asks (default: the one whose token is in HTTPS_PROXY)')
    .option('--proxy <url>', 'a gateway on another host')
    .option('--token <token>', "the agent's token for --proxy (default: $INTERLOCK_TOKEN)")
    .addHelpText(
      'after',
      '\nTools: check_action, what_may_i_do, explain_refusal, ticket_status, request_approval, submit_plan, plan_status, end_plan. See docs/asking.md.',
    )
    .action((_: McpOptions, self: Command) => serve(cli, self.optsWithGlobals()));
}

async function serve(cli: Cli, options: McpOptions): Promise<void> {
  // Loaded when it is needed: the SDK takes a quarter of a second.
  const { loopbackAddress } = await import('../mcp-server/loopback.ts');
  const address = options.http === undefined ? null : loopbackAddress(options.http);
  if (options.http !== undefined && address === null)
    throw usage(
      '--http is not an address of this machine alone',
      'Give 127.0.0.1:PORT or [::1]:PORT: whoever reaches it asks in the name of the agent.',
    );
  const interlock = asker(await proxyOf(cli, options));
  const { createTools } = await import('../mcp-server/tools.ts');
  await untilSignal(cli, async (stop) => {
    if (address === null) {
      const { serveStdio } = await import('../mcp-server/stdio-session.ts');
      await serveStdio(createTools(interlock), process.stdin, process.stdout, stop);
      return;
    }
    const { serveHttp } = await import('../mcp-server/http-door.ts');
    const { url, close } = await serveHttp(address, () => createTools(interlock));
    cli.terminal.out(
      options.json === true ? `${JSON.stringify({ url, pid: process.pid })}\n` : `Interlock's tools are at ${url}\n`,
    );
    await aborted(stop);
    await close();
  });
}

/** Options first; without any the environment's own, as `interlock exec` sets it. */
async function proxyOf(cli: Cli, options: McpOptions): Promise<string> {
  const { env } = cli.terminal;
  if ([options.agent, options.proxy, options.token].some((one) => one !== undefined)) {
    const { proxyUrl, username, token } = await agentAccess(cli, options);
    return proxyUrlFor(proxyUrl, username, token);
  }
  const own = env['HTTPS_PROXY'] ?? env['https_proxy'] ?? '';
  if (own !== '') return own;
  throw usage(
    'it is open which gateway to ask: HTTPS_PROXY is not set',
    'Give --agent NAME, or --proxy URL with --agent and --token, or start it below `interlock exec`.',
  );
}

function asker(proxyUrl: string): Interlock {
  try {
    return new Interlock({ proxyUrl });
  } catch (error) {
    if (error instanceof AskError) throw usage(error.message, 'It should be as `interlock env` prints it.');
    throw error;
  }
}

async function untilSignal(cli: Cli, work: (stop: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  cli.signals.on('SIGTERM', end);
  cli.signals.on('SIGINT', end);
  try {
    await work(stop.signal);
  } finally {
    cli.signals.off('SIGTERM', end);
    cli.signals.off('SIGINT', end);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
