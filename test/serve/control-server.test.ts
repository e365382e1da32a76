// The control socket: every use case through it, with its errors, for its owner alone.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBundleChanger } from '../../src/rollout/bundle-changer.ts';
import { createControlClient, pingControl } from '../../src/serve/control-client.ts';
import { startControl } from '../../src/serve/control-server.ts';
import { answersAt, controlSocketPath } from '../../src/serve/control-socket.ts';
import { createLocalOperator } from '../../src/serve/local-operator.ts';
import { NO_LEDGER_DESK } from '../support/no-ledger-desk.ts';
import { approvalDesk, parkRequest } from '../support/approval-desk.ts';
import { planBookOf, planStep, proposing } from '../support/plan-desk.ts';
import { NO_PROOFS } from '../support/no-proofs.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import type { VerifyReport } from '../../src/record/verify-report.ts';
import type { Operator, VerifyOptions } from '../../src/serve/operator.ts';
import type { Desk } from '../support/approval-desk.ts';

const IN_FORCE = 'f'.repeat(64);
const REPORT: VerifyReport = {
  ok: true,
  entries: 3,
  verifiedBefore: 0,
  head: 'ab',
  root: 'cd',
  publicKey: 'k',
  keys: [],
  firstBad: null,
  unfinished: 0,
  gaps: 0,
  missingRequests: 0,
  notes: [],
  checkpoint: 'c',
};

function operatorOf(desk: Desk): Operator {
  return createLocalOperator({
    desk: NO_LEDGER_DESK,
    proofs: NO_PROOFS,
    ledger: Object.assign(Object.create(desk.ledger), {
      verify: async ({ kept, onProgress, resume = '', onState }: VerifyOptions) => {
        onProgress?.(1, 3);
        onState?.(`${resume} and on`);
        onProgress?.(3, 3);
        if (kept[0]?.note === 'throw') throw new Error('disk gone');
        return { ...REPORT, notes: kept.map(({ note }) => note) };
      },
    }),
    directory: desk.directory,
    tickets: async () => desk.book,
    authority: async () => ({ caFile: '/c/ca.pem', caBundleFile: '/c/ca-bundle.pem' }),
    shadow: null,
    anchors: null,
    shipping: null,
    bundle: async () => ({
      ...createBundleChanger({
        policiesDir: '/p',
        store: { read: () => assert.fail(), find: () => assert.fail() },
        directory: desk.directory,
        backend: { running: true, inForce: () => IN_FORCE, bring: () => assert.fail(), check: () => assert.fail() },
        ledger: desk.ledger,
      }),
      history: () => assert.fail(),
    }),
    budgets: async () => ({ list: () => [] }),
    plans: () => planBookOf(desk),
    proxyUrl: 'http://127.0.0.1:8080',
    close: async () => undefined,
  });
}

async function running(t: { after(fn: () => Promise<void>): void }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'interlock-control-'));
  const desk = await approvalDesk();
  const operator = operatorOf(desk);
  const reloads: number[] = [];
  const server = await startControl({ dataDir, operator, reload: async () => void reloads.push(1) });
  t.after(async () => {
    await server.close();
    desk[Symbol.dispose]();
    await rm(dataDir, { recursive: true });
  });
  return { dataDir, desk, server, client: createControlClient(server.path) };
}

test('every use case works through the socket as it does locally', async (t) => {
  const { client, desk } = await running(t);
  assert.equal(client.via, 'socket');
  const bot = await client.addAgent('bot', { teams: ['support'], user: null });
  assert.equal(desk.directory.authenticateAgent('bot', bot.token)?.agent, 'bot');
  assert.equal('tokenHash' in bot.agent, false);
  assert.deepEqual(
    (await client.listAgents()).map((agent) => [agent.name, 'tokenHash' in agent]),
    [['bot', false]],
  );
  const rotated = await client.rotateAgent('bot');
  assert.notEqual(rotated.token, bot.token);
  const session = await client.openSession('bot');
  assert.deepEqual([session.agent, session.caFile, session.proxyUrl], ['bot', '/c/ca.pem', 'http://127.0.0.1:8080']);
  assert.equal(desk.directory.authenticateAgent(session.username, session.token)?.session, session.session);
  assert.equal((await client.revokeAgent('bot')).state, 'revoked');
  const user = await client.addUser('una', { groups: ['finance'] });
  const approver = await client.rotateUser('una');
  assert.notEqual(user.token, approver.token);
  const ticket = await desk.book.open(parkRequest());
  assert.equal((await client.listTickets({ state: 'pending' })).length, 1);
  assert.equal((await client.showTicket(ticket.id)).id, ticket.id);
  assert.equal((await client.decideTicket(ticket.id, 'approve', approver.token)).state, 'approved');
  assert.equal((await client.revokeUser('una')).state, 'revoked');
  assert.equal((await client.listUsers()).length, 6);
  assert.equal((await client.tailLedger(2)).length, 2);
  assert.equal((await client.showEntry('0')).sequence, 0);
  const page = await client.readVerdicts(0, 3);
  assert.deepEqual([page.entries, page.next, page.size > 3], [[], 3, true]);
  assert.equal((await client.readVerdicts(page.size, 10)).next, null);
});

