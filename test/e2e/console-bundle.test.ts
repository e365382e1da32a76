// The bundle's pages in a real Chromium: history and what changed, findings that lead to their line, and what cases and traffic show.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { BrowserContextOptions } from 'playwright-core';
import { DIGESTS } from '../support/console-bundle.ts';
import { fitsTheScreen, seriousFindings, openVisitor, type Visit, visitConsole } from '../support/console-visit.ts';

const visitor = await openVisitor();
after(() => visitor[Symbol.asyncDispose]());

const visit = (hash: string, options?: BrowserContextOptions): Promise<Visit> => visitConsole(visitor, hash, options);

test('history: who and what, by pages; a diff by keyboard, with signs and not by colour alone', async () => {
  await using it = await visit('#/history');
  const { page } = it;
  const newest = page.locator('.change').first();
  await newest.getByText('promoted by olga').waitFor();
  for (const told of ['in force', '+1 added', '±2 changed', 'git a1b2c3d4 on main']) await newest.getByText(told).waitFor();
  await page.getByText('unknown annotation @veridct').waitFor();
  await page.getByRole('button', { name: 'Older' }).click();
  await page.getByText('with changes that are not committed').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Older' }).count(), 0);
  assert.deepEqual(await seriousFindings(page), []);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'What changed' }).waitFor();
  assert.ok(page.url().endsWith(`#/history?from=${DIGESTS.before}&to=${DIGESTS.now}`));
  const policy = page.locator('.diff').first();
  assert.match(await policy.locator('.diff-removed').first().innerText(), /−.*Large refunds wait/s);
  assert.match((await policy.locator('.diff-added').nth(1).textContent()) ?? '', /3\+added: @verdict\("wait"\)/);
  assert.equal(await page.locator('img').count(), 0, 'what is in a file is text');
  assert.deepEqual(await seriousFindings(page), []);
  await page.keyboard.press('Escape');
  await newest.waitFor();
});

