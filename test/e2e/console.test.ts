// The console in a real Chromium, by keyboard and by mouse, wide and narrow, light and dark. A violation of its policy fails any test.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { readConsoleFiles } from '../../src/serve/console-files.ts';
import { FINANCE, parkRequest } from '../support/approval-desk.ts';
import { consoleDesk } from '../support/console-desk.ts';
import { feedEntry } from '../support/console-data.ts';
import { HOSTILE } from '../support/console-tickets.ts';
import { seriousFindings, openVisitor, type Visit, visitConsole } from '../support/console-visit.ts';
import { TOKEN } from '../support/fake-console.ts';
import { waitFor } from '../support/wait-for.ts';

const visitor = await openVisitor();
after(() => visitor[Symbol.asyncDispose]());

const visit = (hash: string, options?: BrowserContextOptions, signedIn?: boolean): Promise<Visit> =>
  visitConsole(visitor, hash, options, signedIn);

const confirm = (page: Page, name: string) => page.locator('dialog button[type=submit][aria-disabled=false]', { hasText: name });

test('sign in: a wrong token is told, a right one opens the inbox, and one can leave again', async () => {
  await using it = await visit('', {}, false);
  const { page } = it;
  assert.equal(await page.getByRole('link', { name: 'Sign in with Example SSO' }).getAttribute('href'), '/v1/oidc/start');
  await page.getByLabel('Approver token').fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('not valid').waitFor();
  await page.getByLabel('Approver token').fill(TOKEN);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Inbox' }).waitFor();
  assert.equal(await page.evaluate('document.cookie'), '');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Approver token').waitFor();
});

test('approve by keyboard alone: j, a, one second step, and the focus comes back', async () => {
  await using it = await visit('#/inbox');
  const { page, gateway } = it;
  await page.locator('.card').first().waitFor();
  assert.match(await page.locator('.card').first().innerText(), /Force-push to\s+main/);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.getByRole('heading', { name: 'Refund 4,200.00 USD' }).waitFor();
  await page.keyboard.press('a');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  assert.equal(gateway.changes.length, 0, 'keys held down confirm nothing');
  await confirm(page, 'Approve it').waitFor();
  for (let i = 0; i < 4; i += 1) await page.keyboard.press('Tab');
  assert.equal(
    await page.evaluate('document.activeElement === document.body || document.activeElement.closest("dialog") !== null'),
    true,
  );
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('a');
  await confirm(page, 'Approve it').waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('It goes out now, once.').waitFor();
  assert.deepEqual(gateway.changes, [{ method: 'POST', path: '/v1/tickets/t_refund/approve', body: {} }]);
  await page.locator('.ticket-end').getByText('It was sent, once.').waitFor();
});

test('deny by mouse with a reason; a double click decides once', async () => {
  await using it = await visit('#/inbox/t_refund');
  const { page, gateway } = it;
  const deny = page.getByRole('button', { name: /^Deny/ });
  await deny.waitFor();
  // On a busy machine the dialog is drawn between the two clicks, and the second one lands beside it. In the page itself, to be quick.
  await page.evaluate(`(async () => {
    document.querySelector('button.button-deny-soft').click();
    while (document.querySelector('dialog[open]') === null) await new Promise(requestAnimationFrame);
    document.querySelector('dialog[open]').click();
  })()`);
  await page.getByLabel(/^Reason/).waitFor();
  // Once it is no part of a double click any more, a click beside the dialog closes it.
  await waitFor(async () => {
    await page.mouse.click(5, 5);
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    return (await page.getByLabel(/^Reason/).count()) === 0 || undefined;
  });
  await deny.dblclick();
  assert.equal(gateway.changes.length, 0);
  await page.getByLabel(/^Reason/).fill('not agreed');
  await confirm(page, 'Deny it').dblclick();
  await page.locator('.ticket-end').getByText('Denied by fay').waitFor();
  assert.deepEqual(gateway.changes, [{ method: 'POST', path: '/v1/tickets/t_refund/deny', body: { reason: 'not agreed' } }]);
});

test('an edit is chosen with its difference in sight; a scope is given; a race is told kindly', async () => {
  await using it = await visit('#/inbox/t_mail');
  const { page, gateway } = it;
  await page.locator('.edit').nth(1).click();
  await page.locator('.edit del', { hasText: 'press@partner.example' }).waitFor();
  await page.getByRole('button', { name: /^Approve the edit/ }).click();
  await confirm(page, 'Approve the edit').click();
  await page.locator('.ticket-end').getByText('Approved by fay').waitFor();
  await page.goto(`${gateway.url}/#/inbox/t_refund`);
  await page.getByRole('checkbox', { name: /from the same session, to the same target, for 10 minutes/ }).check();
  await page.getByRole('button', { name: /^Approve/ }).click();
  await confirm(page, 'Approve it').waitFor();
  gateway.decideElsewhere('t_refund', 'omar');
  await confirm(page, 'Approve it').click();
  await page.getByText(/Somebody was faster: .*omar/).waitFor();
  assert.deepEqual(
    gateway.changes.map((change) => change.body),
    [{ edit: 'company-recipients' }, { scope: true }],
  );
});

