// Both doors of a gateway over a real ledger: opened together or not at all, and healthy only while entries can be written.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { openHeldBodies } from '../../src/approve/held-body.ts';
import { openTicketBook } from '../../src/approve/ticket-book.ts';
import { openDirectory } from '../../src/identify/directory-store.ts';
import { openLedger } from '../../src/record/chain.ts';
import { openBundleStore } from '../../src/rollout/bundle-store.ts';
import { createCandidate } from '../../src/rollout/candidate.ts';
import { createStatistics } from '../../src/record/statistics.ts';
import { createControlClient, pingControl } from '../../src/serve/control-client.ts';
import { controlSocketPath } from '../../src/serve/control-socket.ts';
import { createMetrics } from '../../src/serve/metrics.ts';
import { openServers } from '../../src/serve/servers.ts';
import { loadOrCreateAuthority } from '../../src/tls/certificate-authority.ts';
import { MEMBERS } from '../support/approval-desk.ts';
import { EMPTY_PLANS } from '../support/no-plans.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import type { Config, Listener } from '../../src/config/config.ts';
import type { Readers } from '../../src/decide/reading.ts';
import type { Judge } from '../../src/decide/judge.ts';
import type { ReloadableJudge } from '../../src/decide/judge-engine.ts';
import type { ServersOptions } from '../../src/serve/servers.ts';

const JUDGE: Judge & Readers & Pick<ReloadableJudge, 'policies'> = {
  policies: [],
  ...MEMBERS,
  bundle: 'digest',
  judge: () => assert.fail(),
  mayRead: () => false,
  mayPassUnopened: () => false,
  userBy: () => null,
};

async function optionsIn(t: { after(fn: () => Promise<void>): void }, console: Listener = plain()): Promise<ServersOptions> {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-servers-'));
  const config: Config = {
    file: null,
    proxy: { ...plain(), requireAgent: true, connectPorts: [443] },
    console: { ...console, sessionMinutes: 60, oidc: null },
    dataDir: join(folder, 'data'),
    certsDir: join(folder, 'certs'),
    policiesDir: folder,
    enforcement: 'enforce',
    shadow: { policiesDir: null },
    ledger: {
      maxWaitMillis: 5000,
      checkpoints: { everySeconds: 300, files: [], witnesses: [] },
      segments: null,
      retention: { keepDays: null, keepBytes: null },
      export: [],
    },
    upstream: { caFiles: [], hosts: {}, allowAddresses: [], proxy: null, clientCerts: {} },
    limits: { inspectBytes: 1, bodyMemoryBytes: 1, toolCallBytes: 1_000_000, connections: 1, tickets: 10, ticketsPerAgent: 10 },
    approvals: { holdSeconds: 1, ticketSeconds: 60, grantSeconds: 60 },
    slack: null,
    log: { level: 'silent' },
  };
  const ledger = await openLedger({ dataDir: config.dataDir, version: 'test' });
  const directory = await openDirectory(ledger);
  const tickets = await openTicketBook({ ledger, directory, judge: JUDGE, approvals: config.approvals, limits: config.limits });
  t.after(async () => {
    tickets.close();
    await ledger.close();
    await rm(folder, { recursive: true });
  });
  const authority = await loadOrCreateAuthority(config.certsDir);
  const log = pino({ level: 'silent' });
  return {
    config,
    ledger,
    directory,
    tickets,
    shadow: {
      candidate: createCandidate({ directory, onEvent: () => undefined }),
      beside: { counts: { judged: 0, flips: 0, dropped: 0, failed: 0 } },
    },
    budgets: { list: () => [] },
    plans: EMPTY_PLANS,
    bundles: {
      ...openBundleStore(config.dataDir),
      promote: () => assert.fail(),
      rollback: () => assert.fail(),
      refuse: () => assert.fail(),
    },
    statistics: createStatistics(),
    fetch: () => assert.fail(),
    bodies: await openHeldBodies({ dataDir: config.dataDir }),
    judge: {
      ...JUDGE,
      state: {
        digest: 'digest',
        policies: 1,
        loadedAt: '2026-01-01T00:00:00.000Z',
        lastError: { at: '2026-01-01T00:00:01.000Z', message: 'policy x: unexpected token' },
      },
    },
    authority,
    metrics: createMetrics(),
    log,
    slack: null,
    proxyUrl: 'http://127.0.0.1:1',
    reload: async () => undefined,
  };
}

function plain(): Listener {
  return { listen: { host: '127.0.0.1', port: 0 }, tls: null, plaintext: false };
}

test('console and socket answer, a session names the real proxy and CA, and closing leaves nothing', async (t) => {
  const options = await optionsIn(t);
  const servers = await openServers(options);
  const base = `http://127.0.0.1:${servers.consoleAddress.port}`;
  const health: { status: string; bundle: string; bundleRejected: string; caDaysLeft: number } = JSON.parse(
    await (await fetch(`${base}/healthz`)).text(),
  );
  assert.deepEqual([health.status, health.bundle, health.caDaysLeft > 300], ['ok', 'digest', true]);
  assert.equal(health.bundleRejected, 'policy x: unexpected token', 'a bundle that is not in force is told');
  assert.equal((await fetch(`${base}/readyz`)).status, 200);
  assert.match(await (await fetch(`${base}/metrics`)).text(), /interlock_ledger_entries [1-9]/);
  const client = createControlClient(controlSocketPath(options.config.dataDir));
  await client.addAgent('bot', { teams: [], user: null });
  const session = await client.openSession('bot');
  assert.deepEqual([session.proxyUrl, session.caFile], ['http://127.0.0.1:1', options.authority.caFile]);
  await servers.close();
  assert.equal(await pingControl(controlSocketPath(options.config.dataDir)), false);
  await assert.rejects(fetch(`${base}/healthz`));
});

test("when the console's port is taken nothing is left half started", async (t) => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const taken = holder.address();
  assert.ok(taken !== null && typeof taken === 'object');
  const options = await optionsIn(t, { ...plain(), listen: { host: '127.0.0.1', port: taken.port } });
  await throwsWithCode('CONFIG_INVALID', () => openServers(options));
  assert.equal(existsSync(controlSocketPath(options.config.dataDir)), false);
  await new Promise((resolve) => holder.close(resolve));
});

test('a ledger that does not write is not healthy', async (t) => {
  const options = await optionsIn(t);
  const stalled = Object.create(options.ledger, { lag: { value: 3 }, flush: { value: () => new Promise(() => undefined) } });
  const servers = await openServers({ ...options, ledger: stalled });
  const answer = await fetch(`http://127.0.0.1:${servers.consoleAddress.port}/healthz`);
  assert.equal(answer.status, 503);
  const health: { ledger: { ok: boolean; lag: number } } = JSON.parse(await answer.text());
  assert.deepEqual([health.ledger.ok, health.ledger.lag], [false, 3]);
  await servers.close();
});

test('with a certificate the console speaks TLS and nothing else', async (t) => {
  await using ca = await createThrowawayCa();
  const leaf = await ca.issue(['localhost']);
  const folder = mkdtempSync(join(tmpdir(), 'interlock-servers-tls-'));
  t.after(() => rm(folder, { recursive: true }));
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  writeFileSync(tls.cert, leaf.certPem);
  writeFileSync(tls.key, leaf.keyPem);
  const servers = await openServers(await optionsIn(t, { ...plain(), tls }));
  const { port } = servers.consoleAddress;
  const status = await new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path: '/healthz', servername: 'localhost', ca: ca.certPem, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    sent.on('error', reject).end();
  });
  assert.equal(status, 200);
  await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`));
  await servers.close();
});
