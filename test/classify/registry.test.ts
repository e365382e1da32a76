// Whose request it is: overrides, upgrades, order, and what happens when a provider forgets its duties.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action } from '../../src/classify/action.ts';
import { writeAction } from '../../src/classify/plain-action.ts';
import { PROVIDERS } from '../../src/classify/provider-list.ts';
import { recognise, recogniser } from '../../src/classify/registry.ts';
import { NO_BODY } from '../../src/http/inspected-body.ts';
import type { RequestView } from '../../src/http/request-view.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { fakeProvider } from '../support/fake-provider.ts';
import { fixtureRequest } from '../support/fixture-request.ts';

function view(line: string, ...headers: string[]): RequestView {
  return fixtureRequest(Buffer.from([`${line} HTTP/1.1`, 'Host: api.known.example', ...headers, '', ''].join('\r\n'))).view;
}

/** Takes one method and names an action after itself. */
function taking(name: string, method: string, hosts = ['api.known.example'], parts: Partial<Provider> = {}): Provider {
  return fakeProvider(name, hosts, {
    recognise: (request) =>
      request.method === method ? { need: { kind: 'whole' }, classify: () => [{ ...writeAction(request), name }] } : null,
    ...parts,
  });
}

function names(actions: readonly Action[]): string[] {
  return actions.map((action) => `${action.name} ${String(action.facts['method'])}`);
}

test('every provider has a name of its own and only patterns that the index reads', () => {
  assert.equal(new Set(PROVIDERS.map((provider) => provider.name)).size, PROVIDERS.length);
  for (const host of PROVIDERS.flatMap((provider) => provider.hosts))
    assert.match(host, /^(\*|(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+)$/);
});

test('the first that takes it speaks for it', () => {
  const ask = recogniser([taking('any', 'POST', ['*']), taking('first', 'POST'), taking('second', 'POST')]);
  const recognised = ask(view('POST /x'));
  assert.equal(recognised.provider?.name, 'first');
  assert.deepEqual(recognised.need, { kind: 'whole' });
  assert.deepEqual(names(recognised.classify(NO_BODY).actions), ['first POST']);
});

test('what nobody takes is a plain read or write, with the host’s own provider to speak for it', () => {
  const ask = recogniser([taking('known', 'POST')]);
  const read = ask(view('GET /x'));
  assert.deepEqual(
    [read.provider?.name, read.need, names(read.classify(NO_BODY).actions)],
    ['known', { kind: 'none' }, ['http.read GET']],
  );
  assert.deepEqual(names(ask(view('DELETE /x')).classify(NO_BODY).actions), ['http.write DELETE']);
});

test('a claimed method is judged beside the real one', () => {
  const ask = recogniser([taking('known', 'POST')]);
  const claimed = ask(view('GET /x', 'X-HTTP-Method-Override: POST'));
  assert.equal(claimed.provider?.name, 'known');
  assert.deepEqual(claimed.need, { kind: 'whole' });
  assert.deepEqual(names(claimed.classify(NO_BODY).actions), ['http.write GET', 'known POST']);
  assert.deepEqual(names(ask(view('POST /x', 'X-HTTP-Method-Override: get')).classify(NO_BODY).actions), [
    'known POST',
    'http.write GET',
  ]);
  assert.deepEqual(names(ask(view('POST /x', 'X-HTTP-Method-Override: POST')).classify(NO_BODY).actions), ['known POST']);
});

test('more claims than can be judged make all of it uninspected', () => {
  const query = ['A1', 'B1', 'C1', 'D1', 'POST'].map((method) => `_method=${method}`).join('&');
  const actions = recogniser([taking('known', 'POST')])(view(`GET /x?${query}`)).classify(NO_BODY).actions;
  assert.equal(actions.length, 5);
  assert.ok(actions.every((action) => action.facts['inspected'] === false));
});

test('a plain upgrade is a websocket, one on a write is both', () => {
  const ask = recogniser([taking('known', 'POST')]);
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'];
  assert.deepEqual(names(ask(view('GET /x', ...upgrade)).classify(NO_BODY).actions), ['websocket.open GET']);
  assert.deepEqual(names(ask(view('POST /x', ...upgrade)).classify(NO_BODY).actions), ['known POST', 'websocket.open POST']);
  assert.deepEqual(names(ask(view('GET /x', 'X-HTTP-Method-Override: PUT', ...upgrade)).classify(NO_BODY).actions), [
    'http.write GET',
    'http.write PUT',
    'websocket.open GET',
  ]);
});

test('an unreadable body is uninspected even when the provider forgets to say so', () => {
  const recognised = recogniser([taking('known', 'POST')])(view('POST /x'));
  const unread = { bytes: Buffer.alloc(0), problem: 'larger than 1048576 bytes' };
  assert.equal(recognised.classify(NO_BODY).actions[0]?.facts['inspected'], true);
  assert.equal(recognised.classify(unread).actions[0]?.facts['inspected'], false);
});

test('a provider that names no action throws instead of passing', () => {
  const silent = taking('silent', 'POST', ['*'], { recognise: () => ({ need: { kind: 'none' }, classify: () => [] }) });
  assert.throws(() => recogniser([silent])(view('POST /x')).classify(NO_BODY).actions, /silent named no action/);
});

test('of several needs the strongest counts', () => {
  const prefix = (name: string, method: string): Provider =>
    taking(name, method, ['*'], {
      recognise: (request) =>
        request.method === method ? { need: { kind: 'prefix', measure: () => 1 }, classify: () => [writeAction(request)] } : null,
    });
  const claimingPut = view('POST /x', 'X-HTTP-Method-Override: PUT');
  assert.equal(recogniser([prefix('a', 'POST')])(claimingPut).need.kind, 'prefix');
  assert.equal(recogniser([prefix('a', 'POST'), taking('b', 'PUT')])(claimingPut).need.kind, 'whole');
  assert.equal(recogniser([prefix('a', 'POST'), prefix('b', 'PUT')])(claimingPut).need.kind, 'whole');
});

test('known hosts are recognised by the shipped list', () => {
  const of = (host: string): string | undefined =>
    recognise({ ...view('POST /x'), authority: { host, port: 443 } }).provider?.name;
  assert.deepEqual(['api.stripe.com', 'api.sendgrid.com', 'api.resend.com', 'unknown.example'].map(of), [
    'stripe',
    'sendgrid',
    'resend',
    undefined,
  ]);
});
