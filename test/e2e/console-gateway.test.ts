// The console over a whole gateway: a refund of the real Stripe SDK waits, a person approves it in Chromium, and its story can be read.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { buildConsole } from '../../scripts/build-console.ts';
import { readConsoleFiles } from '../../src/serve/console-files.ts';
import { runClient } from '../support/agent-client.ts';
import { openChromium } from '../support/chromium.ts';
import { startInterlock } from '../support/interlock.ts';
import { startStripeOrigin } from '../support/stripe-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const stripe = stack.use(await startStripeOrigin(ca));
// The real command serves what was built for it, which in a fresh checkout nobody may have done yet.
if (readConsoleFiles().size === 0) await buildConsole();
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'api.stripe.com': stripe.address },
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
    config: { approvals: { holdSeconds: 60, grantSeconds: 60 } },
  }),
);
const agent = await interlock.addAgent('support-bot', { teams: ['support'], user: 'ada' });
const fay = await interlock.addUser('fay', ['finance', 'operators']);
const shots =
  process.env['INTERLOCK_SCREENSHOTS'] ??
  stack.adopt(await mkdtemp(join(tmpdir(), 'shots-')), (path) => rm(path, { recursive: true }));

test('approve while the SDK waits: it gets its answer, and the story tells who said yes', async () => {
  const browser = stack.adopt(await openChromium(), (open) => open.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(15_000);
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => /content security policy/i.test(message.text()) && wrong.push(message.text()));
  const seen = (name: string) => page.screenshot({ path: join(shots, `gateway-${name}.png`) });

  const refund = runClient(agent, 'stripe', { args: [{ charge: 'ch_known', amount: 420_000, metadata: { note: 'console' } }] });
  await page.goto(`${interlock.gateway.consoleUrl}/`);
  await page.getByLabel('Approver token').fill(fay);
  await page.keyboard.press('Enter');
  await page.locator('.card').first().click();
  await page.getByRole('heading', { name: 'Refund 4,200.00 USD' }).waitFor();
  await page.getByText('Raw request').click();
  await page.locator('.raw pre', { hasText: 'amount=420000' }).waitFor();
  await seen('ticket');
  await page.keyboard.press('a');
  await page.locator('dialog button[type=submit][aria-disabled=false]').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.ticket-end').getByText('Approved by fay').waitFor();
  assert.equal((await refund).ok, true);
  assert.equal(stripe.movements.filter((one) => one.fields['metadata[note]'] === 'console').length, 1);

  await page.getByRole('link', { name: 'The whole story of this exchange' }).click();
  await page.getByText('Sent, and answered with status 200').waitFor();
  await page
    .locator('.moves')
    .getByText(/approved by fay \(console\)/)
    .waitFor();
  await page.locator('.checks .good').nth(1).waitFor();
  await page.locator('.policy-id', { hasText: 'refund-large' }).waitFor();
  await seen('story');

  await runClient(agent, 'stripe', { args: [{ charge: 'ch_known', amount: 1_000, metadata: { note: 'small' } }] });
  await page.goto(`${interlock.gateway.consoleUrl}/#/live?agent=support-bot`);
  await page.locator('.feed-row', { hasText: 'payment.refund' }).first().waitFor();
  await seen('live');
  for (const [hash, there] of [
    ['overview?window=1h', '.slice'],
    ['people', 'td'],
    ['bundle/refund-large', '.policy[open]'],
    ['grants', '.empty'],
  ] as const) {
    await page.evaluate(`location.hash = ${JSON.stringify(`#/${hash}`)}`);
    await page.locator(there).first().waitFor();
    await seen(hash.replace(/\W.*/, ''));
  }
  assert.deepEqual(wrong, []);
});
