// A bundle changed as an act of somebody through a real gateway: promote, the entry, the history, the decision, and back by digest.

import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { CHANGE_PLAN, readBundleFiles } from '../../src/decide/bundle-files.ts';
import type { BundleBody } from '../../src/record/bundle-body.ts';
import { writeWhole } from '../../src/rollout/bundle-store.ts';
import { placedText } from '../../src/rollout/placed.ts';
import { readWhole } from '../../src/rollout/whole-bundle.ts';
import { runClient } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { putFile } from '../support/put-file.ts';
import { startStripeOrigin } from '../support/stripe-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const stripe = stack.use(await startStripeOrigin(ca));
const NO_REFUNDS = `
@id("no-refunds") @reason("no refunds this week")
forbid(principal, action == Action::"payment.refund", resource);
`;
const REFUND_CASE = `- case: nothing is refunded
  action: payment.refund
  resource: { type: Account, id: stripe }
  facts: { amountKnown: true, amountMinor: 5, currency: USD }
  expect: { verdict: BLOCK, policies: [no-refunds] }
`;
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'api.stripe.com': stripe.address },
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
  }),
);
const agent = await interlock.addAgent('support-bot', { teams: ['support'], user: 'ada' });
const next = join(interlock.folder, 'next');

const refund = async (amount: number): Promise<boolean> =>
  (await runClient(agent, 'stripe', { args: [{ charge: 'ch_known', amount }] })).ok;
const loads = async (): Promise<BundleBody[]> =>
  (await interlock.bodies('bundle')).filter(({ load, move }) => load !== undefined && move !== 'rejected');
const refusals = async (): Promise<BundleBody[]> => (await interlock.bodies('bundle')).filter(({ move }) => move === 'rejected');
const digestOf = async (directory: string): Promise<string> => (await readBundleFiles(directory)).files?.digest ?? '';
const first = await digestOf(interlock.policiesDir);

/** The bundle in force with one policy more, and one case in place of those that the entities of this test would upset. */
async function candidate(policy: string, cases: string): Promise<void> {
  await rm(next, { recursive: true, force: true });
  await cp(interlock.policiesDir, next, { recursive: true, filter: (path) => !path.endsWith('/cases') });
  await writeFile(join(next, 'week.cedar'), policy);
  await mkdir(join(next, 'cases'));
  await writeFile(join(next, 'cases', 'week.yaml'), cases);
}

describe('a candidate that must not be promoted', () => {
  it('is refused with the cases that fail, and nothing changes', async () => {
    await candidate(NO_REFUNDS, REFUND_CASE.replace('BLOCK', 'ALLOW'));
    const failing = await interlock.cli(['policy', 'promote', next, '--json']);
    assert.equal(failing.code, 1);
    const { error }: { error: { code: string; message: string } } = JSON.parse(failing.stdout);
    assert.equal(error.code, 'BUNDLE_REFUSED');
    assert.match(error.message, /week\.yaml:1: nothing is refunded/);
    await candidate('permit (', REFUND_CASE);
    assert.match((await interlock.cli(['policy', 'promote', next])).stderr, /week\.cedar/);
    assert.equal(await digestOf(interlock.policiesDir), first);
    assert.equal((await loads()).length, 1);
    // Each refusal is on record with what was wrong.
    const noted = (await refusals()).map(({ note, load }) => `${load?.cause}: ${note}`);
    assert.equal(noted.length, 2);
    assert.match(noted[0] ?? '', /^promote: [^]*nothing is refunded/);
    assert.equal(await refund(11_50), true);
  });
});

describe('a promotion', () => {
  it('shows the diff, is in force when it returns, and is on record with what changed and who', async () => {
    await candidate(NO_REFUNDS, REFUND_CASE);
    const dry = await interlock.cli(['policy', 'promote', next, '--dry-run']);
    assert.match(dry.stdout, /added policy no-refunds \(week\.cedar\)[^]*\+forbid\(principal[^]*1 added, 0 changed, 0 removed/);
    const token = await interlock.addUser('olga');
    const done = await interlock.command(['policy', 'promote', next, '--reason', 'audit week'], { INTERLOCK_TOKEN: token });
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /is in force \(entry \d+\)/);
    assert.equal(await refund(12_50), false);
    const entry = (await loads()).at(-1);
    const { cause, user, osUser, reason, previous, changes, directory } = entry?.load ?? assert.fail();
    assert.deepEqual([cause, user, reason, previous, directory], ['promote', 'olga', 'audit week', first, next]);
    assert.ok(osUser !== null && osUser !== '');
    assert.deepEqual([changes?.added, changes?.changed.count, changes?.files], [{ count: 1, ids: ['no-refunds'] }, 0, []]);
    assert.equal(await readFile(join(interlock.policiesDir, 'cases/week.yaml'), 'utf8'), REFUND_CASE);
    assert.equal((await interlock.verify()).ok, true);
  });

  it('is told by the history and compared by digest', async () => {
    const { stdout } = await interlock.cli(['policy', 'history']);
    assert.match(
      stdout,
      /\*.*loaded.*olga \(promote\): audit week.*\+1 ~0 -0 policies\n(?:.*rejected.*\n)+.*loaded.*unknown \(start\)/,
    );
    const second = await digestOf(interlock.policiesDir);
    const diff = await interlock.json(['policy', 'diff', first.slice(0, 12), second.slice(0, 12)]);
    const policies: unknown = Reflect.get(Object(diff), 'policies');
    assert.deepEqual([Reflect.get(Object(diff), 'from'), Array.isArray(policies) && policies.length], [first, 1]);
  });
});

