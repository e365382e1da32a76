// GraphQL on any host: what is learnt of persisted documents, what a socket's messages do, and how it is refused.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Facts } from '../../../src/classify/action.ts';
import { type Known, NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { recognise } from '../../../src/classify/registry.ts';
import { HeaderList } from '../../../src/http/headers.ts';
import { graphqlAnywhere } from '../../../src/providers/graphql/graphql-anywhere.ts';
import type { Refusal } from '../../../src/providers/refusal.ts';
import { requestView } from '../../support/request-view.ts';

const view = requestView('POST', '/graphql', { host: 'api.example.org', headers: ['Content-Type', 'application/json'] });
const body = (value: unknown) => ({ bytes: Buffer.from(JSON.stringify(value)), problem: null });
const names = (value: unknown, known: Known = NOTHING_KNOWN): string[] =>
  recognise(view)
    .classify(body(value), known)
    .actions.map(({ name, facts }) => `${name} ${String(facts['field'])}`);

const DOCUMENT = 'mutation { wipe }';
const HASH = createHash('sha256').update(DOCUMENT).digest('hex');
const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

function learntFrom(value: unknown, status = 200): Known {
  const observation = graphqlAnywhere.observe?.(view, body(value), []) ?? null;
  if (observation?.kind !== 'copy') return NOTHING_KNOWN;
  const found = observation.read({ status, headers: new HeaderList([]), body: Buffer.from('{}') });
  const facts = new Map<string, Facts>(found.map((one) => [`${one.kind} ${one.id}`, one.facts]));
  return { find: (kind, id) => facts.get(`${kind} ${id}`) };
}

describe('a persisted document', () => {
  const hashAlone = { extensions: persisted(HASH) };

  it('is unknown until its text was sent with the hash, and the server took it', () => {
    assert.deepEqual(names(hashAlone), ['graphql.unknown undefined']);
    const registered = { query: DOCUMENT, extensions: persisted(HASH) };
    assert.deepEqual(names(registered), ['graphql.mutation wipe']);
    assert.deepEqual(names(hashAlone, learntFrom(registered)), ['graphql.mutation wipe']);
    assert.deepEqual(names({ extensions: persisted(HASH.toUpperCase()) }, learntFrom([registered])), ['graphql.mutation wipe']);
    assert.deepEqual(names(hashAlone, learntFrom(registered, 400)), ['graphql.unknown undefined']);
  });

  it('is never learnt under a hash that is not its own', () => {
    const forged = { query: '{ harmless }', extensions: persisted(HASH) };
    assert.deepEqual(names(forged), ['graphql.unknown undefined']);
    assert.equal(learntFrom(forged), NOTHING_KNOWN);
  });

  it('named in another way is unknown', () => {
    assert.deepEqual(names({ query: DOCUMENT, extensions: { persistedQuery: { version: 2, md5: 'x' } } }), [
      'graphql.unknown undefined',
    ]);
  });
});

describe('a request', () => {
  it('of an odd kind never throws, and never is a query when a mutation stands in it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const actions = names({ query: `${before}mutation{wipe}${after}` });
        assert.ok(!actions.some((name) => name.startsWith('graphql.query')) || /[{#"]/.test(before), actions.join());
      }),
    );
  });
});

const refusal: Refusal = { kind: 'blocked', reason: 'no', policies: ['p1'], entry: '7', ticket: null, status: 403 };

describe('a refusal', () => {
  it('is an answer with errors, one for each element of a batch', () => {
    const said = (value: unknown): unknown => JSON.parse(graphqlAnywhere.refuse(view, refusal, body(value)).body.toString());
    const answer = { data: null, errors: [{ message: 'Interlock: no (policy p1; entry 7)', extensions: { code: 'FORBIDDEN' } }] };
    assert.deepEqual(said({ query: '{a}' }), answer);
    assert.deepEqual(said([{ query: '{a}' }, { query: '{b}' }]), [answer, answer]);
    assert.deepEqual(said('no envelope'), answer);
  });
});

describe('a socket', () => {
  const handshake = (protocol: string) =>
    requestView('GET', '/live', { host: 'api.example.org', hasBody: false, headers: ['Sec-WebSocket-Protocol', protocol] });
  const reader = graphqlAnywhere.socket?.(handshake('graphql-transport-ws'));
  const message = (value: unknown) => ({
    text: true,
    bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  });

  it('is read when the handshake or the path says GraphQL', () => {
    assert.equal(graphqlAnywhere.socket?.(handshake('chat')), null);
    assert.notEqual(graphqlAnywhere.socket?.(handshake('foo, graphql-ws')), null);
    assert.notEqual(graphqlAnywhere.socket?.(requestView('GET', '/graphql', { hasBody: false })), null);
  });

  it('has its operations judged, and nothing else', () => {
    const act = (value: unknown) => reader?.classify(message(value), NOTHING_KNOWN).map(({ name }) => name);
    assert.deepEqual(act({ type: 'connection_init' }), []);
    assert.deepEqual(act({ id: '1', type: 'subscribe', payload: { query: 'mutation{x}' } }), ['graphql.mutation']);
    assert.deepEqual(act({ id: '1', type: 'start', payload: { query: '{x}' } }), ['graphql.query']);
    assert.deepEqual(act({ id: '1', type: 'subscribe' }), ['graphql.unknown']);
    assert.deepEqual(act('{"type":"ping","type":"subscribe"}'), ['graphql.unknown']);
  });

  it('is refused by an error with the operation’s id, or closed when there is none', () => {
    const said = (value: unknown): unknown => {
      const bytes = reader?.refuse(message(value), refusal);
      return bytes === null || bytes === undefined ? null : JSON.parse(bytes.toString());
    };
    const error = { message: 'Interlock: no (policy p1; entry 7)', extensions: { code: 'FORBIDDEN' } };
    assert.deepEqual(said({ id: '1', type: 'subscribe' }), { id: '1', type: 'error', payload: [error] });
    assert.deepEqual(said({ id: '1', type: 'start' }), { id: '1', type: 'error', payload: error });
    assert.equal(said('broken'), null);
  });
});
