// A real gateway seals what is old, drops what is older and keeps what is held; every door of the ledger reads over live and sealed entries.

import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import { controlSocketPath } from '../../src/serve/control-socket.ts';
import { createControlClient } from '../../src/serve/control-client.ts';
import { outcomeOf, verdictOf } from '../record/sample-bodies.ts';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startOrigin } from '../support/origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const DAY_MS = 86_400_000;
const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startOrigin({ leaf: await ca.issue(['app.e2e.test']), protocols: ['http/1.1'] }));
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'app.e2e.test': origin.address },
    config: {
      log: { level: 'warn' },
      upstream: { allowAddresses: ['127.0.0.0/8'] },
      ledger: { segments: { keepLiveEntries: 100, entriesPerSegment: 256 }, retention: { keepDays: 30 } },
    },
  }),
);
const agent = await interlock.addAgent('scribe', { teams: ['engineering'] });
const dataDir = join(interlock.folder, 'data');
const segments = join(dataDir, 'segments');
const operator = createControlClient(controlSocketPath(dataDir));

/** Exchanges of some days ago, put into the ledger while no gateway runs. */
async function past(days: number, exchanges: number): Promise<void> {
  await interlock.gateway.stop();
  const ledger = await openLedger({ dataDir, version: '0.0.0', clock: () => Date.now() - days * DAY_MS });
  for (let i = 0; i < exchanges; i += 1) {
    const exchange = `past-${days}-${i}`;
    void ledger.append(verdictOf(exchange, { agent: 'scribe' }), 'written');
    ledger.note(outcomeOf(exchange, String(ledger.size)));
  }
  await ledger.flush();
  await ledger.close();
}

it('what is old is sealed by itself, and what was held before it grew too old stays when the rest is dropped', async () => {
  await past(40, 400);
  const offline = (await interlock.json(['ledger', 'hold', 'add', '--from', '300', '--to', '310', '--reason', 'case 12'])) as {
    hold: string;
  };
  await past(3, 400);
  await interlock.start({ warm: true });
  await waitFor(async () => (await operator.listSegments()).filter(({ state }) => state === 'dropped').length === 2 || undefined);
  const list = (await interlock.json(['ledger', 'segments'])) as Array<{ first: number; state: string; hold: string | null }>;
  assert.deepEqual(
    list.slice(0, 3).map(({ first, state, hold }) => [first, state, hold]),
    [
      [0, 'dropped', null],
      [256, 'sealed', offline.hold],
      [512, 'dropped', null],
    ],
  );
  assert.match((await interlock.cli(['ledger', 'segments'])).stdout, /512-767 .* dropped/);
  assert.match((await interlock.cli(['ledger', 'hold', 'list'])).stdout, /entries 300 to 310 .* case 12/);
  assert.ok(!existsSync(join(segments, '0000000000000000.entries')));
  const report = await interlock.verify([]);
  assert.deepEqual([report.ok, report.firstBad], [true, null]);
  assert.match(report.notes.join('\n'), /512 entries were dropped by retention/);
});

it('every door reads over live and sealed entries', async () => {
  const login = interlock.login(agent.username, agent.token);
  assert.equal((await curl(login, ['https://app.e2e.test/live'])).status, 200);
  const found = (await interlock.json(['ledger', 'search', '--exchange', 'past-3-20'])) as
    | { id: string }[]
    | { entries: unknown[] };
  assert.match(JSON.stringify(found), /past-3-20/);
  assert.doesNotMatch((await interlock.cli(['ledger', 'search', '--exchange', 'past-40-1'])).stdout, /past-40-1/);
  const held = await operator.showEntry('305');
  assert.equal(held.sequence, 305);
  assert.match((await interlock.cli(['ledger', 'show', '305'])).stdout, /past-40/);
  assert.equal((await interlock.cli(['ledger', 'show', '10'])).code, 1);
  assert.match((await interlock.cli(['ledger', 'prove', '10'])).stderr, /dropped by retention/);
  const proof = join(interlock.folder, 'proof.json');
  const proven = await interlock.command(['ledger', 'prove', '306', '--output', proof]);
  assert.equal(proven.code, 0, proven.stderr);
  assert.equal((await interlock.cli(['ledger', 'verify-proof', proof])).code, 0);
  const out = await interlock.cli(['ledger', 'export', '--output', '-']);
  const lines = out.stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { sequence: number }).sequence);
  assert.deepEqual([lines[0], lines[255], lines[256]], [256, 511, 768]);
  assert.match((await interlock.cli(['ledger', 'tail', '-n', '900'])).stdout, /past-3-0/);
  const page = await operator.searchEntries({ filter: {}, text: null, before: 800, limit: 100, since: null, until: null });
  assert.ok(
    page.found.some(({ entry }) => entry.sequence < 512),
    'a walk goes on behind what was dropped',
  );
});

it('what is held is not erased, and its release is on record', async () => {
  const [{ hold } = { hold: '' }] = await operator.listHolds();
  const refused = await interlock.cli(['ledger', 'erase', '--subject', 'past-40-15', '--reason', 'asked', '--yes']);
  assert.match(refused.stderr, /is held/);
  assert.equal((await interlock.cli(['ledger', 'hold', 'release', hold, '--reason', 'closed'])).code, 0);
  assert.deepEqual(await operator.listHolds(), []);
  const moves = await interlock.json(['ledger', 'search', '--type', 'hold']);
  assert.match(JSON.stringify(moves), /released/);
});

it('one segment verifies with the public key alone, and a changed one does not', async () => {
  const { publicKey } = await operator.ledgerKeys();
  const name = readdirSync(segments).findLast((one) => one.endsWith('.entries')) ?? '';
  const verify = (file: string, key = publicKey): ReturnType<typeof interlock.cli> =>
    interlock.cli(['ledger', 'verify', '--segment', join(segments, file), '--public-key', key]);
  const whole = await verify(name);
  assert.equal(whole.code, 0, whole.stdout + whole.stderr);
  assert.match(whole.stdout, /The segment holds: entries \d+ to \d+/);
  assert.match((await verify(name, Buffer.alloc(32, 7).toString('base64'))).stdout, /does NOT hold.*signature/);
  assert.equal((await verify('0000000000000000.manifest')).code, 1);
});

it('what a killed drop left goes with the next start, though the configuration says nothing of segments any more', async () => {
  await interlock.gateway.stop();
  const [left, whole] = ['0000000000000512.values', readdirSync(segments).findLast((one) => one.endsWith('.values')) ?? ''];
  copyFileSync(join(segments, whole), join(segments, left));
  const config = JSON.parse(readFileSync(interlock.configFile, 'utf8')) as Record<string, unknown>;
  delete config['ledger'];
  writeFileSync(interlock.configFile, JSON.stringify(config));
  await interlock.start({ warm: true });
  await waitFor(() => !existsSync(join(segments, left)) || undefined);
  assert.ok(existsSync(join(segments, whole)), 'what was not dropped is there');
  assert.equal((await interlock.verify([])).ok, true);
});
