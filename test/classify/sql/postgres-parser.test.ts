// PostgreSQL's parser behind its door: total, whatever it is given, and still of use afterwards.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePostgres } from '../../../src/classify/sql/postgres-parser.ts';

describe('parsePostgres', () => {
  it('gives each statement of a text', () => {
    assert.deepEqual(
      parsePostgres('SELECT 1; DELETE FROM t')?.map((node) => Object.keys(node)),
      [['SelectStmt'], ['DeleteStmt']],
    );
    assert.deepEqual(parsePostgres('-- nothing'), []);
  });

  it('is null for what PostgreSQL would refuse', () => {
    for (const text of ['', 'SELEC 1', "SELECT 'open", 'REPLACE INTO t VALUES (1)', 'SELECT `a`'])
      assert.equal(parsePostgres(text), null, text);
  });

  it('survives thousands of errors and the deepest nests', () => {
    for (let i = 0; i < 5000; i += 1) assert.equal(parsePostgres(`SELECT ${i} FROM`), null);
    for (const nest of [
      `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
      `SELECT ${'- '.repeat(40_000)}1`,
      `SELECT ${'['.repeat(50_000)}`,
    ])
      parsePostgres(nest);
    assert.equal(parsePostgres('SELECT 1')?.length, 1);
  });
});
