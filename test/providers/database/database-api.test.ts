// What the databases' providers share: keys that a lenient reader would take for another, texts that are missing, and READ ONLY to the end.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import { readSql } from '../../../src/classify/sql/read-sql.ts';
import { databaseDocument, readTexts, staysReadOnly } from '../../../src/providers/database/database-api.ts';
import { requestView } from '../../support/request-view.ts';

const NAMES = new Set(['sql', 'sqlText']);
const request = requestView('POST', '/', { headers: ['Content-Type', 'application/json'] });

function document(text: string, headers = request) {
  return databaseDocument(headers, { bytes: Buffer.from(text), problem: null }, NAMES);
}

describe('databaseDocument', () => {
  it('is the object, with whatever else it holds', () => {
    assert.equal(document('{"sql":"SELECT 1","more":1}')?.['sql'], 'SELECT 1');
  });

  it('is nothing with a key spelt like one that is judged', () => {
    for (const key of ['SQL', 'Sql', 'sqltext', '\u017fql'])
      assert.equal(document(JSON.stringify({ sql: 'SELECT 1', [key]: 'x' })), undefined, key);
  });

  it('is nothing of a list, of two documents, of another type or charset', () => {
    assert.equal(document('[{"sql":"SELECT 1"}]'), undefined);
    assert.equal(document('{}{}'), undefined);
    for (const type of ['application/x-protobuf', 'application/json; charset=utf-16', 'multipart/form-data; boundary=x']) {
      assert.equal(
        document('{"sql":"SELECT 1"}', requestView('POST', '/', { headers: ['Content-Type', type] })),
        undefined,
        type,
      );
    }
  });

  it('is nothing of a body that could not be read', () => {
    assert.equal(databaseDocument(request, { bytes: Buffer.from('{}'), problem: 'too large' }, NAMES), undefined);
  });
});

const read = (text: string) => readSql(text, 'postgresql');

describe('readTexts', () => {
  it('is nothing when one is missing, or all are', () => {
    assert.equal(readTexts(['SELECT 1', null], read), null);
    assert.equal(readTexts([], read), null);
    assert.equal(readTexts(['SELECT 1', 'SELECT 2'], read)?.statementCount, 2);
  });
  it('is nothing when they are too much together, and reads the same text once', () => {
    const asked: string[] = [];
    const counted = (text: string) => {
      asked.push(text);
      return read(text);
    };
    const different = (count: number) => Array.from({ length: count }, (_, n) => `SELECT ${n}`);
    assert.equal(readTexts(different(71), read)?.statementCount, 71);
    assert.equal(readTexts(different(72), read), null);
    assert.equal(readTexts(Array(100).fill('SELECT 1'), counted)?.statementCount, 100);
    assert.equal(asked.length, 1);
    // One alone is as long as its dialect allows.
    assert.equal(readTexts([`SELECT ${'a+'.repeat(800)}a`], read)?.statementCount, 1);
  });
});

describe('staysReadOnly', () => {
  it('holds for rows alone', () => {
    assert.equal(staysReadOnly(read('SELECT * FROM a; DELETE FROM b')), true);
    for (const text of [
      'COMMIT; DELETE FROM b',
      'SET TRANSACTION READ WRITE',
      "SELECT set_config('transaction_read_only', 'off', true)",
      'SELECT f()',
      'nonsense',
    ]) {
      assert.equal(staysReadOnly(read(text)), false, text);
    }
  });
});

describe('a path that only one system has', () => {
  it('is that system’s in every spelling', () => {
    const told = (path: string) =>
      recognise(requestView('POST', path, { host: 'h.example', headers: ['Content-Type', 'application/json'] }))
        .classify({ bytes: Buffer.from('{}'), problem: null })
        .actions.map(({ name, facts }) => [facts['system'], name.split('.')[0]]);
    for (const path of ['/api/v2/%77rite?bucket=b', '/api/v2/write/?bucket=b', '//api/v2/write?bucket=b'])
      assert.deepEqual(told(path)[0], ['influxdb', 'database'], path);
    for (const path of ['/app/a/endpoint/data/v1/action/%69nsertOne', '/app/a/endpoint/data/v1/action/insertOne/'])
      assert.deepEqual(told(path)[0], ['mongodb', 'database'], path);
  });
});

it('a bulk of CouchDB’s with something behind it is not known', () => {
  const view = requestView('POST', '/orders/_bulk_docs/x', { host: 'h.example', headers: ['Content-Type', 'application/json'] });
  const { actions } = recognise(view).classify({ bytes: Buffer.from('{"docs":[{"a":1}]}'), problem: null });
  assert.deepEqual(
    actions.map(({ name }) => name),
    ['database.unknown-write'],
  );
});
