// libSQL's streams: a text that one request stored runs in the next by its id, and only there; and its refusals, one for each request.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Known, NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { libsql } from '../../../src/providers/database/libsql.ts';
import type { Refusal } from '../../../src/providers/refusal.ts';
import { HeaderList } from '../../../src/http/headers.ts';
import { requestView } from '../../support/request-view.ts';

const request = requestView('POST', '/v2/pipeline', { host: 'app-acme.turso.io', headers: ['Content-Type', 'application/json'] });

function body(baton: string | null, ...requests: readonly unknown[]) {
  return { bytes: Buffer.from(JSON.stringify({ baton, requests })), problem: null };
}

function judged(given: ReturnType<typeof body>, known: Known = NOTHING_KNOWN) {
  const actions = libsql.recognise(request)?.classify(given, known) ?? [];
  return actions.map(({ name, facts }) => [name, facts['inspected'], facts['tables']]);
}

const STORE = { type: 'store_sql', sql_id: 7, sql: 'DELETE FROM users WHERE id = 1' };
const RUN = { type: 'execute', stmt: { sql_id: 7 } };
const SEEN = ['database.delete', true, ['users']];

function learn(baton: string | null, status = 200) {
  const observation = libsql.observe?.(request, body(baton, STORE), []);
  assert.ok(observation?.kind === 'copy');
  const answer = Buffer.from(JSON.stringify({ baton: 'next', results: [] }));
  return observation.read({ status, headers: new HeaderList([]), body: answer });
}

describe('a text stored on a stream', () => {
  it('runs in the same request', () => assert.deepEqual(judged(body(null, STORE, RUN)), [SEEN]));

  it('is learnt with the baton of the answer, and runs in the next request', () => {
    const [learnt] = learn(null);
    assert.equal(learnt?.id, 'next');
    const known: Known = { find: (kind, id) => (kind === learnt?.kind && id === learnt.id ? learnt.facts : undefined) };
    assert.deepEqual(judged(body('next', RUN), known), [SEEN]);
    assert.deepEqual(judged(body('other', RUN), known), [['database.unknown-write', false, undefined]]);
  });

  it('is not learnt of a stream that began elsewhere, nor of a failure', () => {
    assert.deepEqual(learn('before'), []);
    assert.deepEqual(learn(null, 500), []);
  });

  it('stands under its id for no other text', () => {
    assert.deepEqual(judged(body(null, STORE, { ...STORE, sql: 'SELECT 1' }, RUN)), [
      ['database.unknown-write', false, undefined],
    ]);
  });

  it('still counts when its id is closed: whether that came first is the server’s to say', () => {
    assert.deepEqual(judged(body(null, STORE, { type: 'close_sql', sql_id: 7 }, RUN)), [SEEN]);
  });
});

const REFUSAL: Refusal = { kind: 'blocked', reason: 'no', policies: ['p'], entry: '1', ticket: null, status: 403 };

describe('a refusal', () => {
  it('has an error for each request', () => {
    const { status, body: said } = libsql.refuse(request, REFUSAL, body(null, RUN, { type: 'close' }));
    assert.equal(status, 200);
    const { results } = JSON.parse(said.toString()) as { results: readonly unknown[] };
    assert.equal(results.length, 2);
  });

  it('is a 403 when the requests could not be read, or it failed on the way', () => {
    assert.equal(libsql.refuse(request, REFUSAL, { bytes: Buffer.from('{'), problem: null }).status, 403);
    assert.equal(libsql.refuse(request, { ...REFUSAL, kind: 'failed', status: 502 }, body(null, RUN)).status, 502);
  });
});