describe('a file that is changed by hand', () => {
  it('is loaded, and nobody is said to have done it', async () => {
    await putFile(join(interlock.policiesDir, 'week.cedar'), NO_REFUNDS.replace('this week', 'this month'));
    await waitFor(async () => (await loads()).length >= 3 || undefined);
    const { cause, user, osUser, changes } = (await loads()).at(-1)?.load ?? assert.fail();
    assert.deepEqual([cause, user, osUser, changes?.changed.ids], ['file-change', null, null, ['no-refunds']]);
  });
});

describe('a rollback', () => {
  it('goes back by the beginning of a digest, and the decision with it', async () => {
    assert.equal(await refund(13_50), false);
    const done = await interlock.command(['policy', 'rollback', first.slice(0, 10), '--reason', 'too strict']);
    assert.equal(done.code, 0, done.stderr);
    assert.equal(await refund(14_50), true);
    const { cause, reason, changes } = (await loads()).at(-1)?.load ?? assert.fail();
    assert.deepEqual([cause, reason, changes?.removed.ids], ['rollback', 'too strict', ['no-refunds']]);
    assert.equal(await digestOf(interlock.policiesDir), first);
    assert.match((await interlock.cli(['policy', 'rollback', '0000000'])).stderr, /no bundle is kept/);
  });

  it('never goes back to files that were changed in the store', async () => {
    const second = (await loads())[1]?.digest ?? '';
    await writeFile(join(interlock.folder, 'data/bundles', second, 'week.cedar'), '');
    const refused = await interlock.cli(['policy', 'rollback', second]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /were changed/);
    assert.equal(await digestOf(interlock.policiesDir), first);
  });

  it('works while no gateway runs: on record at once, and told with the next load', async () => {
    await interlock.gateway.stop();
    const third = (await loads())[2]?.digest ?? '';
    const done = await interlock.cli(['policy', 'rollback', third, '--reason', 'again']);
    assert.match(done.stdout, /No gateway runs/, done.stderr);
    assert.match((await interlock.cli(['policy', 'history', '--limit', '1'])).stdout, /placed .*rollback\): again/);
    await interlock.start();
    const [placed, loaded] = (await interlock.bodies('bundle')).slice(-2);
    assert.deepEqual([placed?.move, placed?.digest, loaded?.move, loaded?.digest], ['placed', third, 'loaded', third]);
    assert.deepEqual([loaded?.load?.cause, loaded?.load?.reason], ['rollback', 'again']);
    assert.equal((await interlock.verify()).ok, true);
  });
});

describe('a promotion that was broken off', () => {
  it('is finished by the next start, and told as the promotion that it was', async () => {
    await interlock.kill9();
    // As far as a process comes that is killed between its plan and the first file.
    await candidate(NO_REFUNDS.replace('this week', 'ever'), REFUND_CASE);
    const whole = await readWhole(next);
    const { digest } = whole.files;
    await writeWhole(join(interlock.policiesDir, '.interlock-change/files'), whole);
    const cause = { kind: 'promote', user: null, osUser: 'ada', from: next, reason: 'for good' } as const;
    const plan = placedText({ digest, cause, source: { directory: next, git: null, owner: null } });
    await writeFile(join(interlock.policiesDir, CHANGE_PLAN), plan, { mode: 0o600 });
    assert.match((await interlock.cli(['policy', 'check'])).stdout, /just being replaced/);
    await interlock.start({ warm: true });
    assert.equal(await digestOf(interlock.policiesDir), digest);
    const last = (await loads()).at(-1);
    assert.deepEqual(
      [last?.digest, last?.load?.cause, last?.load?.osUser, last?.load?.reason],
      [digest, 'promote', 'ada', 'for good'],
    );
    assert.equal((await interlock.verify()).ok, true);
  });
});
