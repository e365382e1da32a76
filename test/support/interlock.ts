// A whole Interlock for one test: its own folder, configuration and bundle, the real command, and everything gone afterwards.

import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { agentVariables } from '../../src/cli/agent-variables.ts';
import { startGateway, startWarmGateway, INTERLOCK_COMMAND, type GatewayProcess } from './gateway-process.ts';
import { runCommand, type CommandResult } from './run-command.ts';
import { runWarm } from './warm-process.ts';
import type { Entry, EntryBody } from '../../src/record/entry.ts';
import type { Ticket } from '../../src/approve/ticket.ts';
import { createControlClient } from '../../src/serve/control-client.ts';
import { controlSocketPath } from '../../src/serve/control-socket.ts';
import type { Operator } from '../../src/serve/operator.ts';
import type { VerifyReport } from '../../src/record/verify-report.ts';

export interface InterlockOptions {
  /** Name (or `name:port`) to the local address where it really is. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Roots that the upstream side trusts. */
  readonly caFiles: readonly string[];
  /** Cedar text added to the starter bundle. */
  readonly policies?: string;
  /** Added to the starter bundle's schema. */
  readonly schema?: string;
  /** Entities added to the starter bundle's. */
  readonly entities?: readonly unknown[];
  /** Instead of the starter bundle's constraints.yaml. */
  readonly constraints?: string;
  /** The bundle's tools.yaml. */
  readonly tools?: string;
  /** The bundle's budgets.yaml. */
  readonly budgets?: string;
  /** Laid over the configuration, section by section. */
  readonly config?: Readonly<Record<string, unknown>>;
  /**
   * The gateway runs in the warm process, with the others of this test's process: a start costs a fifth. Not for a test that kills its
   * gateway, starts it again, or looks at its process.
   */
  readonly warm?: boolean;
  /** Variables for the gateway's process, by its data folder. */
  readonly env?: (dataDir: string) => Promise<Readonly<Record<string, string>>>;
}

/** `warm`: what comes after a stop or a kill runs in the warm process. Another process than before it is in any case. */
export type StartOptions = Pick<InterlockOptions, 'warm'>;