test('plans are listed, shown and ended through the socket, on record without a name', async (t) => {
  const { client, desk } = await running(t);
  const { id } = await proposing(await planBookOf(desk), [planStep('http.read')]);
  assert.deepEqual(
    (await client.listPlans({ state: 'accepted', agent: 'bot' })).map((plan) => plan.id),
    [id],
  );
  assert.deepEqual(await client.listPlans({ state: 'waiting' }), []);
  assert.equal((await client.showPlan(id)).steps[0]?.next, true);
  assert.equal((await client.revokePlan(id)).state, 'revoked');
  await throwsWithCode('PLAN_UNKNOWN', () => client.showPlan('p_none'));
  await throwsWithCode('PLAN_UNKNOWN', () => client.revokePlan('p_none'));
  const { by, channel } = desk.ledger.bodies('plan').at(-1) ?? assert.fail();
  assert.deepEqual([by, channel], [null, 'cli']);
});

test('a candidate that its command refused is on record: whose it was, by their token, in their words', async (t) => {
  const { client, desk } = await running(t);
  const request = { directory: '/c', digest: 'd'.repeat(64), note: '2 cases failed', osUser: 'una', reason: 'for the audit' };
  assert.match(await client.refuseBundle({ ...request, token: desk.tokens.fay }), /^\d+$/);
  const [told, ...more] = desk.ledger.bodies('bundle');
  assert.deepEqual(more, []);
  assert.deepEqual([told?.move, told?.digest, told?.note], ['rejected', request.digest, '2 cases failed']);
  const { cause, user, osUser, reason, previous, directory } = told?.load ?? assert.fail();
  assert.deepEqual(
    { cause, user, osUser, reason, previous, directory },
    { cause: 'promote', user: 'fay', osUser: 'una', reason: 'for the audit', previous: IN_FORCE, directory: '/c' },
  );
  assert.match(await client.refuseBundle({ ...request, token: null }), /^\d+$/);
  // Nobody's token, an agent's, and what is no digest put nothing on record.
  const bot = await client.addAgent('bot', { teams: [], user: 'fay' });
  for (const token of ['ilk_u_wrong', bot.token])
    await throwsWithCode('APPROVER_REFUSED', () => client.refuseBundle({ ...request, token }));
  for (const digest of ['d', `${'D'.repeat(64)}`, `${'d'.repeat(64)}\n`])
    await throwsWithCode('USAGE', () => client.refuseBundle({ ...request, token: null, digest }));
  await throwsWithCode('USAGE', () => client.refuseBundle({ ...request, token: null, note: 'x'.repeat(1_001) }));
  assert.deepEqual(
    desk.ledger.bodies('bundle').map(({ load }) => load?.user),
    ['fay', null],
  );
});

test("holding the socket does not approve: that takes an approver's token", async (t) => {
  const { client, desk } = await running(t);
  const ticket = await desk.book.open(parkRequest());
  await throwsWithCode('APPROVER_REFUSED', () => client.decideTicket(ticket.id, 'approve', ''));
  await throwsWithCode('APPROVER_REFUSED', () => client.decideTicket(ticket.id, 'approve', desk.tokens.ada));
});

test('errors arrive with their code, words and hint', async (t) => {
  const { client } = await running(t);
  await client.addAgent('bot', { teams: [], user: null });
  const taken = await throwsWithCode('NAME_TAKEN', () => client.addAgent('bot', { teams: [], user: null }));
  assert.match(taken.hint ?? '', /rotate bot/);
  await throwsWithCode('NAME_UNKNOWN', () => client.revokeUser('nobody'));
  await throwsWithCode('NAME_INVALID', () => client.addUser('a~b', { groups: [] }));
  await throwsWithCode('TICKET_UNKNOWN', () => client.showTicket('t_none'));
  await throwsWithCode('NAME_UNKNOWN', () => client.showEntry('9e9'));
  await throwsWithCode('USAGE', () => client.tailLedger(-1));
  await throwsWithCode('USAGE', () => client.addAgent('x'.repeat(1_000), { teams: [], user: null }));
});

