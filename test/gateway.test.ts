// The composition root: everything is opened or nothing is, and a stop leaves nothing and keeps nobody waiting.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Config } from '../src/config/config.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { type Gateway, startGateway } from '../src/gateway.ts';
import type { Entry } from '../src/record/entry.ts';
import { openLedger } from '../src/record/chain.ts';
import { createControlClient, pingControl } from '../src/serve/control-client.ts';
import { controlSocketPath } from '../src/serve/control-socket.ts';
import { freePort } from './support/free-port.ts';
import { portOf } from './support/origin.ts';
import { throwsWithCode } from './support/throws-with-code.ts';
import { waitFor } from './support/wait-for.ts';

const POLICIES = fileURLToPath(new URL('../policies', import.meta.url));
const LOG = pino({ level: 'silent' });
const HELD = `
@id("held") @reason("Somebody must look.") @verdict("wait") @approvers("finance")
permit (principal, action == Action::"http.write", resource);`;
const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A data folder of its own, a copy of the starter bundle, and ports that the system chooses. */
function configIn(sections: Readonly<Record<string, unknown>> = {}): Config {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-gateway-'));
  folders.push(folder);
  cpSync(POLICIES, join(folder, 'policies'), { recursive: true });
  const file = join(folder, 'interlock.yaml');
  writeFileSync(file, JSON.stringify({ proxy: { listen: '127.0.0.1:0' }, console: { listen: '127.0.0.1:0' }, ...sections }));
  return loadConfig(file, folder, {});
}

interface Heard {
  readonly status: number;
  readonly body: string;
}