test("an agent's markup and direction marks are text, and the raw request says that it was cut", async () => {
  await using it = await visit('#/inbox/t_push');
  const { page } = it;
  await page.getByRole('heading', { name: 'Force-push to main' }).waitFor();
  assert.equal(await page.locator('img').count(), 0);
  assert.match((await page.locator('.ticket').textContent()) ?? '', /<img src=x onerror=alert\(1\)>U\+202Egnp\.exeU\+0000/);
  assert.ok(!((await page.textContent('body')) ?? '').includes(HOSTILE.slice(-9)));
  await page.goto(page.url().replace('t_push', 't_mail'));
  await page.getByText('Raw request').click();
  await page.getByText('Cut here').waitFor();
});

test('the live feed: entries come by themselves, pause holds them, filters are in the URL, older ones by pages', async () => {
  await using it = await visit('#/live?verdict=BLOCK');
  const { page, gateway } = it;
  await page.locator('.stream-open').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Block' }).getAttribute('aria-pressed'), 'true');
  gateway.send(feedEntry(2_000, { verdict: 'BLOCK', agent: 'newcomer' }));
  gateway.send(feedEntry(2_001, { verdict: 'ALLOW', agent: 'unseen' }));
  await page.locator('.feed-row').first().getByText('newcomer').waitFor();
  assert.equal(await page.getByText('unseen').count(), 0);
  await page.keyboard.press('p');
  gateway.send(feedEntry(2_002, { verdict: 'BLOCK', agent: 'held-back' }));
  await page.getByText('paused, 1 new').waitFor();
  await page.keyboard.press('p');
  await page.locator('.feed-row').first().getByText('held-back').waitFor();
  const rows = await page.locator('.feed-row').count();
  await page.getByRole('button', { name: 'Older' }).click();
  await page.locator('.feed-row').nth(rows).waitFor();
  await page.getByLabel('Agent').fill('newcomer');
  await page.waitForURL(/agent=newcomer/);
  await page.locator('.feed-row').nth(1).waitFor({ state: 'detached' });
  await page.reload();
  assert.equal(await page.getByLabel('Agent').inputValue(), 'newcomer');
});

test("over the gateway's own routes: sign in with a token, see the ticket, deny it, and the book knows who", async () => {
  await using real = await consoleDesk({ page: readConsoleFiles(visitor.built) });
  const facts = { amountMinor: 420_000, currency: 'USD', minorPerMajor: 100, amountKnown: true };
  const refund = {
    action: 'payment.refund',
    resource: { type: 'Account', id: 'stripe' },
    verdict: 'WAIT',
    policies: [FINANCE.policy],
    facts,
  } as const;
  const ticket = await real.desk.book.open(parkRequest({ actions: [refund] }));
  const page = await visitor.browser.newPage({ reducedMotion: 'reduce' });
  await page.goto(`http://127.0.0.1:${real.port}/`);
  await page.getByLabel('Approver token').fill(real.desk.tokens.fay);
  await page.keyboard.press('Enter');
  await page.locator('.card').first().click();
  await page.getByRole('heading', { name: 'Refund 4,200.00 USD' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Overview' }).count(), 0, 'what operators see is not offered to others');
  await page.keyboard.press('d');
  await page.getByLabel(/^Reason/).fill('ask support first');
  await confirm(page, 'Deny it').click();
  await page.locator('.ticket-end').getByText('Denied by fay').waitFor();
  assert.equal(real.desk.book.get(ticket.id)?.deniedBy, 'fay');
  assert.equal(real.desk.book.get(ticket.id)?.denial, 'ask support first');
  await page.close();
});

test('every view is free of serious findings, wide and light', async () => {
  await using it = await visit('#/inbox/t_refund');
  const { page } = it;
  const views = [
    ['inbox/t_refund', '.ticket'],
    ['live', '.feed-row'],
    ['overview?window=1h', '.chart'],
    ['story/x_5f2c9a', '.steps'],
    ['grants', 'td'],
    ['people', 'td'],
    ['bundle/refund-large', '.policy[open]'],
  ] as const;
  for (const [hash, seen] of views) {
    await page.evaluate(`location.hash = ${JSON.stringify(`#/${hash}`)}`);
    await page.locator(seen).first().waitFor();
    assert.deepEqual(await seriousFindings(page), [], hash);
  }
});

test('a phone in the dark: nothing is wider than the screen, and a thumb can decide', async () => {
  await using it = await visit('#/inbox', { viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true });
  const { page, gateway } = it;
  const fitsTheScreen = () => page.evaluate('document.documentElement.scrollWidth <= innerWidth');
  await page.locator('.card').nth(1).tap();
  const approve = page.getByRole('button', { name: /^Approve/ });
  await approve.waitFor();
  assert.ok(((await approve.boundingBox())?.y ?? 9_999) < 844, 'the buttons are in sight without scrolling');
  assert.deepEqual(await seriousFindings(page), []);
  assert.ok(await fitsTheScreen());
  const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
  assert.equal(ground, 'rgb(14, 17, 22)');
  await approve.tap();
  await confirm(page, 'Approve it').tap();
  await page.locator('.ticket-end').waitFor();
  assert.equal(gateway.changes.length, 1);
  for (const hash of ['live', 'overview', 'story/x_5f2c9a', 'grants', 'people', 'bundle/refund-large']) {
    await page.evaluate(`location.hash = ${JSON.stringify(`#/${hash}`)}`);
    await page.locator('main .view > *').nth(1).waitFor();
    assert.ok(await fitsTheScreen(), hash);
  }
});
