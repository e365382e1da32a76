// The console over TLS with a real OpenID provider, in a real Chromium: sign-in, its cookie, desktop notifications, and two people on one edit.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { buildConsole } from '../../scripts/build-console.ts';
import { readConsoleFiles } from '../../src/serve/console-files.ts';
import { runClient } from '../support/agent-client.ts';
import { openChromium } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { startInterlock } from '../support/interlock.ts';
import { CLIENT, oidcOrigin } from '../support/oidc-origin.ts';
import { startStripeOrigin } from '../support/stripe-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const stripe = stack.use(await startStripeOrigin(ca));
if (readConsoleFiles().size === 0) await buildConsole();
const folder = stack.adopt(await mkdtemp(join(tmpdir(), 'interlock-signin-')), (path) => rm(path, { recursive: true }));
const { keyPem, certPem } = await ca.issue(['localhost']);
await writeFile(join(folder, 'console.pem'), certPem);
await writeFile(join(folder, 'console-key.pem'), keyPem, { mode: 0o600 });
await writeFile(join(folder, 'oidc-secret'), CLIENT.secret, { mode: 0o600 });
const port = await freePort();
const home = `https://localhost:${port}`;
const redirectUri = `${home}/v1/oidc/callback`;
const provider = stack.use(await oidcOrigin([redirectUri]));

const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'api.stripe.com': stripe.address },
    entities: [
      { uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] },
      { uid: { type: 'User', id: 'fay' }, attrs: { oidc: 'sub-fay' }, parents: [] },
    ],
    policies: `
@id("refund-two")
@reason("Two people look at refunds of the trial.")
@verdict("wait")
@approvers("finance")
@quorum("2")
@offer("refund-500")
permit (principal in Team::"trial", action == Action::"payment.refund", resource);
`,
    config: {
      approvals: { holdSeconds: 600, grantSeconds: 600 },
      console: {
        listen: `127.0.0.1:${port}`,
        tls: { cert: join(folder, 'console.pem'), key: join(folder, 'console-key.pem') },
        oidc: { issuer: provider.issuer, clientId: CLIENT.id, clientSecretFile: join(folder, 'oidc-secret'), redirectUri },
      },
      upstream: {
        caFiles: [ca.certFile],
        hosts: { 'api.stripe.com': stripe.address },
        allowAddresses: ['127.0.0.0/8'],
      },
    },
  }),
);
const trial = await interlock.addAgent('trial-bot', { teams: ['support', 'trial'] });
await interlock.addUser('fay', ['finance', 'operators']);
const bo = await interlock.addUser('bo', ['finance']);

const browser = stack.adopt(await openChromium(), (open) => open.close());
const context = await browser.newContext({ ignoreHTTPSErrors: true, reducedMotion: 'reduce' });
const page = await context.newPage();
// Another window is in front. A headless Chromium shows no notifications and denies them all, so a yes is put in its mouth and what it is
// asked to show is written down.
await page.addInitScript(`
  Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
  globalThis.shown = [];
  const Real = Notification;
  globalThis.Notification = class extends Real {
    static get permission() { return 'granted'; }
    constructor(title, options) {
      super(title, options);
      globalThis.shown.push([title, options.body]);
      globalThis.last = this;
    }
  };
`);
page.setDefaultTimeout(60_000);

test('a person signs in with the provider, and is who the bundle says; the cookie is bound to this host', async () => {
  await page.goto(`${home}/`);
  await page.getByRole('link', { name: 'Single sign-on' }).click();
  await page.waitForURL(`${provider.issuer}/**`);
  await page.locator('input[name=login]').fill('sub-fay');
  await page.locator('input[name=password]').fill('x');
  await page.locator('button[type=submit]').click();
  await page.locator('form button[type=submit]', { hasText: /continue/i }).click();
  await page.getByRole('heading', { name: /^Inbox/ }).waitFor();
  assert.ok(page.url().startsWith(`${home}/`));
  const [cookie, ...more] = (await context.cookies(home)).filter(({ name }) => name.includes('interlock'));
  assert.deepEqual(
    [cookie?.name, cookie?.httpOnly, cookie?.secure, cookie?.sameSite, cookie?.path, more.length],
    ['__Host-interlock', true, true, 'Strict', '/', 0],
  );
});

const confirm = () => page.locator('dialog button[type=submit][aria-disabled=false]');
const movedBy = (note: string) => stripe.movements.filter((one) => one.fields['metadata[note]'] === note);

test('a ticket that comes while another window is in front is told by the desktop; two people approve its edit, and that is sent once', async () => {
  const refund = runClient(trial, 'stripe', { args: [{ charge: 'ch_known', amount: 420_000, metadata: { note: 'two' } }] });
  const told = await waitFor(async () => (await page.evaluate<string[][]>('shown'))[0]);
  assert.equal(told[0], 'Refund 4,200.00 USD');
  assert.match(told[1] ?? '', /^trial-bot: .*Two people look at refunds of the trial\.$/);
  await page.evaluate('last.dispatchEvent(new Event("click"))');
  await page.getByRole('heading', { name: 'Refund 4,200.00 USD' }).waitFor();

  await page.getByRole('radio', { name: /refund-500/ }).check();
  await page.getByRole('button', { name: /^Approve the edit/ }).click();
  await confirm().click();
  await page
    .getByText(/1 of 2/)
    .first()
    .waitFor();
  const [ticket] = await interlock.tickets('pending');
  assert.equal(movedBy('two').length, 0);

  const again = (choice: readonly string[], token: string) =>
    interlock.cli(['tickets', 'approve', ticket?.id ?? '', ...choice, '--json'], { INTERLOCK_TOKEN: token });
  const other = await again([], bo);
  assert.notEqual(other.code, 0, 'the second person must say yes to the same edit');
  assert.equal((await again(['--edit', 'refund-500'], bo)).code, 0);
  assert.equal((await refund).ok, true);
  assert.deepEqual(
    movedBy('two').map(({ fields }) => fields['amount']),
    ['50000'],
  );
  await page
    .locator('.ticket-end')
    .getByText(/fay.*bo/)
    .waitFor();
  assert.deepEqual(
    (await interlock.bodies('ticket')).filter(({ by }) => by !== null).map(({ move, by, channel }) => [move, by, channel]),
    [
      ['approved', 'fay', 'console'],
      ['approved', 'bo', 'cli'],
    ],
  );
});

test('signed out is signed out: the cookie is gone, and an old one opens nothing', async () => {
  const before = await context.cookies(home);
  await page.getByRole('button', { name: /sign out/i }).click();
  await page.getByLabel('Approver token').waitFor();
  assert.deepEqual(
    (await context.cookies(home)).filter(({ name }) => name === '__Host-interlock'),
    [],
  );
  await context.addCookies(before);
  assert.equal((await context.request.get(`${home}/v1/tickets`)).status(), 401);
});