test('verify tells its progress, then its report; a failure in the middle arrives as an error', async (t) => {
  const { client } = await running(t);
  const progress: number[][] = [];
  const report = await client.verifyLedger({
    kept: [{ source: 'a', note: 'kept' }],
    onProgress: (done, total) => progress.push([done, total]),
  });
  assert.deepEqual(progress, [
    [1, 3],
    [3, 3],
  ]);
  assert.deepEqual(report, { ...REPORT, notes: ['kept'] });
  const states: string[] = [];
  await client.verifyLedger({ kept: [], resume: 'x'.repeat(100_000), onState: (state) => states.push(state) });
  assert.deepEqual(states, [`${'x'.repeat(100_000)} and on`]);
  const error = await throwsWithCode('INTERNAL', () => client.verifyLedger({ kept: [{ source: 'a', note: 'throw' }] }));
  assert.match(error.message, /disk gone/);
});

test("the socket is its owner's: 0600 in a folder that is 0700, also when that was wider", async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'interlock-control-'));
  await chmod(dataDir, 0o755);
  const desk = await approvalDesk();
  const server = await startControl({ dataDir, operator: operatorOf(desk) });
  t.after(() => rm(dataDir, { recursive: true }));
  assert.equal(statSync(server.path).mode & 0o777, 0o600);
  assert.equal(statSync(dataDir).mode & 0o777, 0o700);
  await server.close();
  assert.equal(existsSync(server.path), false);
  assert.equal(await pingControl(server.path), false);
  await throwsWithCode('NOT_RUNNING', () => createControlClient(server.path).listAgents());
});

test('another user is told whose socket it is, not that nobody answers', async (t) => {
  const { server } = await running(t);
  await chmod(server.path, 0o000);
  const root = process.geteuid?.() === 0;
  // Root may open what nobody may: for the length of the call this is somebody else.
  if (root) process.seteuid?.(65_534);
  try {
    const error = await throwsWithCode('NOT_RUNNING', () => pingControl(server.path));
    assert.match(`${error.message} ${error.hint}`, /belongs to another user.*--proxy, --agent and --token/);
  } finally {
    if (root) process.seteuid?.(0);
  }
});

test('a second gateway is refused while the first answers; a stale socket is taken away', async (t) => {
  const { dataDir, desk } = await running(t);
  const error = await throwsWithCode('STORE_LOCKED', () => startControl({ dataDir, operator: operatorOf(desk) }));
  assert.match(error.message, /another gateway/);
  const other = mkdtempSync(join(tmpdir(), 'interlock-control-'));
  t.after(() => rm(other, { recursive: true }));
  // What kill -9 leaves behind: a bound socket file that nobody listens on.
  const dead = createServer();
  await new Promise<void>((resolve) => dead.listen(join(other, 'moved.sock'), resolve));
  const { renameSync } = await import('node:fs');
  renameSync(join(other, 'moved.sock'), controlSocketPath(other));
  await new Promise<void>((resolve) => dead.close(() => resolve()));
  assert.equal(statSync(controlSocketPath(other)).isSocket(), true);
  assert.equal(await answersAt(controlSocketPath(other)), false);
  const server = await startControl({ dataDir: other, operator: operatorOf(desk) });
  assert.equal(await pingControl(server.path), true);
  await server.close();
});

test('what is no socket is not removed, and a path too long for one says so', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'interlock-control-'));
  t.after(() => rm(dataDir, { recursive: true }));
  writeFileSync(controlSocketPath(dataDir), 'precious');
  const desk = await approvalDesk();
  await throwsWithCode('CONFIG_INVALID', () => startControl({ dataDir, operator: operatorOf(desk) }));
  assert.equal(existsSync(controlSocketPath(dataDir)), true);
  const deep = await throwsWithCode('CONFIG_INVALID', () =>
    startControl({ dataDir: join(dataDir, 'x'.repeat(120)), operator: operatorOf(desk) }),
  );
  assert.match(deep.hint ?? '', /shorter/);
});