/** One request in absolute form, as an HTTP/1.1 client sends it to a proxy. */
async function ask(gateway: Gateway, url: string, login: string | null, body = ''): Promise<Heard> {
  const { hostname, port } = new URL(gateway.proxyUrl);
  const credentials = login === null ? {} : { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` };
  const asked = request({
    hostname,
    port,
    path: url,
    method: body === '' ? 'GET' : 'POST',
    agent: false,
    headers: { host: new URL(url).host, ...credentials },
  });
  asked.end(body);
  const [response] = await once(asked, 'response');
  let heard = '';
  for await (const chunk of response) heard += String(chunk);
  return { status: response.statusCode, body: heard };
}

async function agentOf(config: Config): Promise<string> {
  const { token } = await createControlClient(controlSocketPath(config.dataDir)).addAgent('bot', { teams: [], user: null });
  return `bot:${token}`;
}

async function entriesOf(config: Config): Promise<Entry[]> {
  const ledger = await openLedger({ dataDir: config.dataDir, version: 'test' });
  try {
    return [...(await ledger.tail(1_000))];
  } finally {
    await ledger.close();
  }
}

/** INVARIANT of a failed start: the ledger's lock, the socket and the ports are free, so the next start works. */
async function startsAfterwards(config: Config): Promise<void> {
  assert.equal(existsSync(controlSocketPath(config.dataDir)), false);
  const gateway = await startGateway(
    {
      ...config,
      proxy: { ...config.proxy, listen: { host: '127.0.0.1', port: 0 } },
      console: { ...config.console, listen: { host: '127.0.0.1', port: 0 } },
    },
    LOG,
  );
  await gateway.stop();
}

async function taken(): Promise<{ readonly holder: Server; readonly address: { host: string; port: number } }> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  return { holder, address: { host: '127.0.0.1', port: portOf(holder) } };
}

test('started it answers at every door, stopped it answers at none', async () => {
  const config = configIn();
  await using stack = new AsyncDisposableStack();
  const gateway = await startGateway(config, LOG);
  stack.defer(() => gateway.stop());
  const login = await agentOf(config);
  assert.equal((await ask(gateway, 'http://interlock.internal/ca.pem', login)).status, 200);
  assert.equal((await ask(gateway, 'http://interlock.internal/ca.pem', 'bot:wrong')).status, 407);
  assert.equal((await fetch(`${gateway.consoleUrl}/readyz`)).status, 200);
  assert.equal(existsSync(gateway.caFile), true);
  await gateway.stop();
  await assert.rejects(ask(gateway, 'http://interlock.internal/ca.pem', login));
  await assert.rejects(fetch(`${gateway.consoleUrl}/readyz`));
  assert.equal(await pingControl(controlSocketPath(config.dataDir)), false);
  const types = (await entriesOf(config)).map((entry) => entry.body.type);
  assert.deepEqual(types.slice(0, 3), ['start', 'bundle', 'directory']);
  assert.ok(types.includes('stop') && types.includes('refusals'), types.join());
});

// The bound ports are known only after the guard was made: an agent must not reach the console through the proxy (design).
test('neither of its own doors is dialled, though the ports were chosen late', async () => {
  const config = configIn({ upstream: { allowAddresses: ['127.0.0.0/8'] } });
  await using stack = new AsyncDisposableStack();
  const gateway = await startGateway(config, LOG);
  stack.defer(() => gateway.stop());
  const login = await agentOf(config);
  for (const door of [gateway.consoleUrl, gateway.proxyUrl]) {
    const { status, body } = await ask(gateway, `${door}/healthz`, login);
    assert.equal(status, 403);
    assert.match(body, /Interlock's own|own listener|own address/i);
  }
});

for (const door of ['proxy', 'console'] as const) {
  test(`when the port of the ${door} is taken nothing is left half started`, async () => {
    const { holder, address } = await taken();
    const config = configIn();
    const listener = { ...config[door], listen: address };
    const error = await throwsWithCode('CONFIG_INVALID', () => startGateway({ ...config, [door]: listener }, LOG));
    assert.match(error.message, /taken/);
    await startsAfterwards(config);
    holder.close();
  });
}

test('a start that fails at the console has let the port of the proxy go', async () => {
  const { holder, address } = await taken();
  const free = { host: '127.0.0.1', port: await freePort() };
  const config = configIn();
  const half = { ...config, proxy: { ...config.proxy, listen: free }, console: { ...config.console, listen: address } };
  await throwsWithCode('CONFIG_INVALID', () => startGateway(half, LOG));
  const again = createServer().listen(free);
  await once(again, 'listening');
  again.close();
  holder.close();
});

test('without a good bundle there is no gateway, and the reason is on record', async () => {
  const config = configIn();
  writeFileSync(join(config.policiesDir, 'broken.cedar'), 'permit (');
  await throwsWithCode('BUNDLE_INVALID', () => startGateway(config, LOG));
  rmSync(join(config.policiesDir, 'broken.cedar'));
  await startsAfterwards(config);
  const moves = (await entriesOf(config)).flatMap(({ body }) => (body.type === 'bundle' ? [body.move] : []));
  assert.deepEqual(moves, ['rejected', 'loaded']);
});

test('a second gateway on the same data is refused and does not disturb the first', async () => {
  const config = configIn();
  await using stack = new AsyncDisposableStack();
  const first = await startGateway(config, LOG);
  stack.defer(() => first.stop());
  await throwsWithCode('STORE_LOCKED', () => startGateway(config, LOG));
  assert.equal(await pingControl(controlSocketPath(config.dataDir)), true);
  assert.equal((await fetch(`${first.consoleUrl}/readyz`)).status, 200);
});

test('a reload that is refused leaves the bundle in force', async () => {
  const config = configIn();
  await using stack = new AsyncDisposableStack();
  const gateway = await startGateway(config, LOG);
  stack.defer(() => gateway.stop());
  const digest = async (): Promise<unknown> =>
    Reflect.get(Object(await (await fetch(`${gateway.consoleUrl}/healthz`)).json()), 'bundle');
  const before = await digest();
  writeFileSync(join(config.policiesDir, 'broken.cedar'), 'permit (');
  await throwsWithCode('BUNDLE_INVALID', () => gateway.reload());
  assert.equal(await digest(), before);
});

test('a stop answers what is held at once, and its ticket stays open', async () => {
  const config = configIn({ approvals: { holdSeconds: 600 } });
  writeFileSync(join(config.policiesDir, 'http.cedar'), HELD);
  await using stack = new AsyncDisposableStack();
  const gateway = await startGateway(config, LOG);
  stack.defer(() => gateway.stop());
  const login = await agentOf(config);
  const answered = ask(gateway, 'http://held.test/a', login, 'body');
  const operator = createControlClient(controlSocketPath(config.dataDir));
  const [ticket] = await waitFor(async () => {
    const open = await operator.listTickets({ state: 'pending' });
    return open.length > 0 ? open : undefined;
  });
  const startedMs = performance.now();
  await gateway.stop();
  const tookMs = performance.now() - startedMs;
  const { status, body } = await answered;
  assert.equal(status, 403);
  assert.match(body, new RegExp(ticket?.id ?? 'no ticket'));
  assert.ok(tookMs < 60_000, `it took ${Math.round(tookMs)} ms`);
  const moves = (await entriesOf(config)).flatMap((entry) => (entry.body.type === 'ticket' ? [entry.body.move] : []));
  assert.deepEqual(moves, ['opened']);
});