test('the files of a bundle: whole, highlighted, each line with an address; nothing in them hides', async () => {
  await using it = await visit('#/history');
  const { page, gateway } = it;
  await page.getByRole('link', { name: 'Show its files' }).click();
  await page.waitForURL(new RegExp(`#/history/${DIGESTS.now}$`));
  const lines = page.locator('.source-line');
  await lines.first().waitFor();
  assert.match((await lines.first().textContent()) ?? '', /\/\/ <img src=x onerror=alert\(1\)>U\+202Egnp\.exeU\+0000/);
  assert.equal(await page.locator('main img').count(), 0);
  assert.equal(await lines.nth(1).locator('.word-annotation').innerText(), '@id');
  await page.getByRole('link', { name: 'Line 4', exact: true }).click();
  await page.waitForURL(/\?file=payment\.cedar&line=4$/);
  await page.locator('.source-line-marked .word-effect', { hasText: 'permit' }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await page.keyboard.press('j');
  await page.waitForURL(/line=5$/);
  await page.getByText('Its policies').click();
  await page.getByRole('link', { name: 'refund-rest' }).click();
  await page.waitForURL(/line=8$/);
  await page.getByLabel('File', { exact: true }).selectOption('schema.cedarschema');
  await page.getByText('Lines 1 to 2000 of 4500').waitFor();
  await page.getByRole('link', { name: 'Later lines' }).click();
  await page.getByText('Lines 2001 to 4000 of 4500').waitFor();
  await page.getByLabel('File', { exact: true }).selectOption('cases/none.yaml');
  await page.getByText('This file is empty').waitFor();
  await page.goto(`${gateway.url}/#/history/${DIGESTS.now}?file=${encodeURIComponent('../<b>')}`);
  await page.getByText('This bundle has no such file').waitFor();
  await page.goto(`${gateway.url}/#/history/${'0'.repeat(64)}`);
  await page
    .getByRole('alert')
    .getByText(/no bundle is kept/)
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('promoted by olga').waitFor();
});

test('a finding in a case leads to that line of the case', async () => {
  await using it = await visit('#/findings');
  const { page } = it;
  await page.getByRole('link', { name: /cases\/payment\.yaml:12:3/ }).click();
  await page.waitForURL(new RegExp(`#/history/${DIGESTS.now}\\?file=cases%2Fpayment\\.yaml&line=12$`));
  await page.locator('.word-annotation', { hasText: 'verdict' }).waitFor();
});

test('a finding leads to its line in the highlighted policy', async () => {
  await using it = await visit('#/findings');
  const { page } = it;
  await page.getByText('1 error, 1 warning; 1 of its 177 cases come out otherwise.').waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await page.getByRole('link', { name: /payment\.cedar:30:1/ }).click();
  const marked = page.locator('#policy-refund-large[open] .source-line-marked');
  await marked.waitFor();
  assert.match((await marked.textContent()) ?? '', /found here: 30when/);
  assert.ok(
    await marked.evaluate((line: { getBoundingClientRect(): { top: number } }) => line.getBoundingClientRect().top < 860),
  );
  assert.deepEqual(await seriousFindings(page), []);
});

test('coverage: worked out while one waits, what nothing shows first', async () => {
  await using it = await visit('#/coverage');
  const { page } = it;
  await page.getByText('The bundle is being looked over').waitFor();
  await page.getByRole('row', { name: /refund-large.*payment\.cedar.*no case.*1\.2k/ }).waitFor();
  await page.getByText('50 %').waitFor();
  assert.deepEqual(await seriousFindings(page), []);
});

test('a replay that was kept: its charts, and examples whose texts do nothing', async () => {
  await using it = await visit('#/reports');
  const { page } = it;
  await page.getByRole('row', { name: /\.\/candidate.*60,412.*1,530.*1,512/ }).waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await page.getByRole('link', { name: './candidate' }).click();
  await page.getByRole('heading', { name: 'Verdicts then and now' }).waitFor();
  assert.equal(await page.locator('.report-strip').count(), 2);
  const group = page.locator('.report-group').first();
  await group.locator('summary').focus();
  await page.keyboard.press('Enter');
  await group.getByText('Not sure: counterparty is erased.').waitFor();
  assert.match((await group.textContent()) ?? '', /Account::<img src=x onerror=alert\(1\)>U\+202Egnp/);
  assert.equal(await page.locator('main img').count(), 0);
  assert.deepEqual(await seriousFindings(page), []);
});

test('where nothing can be read, a page says so, counts nothing, and can be tried again', async () => {
  await using it = await visit('#/findings');
  const { page } = it;
  await page.locator('.finding').first().waitFor();
  let broken = true;
  await page.route(/\/v1\/(?:grants|users|agents)$/, (route) =>
    broken ? route.fulfill({ status: 500, json: { code: 'INTERNAL', detail: 'something went wrong inside' } }) : route.continue(),
  );
  for (const [view, alerts] of [
    ['grants', 1],
    ['people', 2],
  ] as const) {
    broken = true;
    await page.evaluate(`location.hash = '#/${view}'`);
    await page
      .getByText('something went wrong inside')
      .nth(alerts - 1)
      .waitFor();
    assert.deepEqual(
      await page.locator('.count').allInnerTexts(),
      Array.from({ length: alerts }, () => ''),
    );
    broken = false;
    for (let i = 0; i < alerts; i += 1) await page.getByRole('button', { name: 'Try again' }).first().click();
    await page.locator('tbody tr').first().waitFor();
  }
});

test('a phone in the dark: nothing is wider than the screen', async () => {
  await using it = await visit('#/history', { viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true });
  const { page } = it;
  const pages = [
    ['history', '.change'],
    [`history?from=${DIGESTS.before}&to=${DIGESTS.now}`, '.diff'],
    [`history/${DIGESTS.now}?file=payment.cedar&line=4`, '.source-line-marked'],
    ['bundle', '.flip-table'],
    ['findings', '.finding'],
    ['coverage', '.covered-table'],
    ['reports', '.report-table'],
    ['reports/r_20260101000000_0123abcd', '.report-group'],
    ['bundle/refund-large?line=30', '.source-line-marked'],
  ] as const;
  for (const [hash, seen] of pages) {
    await page.evaluate(`location.hash = ${JSON.stringify(`#/${hash}`)}`);
    await page.locator(seen).first().waitFor();
    assert.ok(await fitsTheScreen(page), hash);
    assert.deepEqual(await seriousFindings(page), [], hash);
  }
});
