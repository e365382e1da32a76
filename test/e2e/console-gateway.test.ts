// The console over a whole gateway: refunds of the real Stripe SDK wait, a person decides in Chromium, and the story can be read.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { buildConsole } from '../../scripts/build-console.ts';
import { readConsoleFiles } from '../../src/serve/console-files.ts';
import { runClient } from '../support/agent-client.ts';
import { openChromium } from '../support/chromium.ts';
import { preparePages } from '../support/console-visit.ts';
import { type Login, startInterlock } from '../support/interlock.ts';
import { startStripeOrigin } from '../support/stripe-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const stripe = stack.use(await startStripeOrigin(ca));
// The real command serves what was built for it, which in a fresh checkout nobody may have done yet.
if (readConsoleFiles().size === 0) await buildConsole();
const POLICIES = `
@id("refund-trial")
@reason("Refunds of the trial wait.")
@verdict("wait")
@approvers("finance")
@grant("3x 10m target")
permit (principal in Team::"trial", action == Action::"payment.refund", resource);
`;
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'api.stripe.com': stripe.address },
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
    policies: POLICIES,
    config: { approvals: { holdSeconds: 600, grantSeconds: 600 } },
  }),
);
const agent = await interlock.addAgent('support-bot', { teams: ['support'], user: 'ada' });
const trial = await interlock.addAgent('trial-bot', { teams: ['support', 'trial'] });
const fay = await interlock.addUser('fay', ['finance', 'operators']);
const shots =
  process.env['INTERLOCK_SCREENSHOTS'] ??
  stack.adopt(await mkdtemp(join(tmpdir(), 'shots-')), (path) => rm(path, { recursive: true }));

const browser = stack.adopt(await openChromium(), (open) => open.close());
const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce' });
await preparePages(context);
const page = await context.newPage();
const wrong: string[] = [];
page.on('pageerror', (error) => wrong.push(error.message));
page.on('console', (message) => /content security policy/i.test(message.text()) && wrong.push(message.text()));
const seen = (name: string) => page.screenshot({ path: join(shots, `gateway-${name}.png`) });
const ask = (who: Login, amount: number, note: string) =>
  runClient(who, 'stripe', { args: [{ charge: 'ch_known', amount, metadata: { note } }] });
const sent = (note: string) =>
  stripe.movements.filter((one) => one.fields['metadata[note]'] === note).map(({ fields }) => fields['amount']);
const confirm = () => page.locator('dialog button[type=submit][aria-disabled=false]');
const view = async (hash: string): Promise<void> => void (await page.evaluate(`location.hash = ${JSON.stringify(`#/${hash}`)}`));

test('approve while the SDK waits: it gets its answer, and the story tells who said yes', async () => {
  const refund = ask(agent, 420_000, 'console');
  await page.goto(`${interlock.gateway.consoleUrl}/`);
  await page.getByLabel('Approver token').fill(fay);
  await page.keyboard.press('Enter');
  await page.locator('.card').first().click();
  await page.getByRole('heading', { name: 'Refund 4,200.00 USD' }).waitFor();
  await page.getByText('Raw request').click();
  await page.locator('.raw pre', { hasText: 'amount=420000' }).waitFor();
  await seen('ticket');
  await page.keyboard.press('a');
  await confirm().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.ticket-end').getByText('Approved by fay').waitFor();
  assert.equal((await refund).ok, true);
  assert.deepEqual(sent('console'), ['420000']);

  await page.getByRole('link', { name: 'The whole story of this exchange' }).click();
  await page.getByText('Sent, and answered with status 200').waitFor();
  await page
    .locator('.moves')
    .getByText(/approved by fay \(console\)/)
    .waitFor();
  await page.locator('.checks .good').nth(1).waitFor();
  await page.locator('.policy-id', { hasText: 'refund-large' }).waitFor();
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the proof' }).click();
  const proof = await downloading;
  assert.match(proof.suggestedFilename(), /^entry-\d+\.proof\.json$/);
  const { publicKey } = await interlock.verify();
  const checked = await interlock.cli(['ledger', 'verify-proof', await proof.path(), '--public-key', publicKey]);
  assert.deepEqual([checked.code, /approved by fay/.test(checked.stdout)], [0, true], checked.stdout + checked.stderr);
  await seen('story');

  await ask(agent, 1_000, 'small');
  await page.goto(`${interlock.gateway.consoleUrl}/#/live?agent=support-bot`);
  await page.locator('.feed-row', { hasText: 'payment.refund' }).first().waitFor();
  await seen('live');
  for (const [hash, there] of [
    ['overview?window=1h', '.slice'],
    ['people', 'td'],
    ['bundle/refund-large', '.policy[open]'],
    ['history', '.change'],
    ['findings', '[role=status]:has-text("cases come out as they say"), .finding'],
    ['coverage', '.covered-table td'],
    ['reports', '.empty'],
    ['grants', '.empty'],
  ] as const) {
    await view(hash);
    await page.locator(there).first().waitFor();
    await seen(hash.replace(/\W.*/, ''));
  }
  assert.deepEqual(wrong, []);
});

test('an edit chosen in the browser is what is sent; a reason given there is on record', async () => {
  await view('inbox');
  const edited = ask(agent, 430_000, 'edited');
  await page.locator('.card', { hasText: '4,300.00' }).click();
  await page.getByRole('radio', { name: /refund-500/ }).check();
  await seen('edit');
  await page.getByRole('button', { name: /^Approve the edit/ }).click();
  await confirm().click();
  await page.locator('.ticket-end').getByText('Approved by fay').waitFor();
  assert.equal((await edited).ok, true);
  assert.deepEqual(sent('edited'), ['50000']);

  const denied = ask(agent, 440_000, 'denied');
  await page.locator('.card', { hasText: '4,400.00' }).click();
  await page.getByRole('button', { name: /^Deny/ }).click();
  await page.getByLabel(/^Reason/).fill('not this month');
  await confirm().click();
  await page.locator('.ticket-end').getByText('not this month').waitFor();
  assert.equal((await denied).ok, false);
  assert.deepEqual(sent('denied'), []);
  const said = (await interlock.bodies('ticket')).findLast(({ move }) => move === 'denied');
  assert.deepEqual([said?.by, said?.channel, said?.note], ['fay', 'console', 'not this month']);
});

test('a scoped grant is given, listed, counted as it is used, and revoked', async () => {
  await view('inbox');
  const first = ask(trial, 2_000, 'trial');
  await page.locator('.card', { hasText: 'trial-bot' }).click();
  await page.getByRole('checkbox', { name: /the next 3 requests of this kind/ }).check();
  await page.getByRole('button', { name: /^Approve/ }).click();
  await confirm().click();
  assert.equal((await first).ok, true);
  await view('grants');
  const row = page.getByRole('row', { name: /payment\.refund on Account stripe.*trial-bot.*for a while.*fay/ });
  await row.getByText('3 uses').waitFor();
  assert.equal((await ask(trial, 3_000, 'trial')).ok, true);
  await row.getByText('2 uses').waitFor();
  await seen('grant');
  await row.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke it' }).click();
  await page.locator('.empty').waitFor();
  assert.deepEqual(await interlock.operator.listGrants(), []);
  assert.deepEqual(sent('trial'), ['2000', '3000']);
  await waitFor(async () => (await interlock.bodies('ticket')).find(({ move, by }) => move === 'voided' && by === 'fay'));
  assert.deepEqual(wrong, []);
});
