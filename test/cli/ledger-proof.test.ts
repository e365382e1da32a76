// `interlock ledger prove|disclose|consistency|verify-proof`, on the data folder of a gateway that does not run.

import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import { openBundleStore } from '../../src/rollout/bundle-store.ts';
import { connectOperator } from '../../src/serve/connect-operator.ts';
import { configFile } from '../config/config-file.ts';
import { bundleFiles, DIGEST, ticketMove } from '../proof/proven-ledger.ts';
import { outcomeOf, verdictOf } from '../record/sample-bodies.ts';
import { type FakeCli, fakeCli } from './fake-cli.ts';

const PLACE = 'actions/0/facts/recipients';

async function stopped(t: TestContext) {
  const file = configFile('');
  t.after(() => file[Symbol.dispose]());
  const { dataDir } = file.load();
  await openBundleStore(dataDir).keep({ files: bundleFiles(DIGEST), cases: new Map() });
  const ledger = await openLedger({ dataDir, version: 'test' });
  await ledger.append(
    verdictOf('x1', { verdict: 'WAIT', bundle: DIGEST, policies: ['refund-ceiling'], ticket: 't_1' }),
    'written',
  );
  const old = ledger.checkpoint();
  await ledger.append(ticketMove('approved', { by: 'una', channel: 'console' }), 'written');
  await ledger.append(outcomeOf('x1', '1'), 'written');
  await ledger.append(ticketMove('approved', { ticket: 't_2' }), 'written');
  await ledger.close();
  const cwd = dirname(file.file);
  writeFileSync(join(cwd, 'old.note'), old);
  const run = async (...args: string[]): Promise<FakeCli & { code: number }> => {
    const it = fakeCli({ cwd });
    it.cli.connect = connectOperator;
    const offline = args[0] === 'verify-proof';
    return { ...it, code: await it.run('ledger', ...args, ...(offline ? [] : ['--config', file.file])) };
  };
  return { run, cwd, publicKey: ledger.publicKey, text: (name: string) => readFileSync(join(cwd, name), 'utf8') };
}

test('an entry is proven to whoever has the key, with its bundle, its approval and its outcome', async (t) => {
  const { run, cwd, publicKey, text } = await stopped(t);
  const made = await run('prove', '1', '--output', 'p.json', '--since', 'old.note');
  assert.equal(made.code, 0, made.err());
  assert.match(made.out(), /needs this public key from you/);
  assert.equal(statSync(join(cwd, 'p.json')).mode & 0o777, 0o600);
  assert.ok(!text('p.json').includes('"salt"'));
  const checked = await run('verify-proof', 'p.json', '--public-key', publicKey, '--checkpoint', 'old.note');
  assert.equal(checked.code, 0, checked.out());
  for (const said of [
    /^Entry 1 is in the ledger interlock-tree\/[0-9a-f]{16}: it is number 2 of the \d+ entries/,
    /was decided WAIT by policy refund-ceiling/,
    /Ticket t_1 was approved by una \(console\)/,
    /It was sent and answered with status 200/,
    /goes on from the older one over 2/,
    /refund-ceiling is in payment\.cedar, line 2/,
    /Signed by the key that you gave/,
  ])
    assert.match(checked.out(), said);
  assert.ok(!checked.out().includes('t_2'));
  const bare = await run('verify-proof', 'p.json');
  assert.deepEqual([bare.code, /NOT PINNED/.test(bare.out())], [0, true]);
  writeFileSync(join(cwd, 'bad.json'), text('p.json').replace('support-bot', 'another-bot'));
  const bad = await run('verify-proof', 'bad.json', '--public-key', publicKey);
  assert.equal(bad.code, 1);
  assert.match(bad.out(), /^This proof does NOT hold:\n {2}entry 1 is not number 2/);
  const odd = await run('verify-proof', 'old.note');
  assert.equal(odd.code, 2);
  assert.match(odd.err(), /not JSON/);
  assert.equal((await run('prove', '99')).code, 1);
  assert.equal((await run('prove', 'x')).code, 1);
});

test('the C2SP form, and a file without bundle and related entries', async (t) => {
  const { run, cwd, publicKey } = await stopped(t);
  writeFileSync(join(cwd, 'p.tlog-proof'), (await run('prove', '1', '--tlog')).out());
  assert.equal((await run('verify-proof', 'p.tlog-proof', '--public-key', publicKey)).code, 0);
  assert.equal((await run('verify-proof', 'p.tlog-proof')).code, 2);
  const small = JSON.parse((await run('prove', '1', '--no-bundle', '--no-related')).out());
  assert.deepEqual([small.bundle, small.related], [null, []]);
});

test('chosen values are disclosed, on record before they leave', async (t) => {
  const { run, publicKey, text } = await stopped(t);
  const none = await run('disclose', '1', '--field', 'actions/0/facts/none', '--output', 'd.json');
  assert.match(none.err(), /keeps no hidden value at actions\/0\/facts\/none/);
  const made = await run('disclose', '1', '--field', PLACE, '--reason', 'audit of July', '--output', 'd.json');
  assert.equal(made.code, 0, made.err());
  assert.equal(text('d.json').match(/"salt"/g)?.length, 1);
  assert.ok(!text('d.json').includes('audit of July'));
  const checked = await run('verify-proof', 'd.json', '--public-key', publicKey);
  assert.match(checked.out(), /Disclosed of entry 1: actions\/0\/facts\/recipients is \["x1@customer.example"\]/);
  assert.match(checked.out(), /disclosure {2}of 1 {2}actions\/0\/facts\/recipients/);
  const tail = JSON.parse((await run('tail', '--json')).out());
  const entries = tail.filter((entry: { type: string }) => entry.type === 'disclosure');
  assert.deepEqual(
    entries.map(({ body }: { body: object }) => ({ ...body, osUser: 'somebody' })),
    [{ type: 'disclosure', entry: '1', places: [PLACE], user: null, osUser: 'somebody', reason: 'audit of July' }],
  );
  const refused = await run('disclose', '1', '--field', PLACE, '--token', 'of nobody');
  assert.match(refused.err(), /not that of an active user/);
});

test('a consistency proof is written and checked; a checkpoint of another course is not', async (t) => {
  const { run, cwd, publicKey, text } = await stopped(t);
  const made = await run('consistency', 'old.note', '--output', 'c.json');
  assert.equal(made.code, 0, made.err());
  assert.equal((await run('verify-proof', 'c.json', '--public-key', publicKey, '--checkpoint', 'old.note')).code, 0);
  const other = await stopped(t);
  assert.equal((await run('verify-proof', 'c.json', '--public-key', other.publicKey)).code, 1);
  writeFileSync(join(cwd, 'foreign.note'), other.text('old.note'));
  const foreign = await run('consistency', 'foreign.note');
  assert.equal(foreign.code, 2);
  writeFileSync(join(cwd, 'now.note'), JSON.parse(text('c.json')).checkpoint);
  assert.equal((await run('consistency', 'old.note', 'now.note', '--json')).code, 0);
  assert.notEqual((await run('consistency', 'now.note', 'old.note')).code, 0);
});
