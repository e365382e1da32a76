// Plans in a real Chromium: the list with its filters and pages, one plan as its steps are taken, and its end by somebody who may.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { BrowserContextOptions } from 'playwright-core';
import { feedEntry } from '../support/console-data.ts';
import { at } from '../support/console-tickets.ts';
import { fitsTheScreen, seriousFindings, openVisitor, type Visit, visitConsole } from '../support/console-visit.ts';

const visitor = await openVisitor();
after(() => visitor[Symbol.asyncDispose]());

const visit = (hash: string, options?: BrowserContextOptions): Promise<Visit> => visitConsole(visitor, hash, options);
const ACCEPTED = 'p_aaaaaaaaaaaaaaaaaaaaaaaaaa';

test('the list: pages by cursor, filters in the URL, an agent’s markup as text', async () => {
  await using it = await visit('#/plans');
  const { page } = it;
  await page.getByRole('row', { name: /Refund order 17.*In force.*support-bot.*1 of 4 steps/ }).waitFor();
  assert.equal(await page.locator('img').count(), 0);
  assert.equal(await page.locator('.plan-link').count(), 50);
  await page.getByRole('button', { name: 'Older' }).click();
  await page.locator('.plan-link').nth(63).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await page.getByLabel('State').selectOption('rejected');
  await page.waitForURL(/#\/plans\?state=rejected$/);
  // It stands in the list of all of them too.
  await page.locator('.plan-link').nth(1).waitFor({ state: 'detached' });
  await page.getByRole('row', { name: /Empty the archive/ }).waitFor();
  assert.equal(await page.locator('.plan-link').count(), 1);
  await page.keyboard.press('Tab');
  await page.getByLabel('Agent').fill('nobody');
  await page.getByText('No plan fits').waitFor();
  await page.waitForURL(/agent=nobody/);
});

test('a plan step by step: what took a step shows by itself, a rejected one names what is in its way', async () => {
  await using it = await visit(`#/plans/${ACCEPTED}`);
  const { page, gateway } = it;
  const steps = page.locator('.plan-step');
  await steps.nth(3).waitFor();
  assert.deepEqual(await page.locator('.plan-standing').allInnerTexts(), ['Done', 'May come now', 'Not yet', 'Not yet']);
  await steps.nth(1).getByText('at most 500.00 USD').waitFor();
  await steps.nth(2).getByText('only ana@example.com, li@example.com').waitFor();
  assert.equal(
    await steps
      .nth(0)
      .getByRole('link', { name: /exchange/ })
      .getAttribute('href'),
    '#/story/x_5f2c9a',
  );
  gateway.plans.change(ACCEPTED, ({ steps: old }) => ({
    steps: old.map((step) =>
      step.step === 2 ? { ...step, next: false, uses: [{ exchange: 'x_now', at: at(0), fate: 'sent' }] } : step,
    ),
  }));
  gateway.send(feedEntry(2_000, { type: 'plan', verdict: null, resource: `Plan::${ACCEPTED}`, result: 'step 2 consumed' }));
  await steps.nth(1).getByText('On its way', { exact: true }).waitFor();
  await page.goto(`${gateway.url}/#/plans/p_cccccccccccccccccccccccccc`);
  await page.locator('.plan-step-blocked').getByText('The archive is kept for ten years.').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Revoke/ }).count(), 0, 'offered to nobody who may not');
});

test('revoked from the keyboard, with a second step, once', async () => {
  await using it = await visit(`#/plans/${ACCEPTED}`);
  const { page, gateway } = it;
  await page.getByRole('button', { name: /^Revoke/ }).waitFor();
  await page.keyboard.press('r');
  await page.getByRole('dialog').getByText('No further step goes by it.').waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await page.keyboard.press('Enter');
  assert.equal(gateway.changes.length, 0, 'a key that is held down cancels');
  await page.keyboard.press('r');
  await page.getByRole('button', { name: 'Revoke it' }).click();
  await page.locator('.plan-state-revoked').waitFor();
  assert.deepEqual(gateway.changes, [{ method: 'POST', path: `/v1/plans/${ACCEPTED}/revoke`, body: {} }]);
  assert.equal(await page.getByRole('button', { name: /^Revoke/ }).count(), 0);
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Plans' }).waitFor();
});

test('a phone in the dark: nothing is wider than the screen', async () => {
  await using it = await visit('#/plans', { viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true });
  const { page } = it;
  // The column's head, which says what a dash means, is not there.
  await page.locator('.no-value').first().waitFor({ state: 'attached' });
  assert.equal(await page.locator('.no-value:visible').count(), 0);
  for (const hash of ['plans', `plans/${ACCEPTED}`, 'plans/p_bbbbbbbbbbbbbbbbbbbbbbbbbb']) {
    await page.evaluate(`location.hash = ${JSON.stringify(`#/${hash}`)}`);
    await page
      .locator(hash === 'plans' ? '.plan-link' : '.plan-step')
      .first()
      .waitFor();
    assert.ok(await fitsTheScreen(page), hash);
    assert.deepEqual(await seriousFindings(page), [], hash);
  }
});
