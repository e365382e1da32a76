// Requests that only their body can tell: whoever may know it is asked in turn, and what nobody could read is nobody's to let pass.

import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { Action } from '../../src/classify/action.ts';
import { NOTHING_KNOWN } from '../../src/classify/known.ts';
import { readAction, writeAction } from '../../src/classify/plain-action.ts';
import { recogniser } from '../../src/classify/registry.ts';
import type { BodyNeed, InspectedBody } from '../../src/http/inspected-body.ts';
import type { RequestView } from '../../src/http/request-view.ts';
import type { Provider, Recognition } from '../../src/providers/provider.ts';
import { handMade } from '../support/exchange.ts';
import { fakeProvider } from '../support/fake-provider.ts';
import { fixtureRequest } from '../support/fixture-request.ts';

const WHOLE: BodyNeed = { kind: 'whole' };
const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket'];
const UNREAD: InspectedBody = { bytes: Buffer.alloc(0), problem: 'larger than 1048576 bytes' };

function view(line: string, ...headers: string[]): RequestView {
  return fixtureRequest(Buffer.from([`${line} HTTP/1.1`, 'Host: unknown.example', ...headers, '', ''].join('\r\n'))).view;
}

const bodyOf = (text: string): InspectedBody => ({ bytes: Buffer.from(text), problem: null });

/** Takes bodies that begin with its name. */
function tentative(name: string, need: BodyNeed = WHOLE, parts: Partial<Provider> = {}): Provider {
  return fakeProvider(name, ['*'], {
    recognise: (request): Recognition => ({
      need,
      tentative: true,
      classify: (body) => (body.bytes.toString().startsWith(name) ? [{ ...writeAction(request), name }] : null),
    }),
    ...parts,
  });
}

function sure(name: string, need: BodyNeed = { kind: 'none' }): Provider {
  return fakeProvider(name, ['*'], { recognise: (request) => ({ need, classify: () => [{ ...writeAction(request), name }] }) });
}

const told = (actions: readonly Action[]): string[] =>
  actions.map((action) => `${action.name} ${String(action.facts['inspected'])}`);

test('the first whose body it is speaks for it; one that says "not mine" is passed over', () => {
  const ask = recogniser([tentative('rpc'), tentative('query'), sure('last')]);
  for (const [text, name] of [
    ['rpc {}', 'rpc'],
    ['query {}', 'query'],
    ['anything', 'last'],
  ] as const) {
    const { provider, actions } = ask(view('POST /x')).classify(bodyOf(text));
    assert.deepEqual([provider?.name, told(actions)], [name, [`${name} true`]]);
  }
});

test('what nobody claims is a plain read or write, and nobody speaks for it', () => {
  const ask = recogniser([tentative('rpc'), tentative('query')]);
  const { provider, actions } = ask(view('POST /x')).classify(bodyOf('{}'));
  assert.deepEqual([provider, told(actions)], [null, ['http.write true']]);
  assert.deepEqual(told(ask(view('GET /x')).classify(bodyOf('')).actions), ['http.read true']);
});

// INVARIANT: somebody asked for the body and did not get it, so it could be anything that they know.
test('a body that was wanted and could not be read makes the plain action uninspected', () => {
  const ask = recogniser([tentative('rpc')]);
  assert.deepEqual(told(ask(view('POST /x')).classify(UNREAD).actions), ['http.write false']);
  assert.deepEqual(told(ask(view('GET /x')).classify(UNREAD).actions), ['http.read false']);
  assert.deepEqual(told(recogniser([tentative('rpc'), sure('last')])(view('POST /x')).classify(UNREAD).actions), ['last false']);
});

test('the need is the strongest of all that may have to read it, and of nobody behind the first who is sure', () => {
  const prefix: BodyNeed = { kind: 'prefix', measure: () => 1 };
  const needOf = (...providers: Provider[]): string => recogniser(providers)(view('POST /x')).need.kind;
  assert.equal(needOf(tentative('rpc'), sure('last')), 'whole');
  assert.equal(needOf(tentative('rpc', prefix), sure('last')), 'prefix');
  assert.equal(needOf(tentative('rpc', prefix), tentative('query', { kind: 'prefix', measure: () => 2 })), 'whole');
  assert.equal(needOf(sure('first'), tentative('rpc')), 'none');
});

test('naming no action is a fault, and so is "not mine" from one that was sure', () => {
  const silent = tentative('rpc', WHOLE, { recognise: () => ({ need: WHOLE, tentative: true, classify: () => [] }) });
  assert.throws(() => recogniser([silent])(view('POST /x')).classify(bodyOf('')), /rpc named no action/);
  const unsure = fakeProvider('unsure', ['*'], { recognise: () => ({ need: WHOLE, classify: () => null }) });
  assert.throws(() => recogniser([unsure])(view('POST /x')).classify(bodyOf('')), /unsure named no action/);
});

test('what earlier exchanges taught is handed to whoever classifies', () => {
  const known = { ...NOTHING_KNOWN };
  const given: unknown[] = [];
  const asking = (name: string, mine: boolean): Provider =>
    fakeProvider(name, ['*'], {
      recognise: (request) => ({
        need: WHOLE,
        tentative: true,
        classify: (_body, handed) => {
          given.push(handed);
          return mine ? [writeAction(request)] : null;
        },
      }),
    });
  recogniser([asking('a', false), asking('b', true)])(view('POST /x')).classify(bodyOf(''), known);
  assert.ok(given.length === 2 && given.every((one) => one === known));
});

test('an upgrade is offered to providers too: what is run over it may be theirs', () => {
  const exec = fakeProvider('cluster', ['*'], {
    recognise: (request) =>
      request.upgrade !== null && request.segments.at(-1) === 'exec'
        ? { need: { kind: 'none' }, classify: () => [{ ...readAction(request), name: 'cloud.exec' }] }
        : null,
  });
  const ask = recogniser([exec]);
  const opened = ask(view('GET /pods/a/exec', ...UPGRADE));
  assert.equal(opened.provider?.name, 'cluster');
  assert.deepEqual(told(opened.classify(bodyOf('')).actions), ['cloud.exec true', 'websocket.open true']);
  assert.deepEqual(told(ask(view('GET /other', ...UPGRADE)).classify(bodyOf('')).actions), ['websocket.open true']);
});

test('an upgrade whose body somebody wanted and did not get is uninspected with all it does', () => {
  const ask = recogniser([tentative('rpc')]);
  const actions = ask(view('POST /x', ...UPGRADE)).classify(UNREAD).actions;
  assert.deepEqual(told(actions)[0], 'http.write false');
  assert.deepEqual(
    actions.map((action) => action.name),
    ['http.write', 'websocket.open'],
  );
});

test('a body over the limit is uninspected and goes on streaming whole: policy may let it go', async () => {
  const text = 'x'.repeat(300_000);
  const exchange = handMade('POST', '/x', text, { host: 'unknown.example' });
  const recognised = recogniser([tentative('rpc')])(exchange.request);
  const body = await exchange.body.inspect(recognised.need, 1_000);
  assert.match(body.problem ?? '', /larger/);
  assert.deepEqual(told(recognised.classify(body).actions), ['http.write false']);
  const outgoing = exchange.body.outgoing();
  assert.ok(outgoing !== null && !Buffer.isBuffer(outgoing), 'not held');
  assert.equal((await buffer(Readable.from(outgoing))).toString(), text);
});
