// Sign-in with a real OpenID provider, and what each part of the exchange is there to stop.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createOwnFetch } from '../../src/forward/own-fetch.ts';
import { createOidc } from '../../src/serve/oidc.ts';
import { type Answer, type ConsoleDesk, consoleDesk, READER_JUDGE } from '../support/console-desk.ts';
import { CLIENT, type OidcOrigin, oidcOrigin } from '../support/oidc-origin.ts';

const REDIRECT = 'http://localhost:8081/v1/oidc/callback';
const VISIT = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
/** What the bundle's entities say. */
const PEOPLE: Readonly<Record<string, string>> = {
  'sub-fay': 'fay',
  'bo@example.com': 'bo',
  'sub-gone': 'nobody-here',
  'sub-leo': 'leo',
};

interface Desk extends AsyncDisposable {
  readonly console: ConsoleDesk;
  readonly origin: OidcOrigin;
  /** Begins: the provider's address and the browser's cookie. */
  start(): Promise<{ readonly url: string; readonly cookie: string }>;
  /** The browser comes back. */
  back(url: string, cookie: string): Promise<Answer>;
}

async function desk(issuerOf: (origin: OidcOrigin) => string = ({ issuer }) => issuer): Promise<Desk> {
  const origin = await oidcOrigin([REDIRECT]);
  const config = {
    issuer: issuerOf(origin),
    clientId: CLIENT.id,
    clientSecretFile: null,
    redirectUri: REDIRECT,
    name: 'Our provider',
  };
  const fetch = createOwnFetch({
    dial: async ({ host, port }) => ({ socket: connect({ host, port }), protocol: null, address: host }),
  });
  const console = await consoleDesk({
    oidc: { config, client: createOidc({ config, clientSecret: CLIENT.secret, fetch }) },
    judge: { ...READER_JUDGE, userBy: (attribute, value) => (attribute === 'oidc' ? (PEOPLE[value] ?? null) : null) },
  });
  return {
    console,
    origin,
    async start() {
      const { status, headers } = await console.ask('GET', '/v1/oidc/start');
      assert.equal(status, 302);
      return { url: String(headers['location']), cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
    },
    back: (url, cookie) => console.ask('GET', url.slice(new URL(url).origin.length), { cookie, ...VISIT }),
    async [Symbol.asyncDispose]() {
      await console[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    },
  };
}

const sessionOf = (answer: Answer): string =>
  [answer.headers['set-cookie'] ?? []]
    .flat()
    .find((set) => set.startsWith('interlock_session='))
    ?.split(';')[0] ?? '';

function refusedWith(answer: Answer, words: RegExp): void {
  assert.equal(answer.status, 302);
  assert.match(decodeURIComponent(String(answer.headers['location'])), words);
  assert.equal(sessionOf(answer), '');
}

test('a known person signs in, by subject or by verified address, and is who the bundle says', async () => {
  await using it = await desk();
  assert.deepEqual((await it.console.ask('GET', '/v1/sign-in')).read(), {
    token: true,
    enforcement: 'enforce',
    oidc: { name: 'Our provider', url: '/v1/oidc/start' },
  });
  for (const [person, user] of [
    [{ sub: 'sub-fay' }, 'fay'],
    [{ sub: 'x', email: 'bo@example.com', email_verified: true }, 'bo'],
  ] as const) {
    it.origin.person = person;
    const { url, cookie } = await it.start();
    const { searchParams } = new URL(url);
    assert.equal(searchParams.get('code_challenge_method'), 'S256');
    assert.ok(searchParams.get('state') !== null && searchParams.get('nonce') !== null);
    const answer = await it.back(await it.origin.authorize(url), cookie);
    assert.equal(answer.headers['location'], '/');
    const session: { user: string } = (await it.console.ask('GET', '/v1/session', { cookie: sessionOf(answer) })).read();
    assert.equal(session.user, user);
  }
});

test('an unknown person, an address not verified, and users who are gone or revoked are told so; nobody is made', async () => {
  await using it = await desk();
  await it.console.desk.directory.revokeUser('leo');
  const before = it.console.desk.directory.users().length;
  for (const person of [
    { sub: 'stranger' },
    { sub: 'x', email: 'bo@example.com', email_verified: false },
    { sub: 'y', email: 'bo@example.com' },
    { sub: 'sub-gone' },
    { sub: 'sub-leo' },
  ]) {
    it.origin.person = person;
    const { url, cookie } = await it.start();
    refusedWith(await it.back(await it.origin.authorize(url), cookie), /not a user of this Interlock/);
  }
  assert.equal(it.console.desk.directory.users().length, before);
});

test('a state of another try, another browser, and an answer used before are refused', async () => {
  await using it = await desk();
  it.origin.person = { sub: 'sub-fay' };
  const one = await it.start();
  const two = await it.start();
  const back = await it.origin.authorize(one.url);
  refusedWith(await it.back(back, two.cookie), /does not hold/);
  refusedWith(await it.back(back, ''), /not begun in this browser/);
  refusedWith(await it.back(back, `interlock_oidc=${'a'.repeat(43)}`), /not begun in this browser/);
  assert.equal((await it.back(back, one.cookie)).headers['location'], '/');
  refusedWith(await it.back(back, one.cookie), /not begun in this browser/);
  const three = await it.start();
  const wrong = new URL(await it.origin.authorize(three.url));
  wrong.searchParams.set('state', 'forged');
  refusedWith(await it.back(wrong.href, three.cookie), /does not hold/);
});

test('a code replayed in a later try, another issuer, and a refusal of the provider are refused', async () => {
  await using it = await desk();
  it.origin.person = { sub: 'sub-fay' };
  const one = await it.start();
  const used = new URL(await it.origin.authorize(one.url));
  await it.back(used.href, one.cookie);
  const two = await it.start();
  const replayed = new URL(await it.origin.authorize(two.url));
  replayed.searchParams.set('code', used.searchParams.get('code') ?? '');
  refusedWith(await it.back(replayed.href, two.cookie), /does not hold/);
  const three = await it.start();
  const elsewhere = new URL(await it.origin.authorize(three.url));
  elsewhere.searchParams.set('iss', 'https://evil.example');
  refusedWith(await it.back(elsewhere.href, three.cookie), /does not hold/);
  const four = await it.start();
  const state = new URL(four.url).searchParams.get('state') ?? '';
  refusedWith(await it.back(`${REDIRECT}?error=access_denied&state=${state}`, four.cookie), /does not hold/);
});

test('a provider that is another than it should be, or down, opens nothing', async () => {
  await using other = await desk(({ issuer }) => issuer.replace('127.0.0.1', 'localhost'));
  refusedWith(await other.console.ask('GET', '/v1/oidc/start'), /did not answer with its metadata/);
  await using down = await desk(() => 'http://127.0.0.1:1');
  refusedWith(await down.console.ask('GET', '/v1/oidc/start'), /did not answer with its metadata/);
});

test('the way back is a visit and nothing else: no page of another site calls it from within', async () => {
  await using it = await desk();
  for (const headers of [
    { ...VISIT, 'sec-fetch-dest': 'iframe' },
    { ...VISIT, 'sec-fetch-mode': 'no-cors' },
    { origin: 'https://evil.example' },
  ])
    assert.equal((await it.console.ask('GET', '/v1/oidc/callback?code=x&state=y', headers)).status, 403);
});