export interface Login {
  readonly username: string;
  readonly token: string;
  /** Proxy and CA variables for a client that acts as this agent. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Interlock extends AsyncDisposable {
  readonly folder: string;
  readonly configFile: string;
  readonly policiesDir: string;
  /** The present run; a restart brings a new one, with new ports. */
  readonly gateway: GatewayProcess;
  /** The control socket of the running gateway. The CLI does its work over it, so where the CLI is not what is tried, this is quicker. */
  readonly operator: Operator;
  /** The CLI with this configuration, in the warm process. */
  cli(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CommandResult>;
  /** The CLI as an operator calls it: bin/interlock, in a process of its own. */
  command(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CommandResult>;
  /** The CLI's `--json` answer. Throws when it exits with another code than 0. */
  json(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<unknown>;
  addAgent(name: string, options?: { readonly teams?: readonly string[]; readonly user?: string }): Promise<Login>;
  /** Gives the approver's token. */
  addUser(name: string, groups?: readonly string[]): Promise<string>;
  login(username: string, token: string): Login;
  tail(count?: number): Promise<readonly Entry[]>;
  /** Bodies of one type, oldest first. */
  bodies<T extends EntryBody['type']>(type: T): Promise<Extract<EntryBody, { type: T }>[]>;
  tickets(state?: string): Promise<readonly Ticket[]>;
  verify(args?: readonly string[]): Promise<VerifyReport>;
  restart(how?: StartOptions): Promise<void>;
  kill9(): Promise<void>;
  start(how?: StartOptions): Promise<void>;
}

const STARTER_BUNDLE = fileURLToPath(new URL('../../policies', import.meta.url));
export async function startInterlock(options: InterlockOptions): Promise<Interlock> {
  const folder = await mkdtemp(join(tmpdir(), 'interlock-e2e-'));
  const policiesDir = join(folder, 'policies');
  const configFile = join(folder, 'interlock.yaml');
  await cp(STARTER_BUNDLE, policiesDir, { recursive: true });
  await addEntities(policiesDir, [...writableHosts(options.hosts), ...(options.entities ?? [])]);
  if (options.policies !== undefined) await writeFile(join(policiesDir, 'e2e.cedar'), options.policies);
  if (options.schema !== undefined) await appendFile(join(policiesDir, 'schema.cedarschema'), options.schema);
  if (options.constraints !== undefined) await writeFile(join(policiesDir, 'constraints.yaml'), options.constraints);
  if (options.budgets !== undefined) await writeFile(join(policiesDir, 'budgets.yaml'), options.budgets);
  if (options.tools !== undefined) await writeFile(join(policiesDir, 'tools.yaml'), options.tools);
  await writeFile(configFile, JSON.stringify(configuration(options), null, 2));
  const env = await options.env?.(join(folder, 'data'));
  const begin = ({ warm }: StartOptions = options): Promise<GatewayProcess> =>
    warm === true ? startWarmGateway(configFile) : startGateway(configFile, env);
  let gateway = await begin();

  const cli: Interlock['cli'] = (args, env) =>
    runWarm([...args, '--config', configFile], { cwd: folder, ...(env === undefined ? {} : { env }) });
  const command: Interlock['command'] = (args, env) =>
    runCommand(INTERLOCK_COMMAND, [...args, '--config', configFile], { cwd: folder, ...(env === undefined ? {} : { env }) });
  const json: Interlock['json'] = async (args, env) => {
    const result = await cli([...args, '--json'], env);
    if (result.code !== 0)
      throw new Error(`interlock ${args.join(' ')} ended with code ${result.code}: ${result.stderr}${result.stdout}`);
    return JSON.parse(result.stdout);
  };
  const login = (username: string, token: string): Login => loginTo(gateway, username, token);
  // What tests ask again and again goes over the control socket, as the CLI's own questions do: a process for each of them costs more than
  // the gateway does. Without a gateway the CLI works on the data folder.
  const socket = createControlClient(controlSocketPath(join(folder, 'data')));
  const asked = async <T>(ask: (operator: Operator) => Promise<T>, args: readonly string[]): Promise<T> =>
    gateway.exitCode() === null ? ask(socket) : ((await json(args)) as T);
  const tail: Interlock['tail'] = (count = 1000) =>
    settled(() => asked((operator) => operator.tailLedger(count), ['ledger', 'tail', '-n', String(count)]));
  return {
    folder,
    configFile,
    policiesDir,
    get gateway() {
      return gateway;
    },
    operator: socket,
    cli,
    command,
    json,
    login,
    tail,
    async addAgent(name, { teams = [], user } = {}) {
      const flags = [...teams.flatMap((team) => ['--team', team]), ...(user === undefined ? [] : ['--user', user])];
      const added = await asked<unknown>(
        (operator) => operator.addAgent(name, { teams, user: user ?? null }),
        ['agents', 'add', name, ...flags],
      );
      return login(name, tokenOf(added));
    },
    addUser: async (name, groups = []) =>
      tokenOf(
        await asked<unknown>(
          (operator) => operator.addUser(name, { groups }),
          ['users', 'add', name, ...groups.flatMap((group) => ['--group', group])],
        ),
      ),
    bodies: async <T extends EntryBody['type']>(type: T) => (await tail()).map((entry) => entry.body).filter(isOf(type)),
    tickets: (state) =>
      asked<readonly Ticket[]>(
        (operator) => operator.listTickets(state === undefined ? {} : { state }),
        ['tickets', 'list', ...(state === undefined ? [] : ['--state', state])],
      ),
    verify: async (args = []) =>
      args.length === 0 && gateway.exitCode() === null
        ? socket.verifyLedger({ kept: [] })
        : (JSON.parse((await cli(['ledger', 'verify', ...args, '--json'])).stdout) as VerifyReport),
    async restart(how) {
      await gateway.stop();
      gateway = await begin(how);
    },
    kill9: () => gateway.kill9(),
    async start(how) {
      gateway = await begin(how);
    },
    async [Symbol.asyncDispose]() {
      const died = gateway.exitCode();
      await gateway.stop();
      if (died !== null) process.stderr.write(`the gateway ended by itself with code ${died}:\n${gateway.log().slice(-4000)}\n`);
      if (process.env['INTERLOCK_TEST_LOG'] !== undefined) process.stderr.write(gateway.log());
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A client hears the end of its answer before the outcome is written. What is parked has none for long, so the wait is a short one. */
async function settled(read: () => Promise<readonly Entry[]>): Promise<readonly Entry[]> {
  const deadline = Date.now() + 500;
  for (;;) {
    const entries = await read();
    const bodies = entries.map((entry) => entry.body);
    const ended = new Set(bodies.filter(isOf('outcome')).map((body) => body.exchange));
    if (bodies.filter(isOf('verdict')).every((body) => ended.has(body.exchange)) || Date.now() > deadline) return entries;
    await delay(20);
  }
}

/** The same variables that `interlock exec` sets. */
function loginTo({ proxyUrl, caFile }: GatewayProcess, username: string, token: string): Login {
  const caBundleFile = join(dirname(caFile), 'ca-bundle.pem');
  const [agent = '', session = null] = username.split('~');
  return {
    username,
    token,
    env: Object.fromEntries(agentVariables({ agent, session, username, token, proxyUrl, caFile, caBundleFile })),
  };
}

function isOf<T extends EntryBody['type']>(type: T): (body: EntryBody) => body is Extract<EntryBody, { type: T }> {
  return (body): body is Extract<EntryBody, { type: T }> => body.type === type;
}

function tokenOf(value: unknown): string {
  const token: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'token') : undefined;
  if (typeof token !== 'string') throw new Error(`no token in ${JSON.stringify(value)}`);
  return token;
}

/** What a security team would list: every test host but those whose name says that they are not. */
function writableHosts(hosts: Readonly<Record<string, string>>): unknown[] {
  return Object.keys(hosts)
    .filter((name) => name.includes('.e2e.test') && !name.startsWith('unlisted.'))
    .map((name) => ({ uid: { type: 'Host', id: name.replace(/:(443|80)$/, '') }, attrs: { writes: true }, parents: [] }));
}

async function addEntities(policiesDir: string, more: readonly unknown[]): Promise<void> {
  const file = join(policiesDir, 'entities.json');
  const known: unknown = JSON.parse(await readFile(file, 'utf8'));
  const all = new Map(
    (Array.isArray(known) ? [...known, ...more] : more).map((entity: unknown) => [JSON.stringify(uidOf(entity)), entity]),
  );
  await writeFile(file, JSON.stringify([...all.values()], null, 2));
}

function uidOf(entity: unknown): unknown {
  return typeof entity === 'object' && entity !== null ? Reflect.get(entity, 'uid') : null;
}

function configuration(options: InterlockOptions): Record<string, unknown> {
  const base: Record<string, unknown> = {
    proxy: { listen: '127.0.0.1:0' },
    console: { listen: '127.0.0.1:0' },
    upstream: { caFiles: options.caFiles, hosts: options.hosts },
  };
  for (const [name, value] of Object.entries(options.config ?? {})) {
    const known = base[name];
    base[name] = isSection(known) && isSection(value) ? { ...known, ...value } : value;
  }
  return base;
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
