// `interlock start`: runs the gateway until a signal ends it.

import type { Command } from 'commander';
import { plainText } from '../record/plain-text.ts';
import type { Cli, RunningGateway } from './cli.ts';
import { commandName } from './command-name.ts';
import { type CommonOptions, configOf, leaf } from './common-options.ts';
import { firstPeople, placeStarterBundle } from './first-run.ts';

interface StartOptions extends CommonOptions {
  readonly firstRun?: boolean;
}

/** What a process that was told to end at once ends with. */
const FORCED = 1;

export function registerStart(program: Command, cli: Cli): void {
  leaf(program, 'start', 'run the gateway', ['start', 'start --first-run --config ./interlock.yaml'])
    .option('--first-run', 'first make what is missing: the starter bundle, an agent and an approver')
    .addHelpText('after', '\nSignals: SIGTERM and SIGINT drain and stop (a second one at once), SIGHUP loads the bundle anew.')
    .action((_: StartOptions, command: Command) => start(cli, command.optsWithGlobals()));
}

async function start(cli: Cli, options: StartOptions): Promise<void> {
  const config = await configOf(cli, options);
  const first = options.firstRun === true;
  if (first && placeStarterBundle(config)) cli.terminal.err(`interlock: the starter bundle is now in ${config.policiesDir}\n`);
  const gateway = await cli.startGateway(config);
  if (config.enforcement === 'monitor') cli.terminal.err(unenforced(config.file));
  // Listening before anything is printed: whoever waits for the line may send a signal at once.
  const stopped = untilStopped(cli, gateway);
  const people = first ? await stopOnFailure(gateway, firstPeople(cli, config)) : { json: {}, lines: [], agent: null };
  const { proxyUrl, consoleUrl, caFile } = gateway;
  const json = { proxyUrl, consoleUrl, caFile, pid: process.pid, ...people.json };
  // One line, so that whoever started it can read it as it comes.
  if (options.json === true) cli.terminal.out(`${JSON.stringify(json)}\n`);
  else
    cli.terminal.out(
      `${[...banner(gateway, commandName(cli.terminal, config.file), people.agent), ...people.lines].join('\n')}\n`,
    );
  await stopped;
}

function unenforced(file: string | null): string {
  const rule = '!'.repeat(78);
  return [
    rule,
    '!!  NOTHING IS ENFORCED. `enforcement: monitor` lets every request out as it came,',
    '!!  whatever its verdict. What would have been is on record.',
    `!!  To enforce: take the line out of ${file ?? 'the configuration'} and start again.`,
    rule,
    '',
  ].join('\n');
}

async function stopOnFailure<T>(gateway: RunningGateway, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}

function banner(gateway: RunningGateway, command: string, agent: string | null): string[] {
  const name = agent ?? 'AGENT';
  return [
    'Interlock is running.',
    `  proxy    ${gateway.proxyUrl}`,
    `  console  ${gateway.consoleUrl}`,
    `  CA       ${gateway.caFile}`,
    '',
    'Point an agent at it, from another terminal:',
    `  ${command} exec --agent ${name} -- curl https://example.com/`,
    `  eval "$(${command} env --agent ${name})"`,
    ...(agent === null ? [`No agent yet? ${command} agents add AGENT --team TEAM`] : []),
    '',
    `What it decided: ${command} ledger tail        What waits: ${command} tickets list`,
  ];
}

/** Resolves when the gateway has stopped. SIGHUP reloads; the first SIGTERM or SIGINT drains, the second does not wait. */
function untilStopped(cli: Cli, gateway: RunningGateway): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let stopping = false;
  const stop = (): void => {
    if (stopping) {
      cli.terminal.err('interlock: told twice: not waiting for what is open.\n');
      cli.exitCode = FORCED;
      resolve();
      return;
    }
    stopping = true;
    cli.terminal.err('interlock: stopping; open exchanges are finished first.\n');
    gateway.stop().then(resolve, reject);
  };
  const reload = (): void => {
    gateway.reload().then(
      () => cli.terminal.err('interlock: the bundle is loaded anew.\n'),
      (error: unknown) => cli.terminal.err(`interlock: the bundle before stays in force: ${messageOf(error)}\n`),
    );
  };
  const listeners = [
    ['SIGTERM', stop],
    ['SIGINT', stop],
    ['SIGHUP', reload],
  ] as const;
  for (const [signal, listener] of listeners) cli.signals.on(signal, listener);
  return promise.finally(() => {
    for (const [signal, listener] of listeners) cli.signals.off(signal, listener);
  });
}

function messageOf(error: unknown): string {
  return plainText(error instanceof Error ? error.message : String(error), 1000);
}
