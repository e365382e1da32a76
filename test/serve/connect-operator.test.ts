// Without a gateway the command works on the data folder itself, with the real ledger and bundle; with one, through its socket.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { openTicketBook } from '../../src/approve/ticket-book.ts';
import { openDirectory } from '../../src/identify/directory-store.ts';
import { openLedger } from '../../src/record/chain.ts';
import { connectOperator } from '../../src/serve/connect-operator.ts';
import { startControl } from '../../src/serve/control-server.ts';
import { createLocalOperator } from '../../src/serve/local-operator.ts';
import { NO_LEDGER_DESK } from '../support/no-ledger-desk.ts';
import { BINDING, FINANCE, MEMBERS, parkRequest } from '../support/approval-desk.ts';
import { EMPTY_PLANS } from '../support/no-plans.ts';
import { NO_PROOFS } from '../support/no-proofs.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import type { Config } from '../../src/config/config.ts';

const APPROVALS = { holdSeconds: 1, ticketSeconds: 3_600, grantSeconds: 60 };
const LIMITS = {
  inspectBytes: 1_048_576,
  bodyMemoryBytes: 1 << 28,
  toolCallBytes: 1_000_000,
  connections: 100,
  tickets: 100,
  ticketsPerAgent: 10,
};

function configIn(folder: string): Config {
  const listener = { listen: { host: '127.0.0.1', port: 8080 }, tls: null, plaintext: false };
  return {
    file: join(folder, 'interlock.yaml'),
    proxy: { ...listener, requireAgent: true, connectPorts: [443] },
    console: { ...listener, sessionMinutes: 60, oidc: null },
    dataDir: join(folder, 'data'),
    certsDir: join(folder, 'certs'),
    policiesDir: fileURLToPath(new URL('../../policies', import.meta.url)),
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
    limits: LIMITS,
    approvals: APPROVALS,
    slack: null,
    log: { level: 'silent' },
  };
}

function workplace(t: { after(fn: () => Promise<void>): void }): Config {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-operator-'));
  t.after(() => rm(folder, { recursive: true }));
  return configIn(folder);
}

test('on the data folder: people, sessions and the ledger, and all of it is there the next time', async (t) => {
  const config = workplace(t);
  let token = '';
  {
    await using operator = await connectOperator(config);
    assert.equal(operator.via, 'local');
    token = (await operator.addAgent('bot', { teams: ['support'], user: null })).token;
    const session = await operator.openSession('bot');
    assert.equal(session.proxyUrl, 'http://127.0.0.1:8080');
    assert.ok(session.caFile.startsWith(config.certsDir) && session.caBundleFile.startsWith(config.certsDir));
  }
  await using operator = await connectOperator(config);
  assert.deepEqual(
    (await operator.listAgents()).map((agent) => agent.name),
    ['bot'],
  );
  assert.deepEqual(await operator.listPlans({}), []);
  const report = await operator.verifyLedger({ kept: [] });
  assert.equal(report.ok, true);
  assert.ok(!JSON.stringify(await operator.tailLedger(100)).includes(token));
  assert.equal((await operator.showEntry('0')).body.type, 'start');
});

test('where neither a configuration nor a data folder is, nothing is made and the message says where to go', async (t) => {
  const config = { ...workplace(t), file: null };
  const error = await throwsWithCode('USAGE', () => connectOperator(config));
  assert.match(error.message, /neither an interlock\.yaml nor a data folder/);
  assert.equal(existsSync(config.dataDir), false);
});

test('while another process has the folder and no gateway answers, the message says so', async (t) => {
  const config = workplace(t);
  const ledger = await openLedger({ dataDir: config.dataDir, version: 'test' });
  const error = await throwsWithCode('STORE_LOCKED', () => connectOperator(config));
  assert.match(error.message, /no gateway answers/);
  await ledger.close();
  await using operator = await connectOperator(config);
  assert.equal(operator.via, 'local');
});

test('with a gateway it goes through the socket', async (t) => {
  const config = workplace(t);
  const ledger = await openLedger({ dataDir: config.dataDir, version: 'test' });
  const directory = await openDirectory(ledger);
  const book = await openTicketBook({ ledger, directory, judge: MEMBERS, approvals: APPROVALS, limits: LIMITS });
  const served = createLocalOperator({
    desk: NO_LEDGER_DESK,
    proofs: NO_PROOFS,
    ledger,
    directory,
    tickets: async () => book,
    authority: async () => assert.fail(),
    shadow: null,
    anchors: null,
    shipping: null,
    bundle: () => assert.fail(),
    budgets: async () => ({ list: () => [] }),
    plans: async () => EMPTY_PLANS,
    proxyUrl: 'http://127.0.0.1:1',
    close: async () => undefined,
  });
  const control = await startControl({ dataDir: config.dataDir, operator: served });
  await using operator = await connectOperator(config);
  assert.equal(operator.via, 'socket');
  await operator.addUser('fay', { groups: ['finance'] });
  assert.equal(directory.user('fay')?.state, 'active');
  assert.equal((await operator.verifyLedger({ kept: [] })).ok, true);
  await control.close();
  book.close();
  await ledger.close();
});

test('on the real ledger: one of 1,000 takes the grant, it stays taken after a restart, and the chain holds', async (t) => {
  const config = workplace(t);
  let ledger = await openLedger({ dataDir: config.dataDir, version: 'test' });
  let directory = await openDirectory(ledger);
  const { token } = await directory.addUser('fay', { groups: ['finance'] });
  const open = () => openTicketBook({ ledger, directory, judge: MEMBERS, approvals: APPROVALS, limits: LIMITS });
  let book = await open();
  const first = await book.open(parkRequest());
  const second = await book.open(parkRequest({ binding: 'c'.repeat(64) }));
  await book.approve(first.id, { token: token }, 'cli');
  const spent = await Promise.all(Array.from({ length: 1_000 }, (_, i) => book.spendGrant(BINDING, [FINANCE], `x${i}`)));
  assert.equal(spent.filter((one) => one !== null).length, 1);
  book.close();
  await ledger.close();
  ledger = await openLedger({ dataDir: config.dataDir, version: 'test' });
  directory = await openDirectory(ledger);
  book = await open();
  assert.equal(await book.spendGrant(BINDING, [FINANCE], 'again'), null);
  assert.equal((await book.approve(second.id, { token: token }, 'cli')).grant, true);
  assert.equal((await ledger.verify({ kept: [] })).ok, true);
  book.close();
  await ledger.close();
});
