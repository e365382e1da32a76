// Comments taken out, strings made harmless: by the dialect's own lexical rules, and nothing where they are not clear.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ParsedDialect } from '../../../src/classify/sql/dialect-parser.ts';
import { plainText } from '../../../src/classify/sql/plain-text.ts';

const CLEAR: ReadonlyArray<readonly [ParsedDialect, string, string]> = [
  ['mysql', "SELECT 'it\\'s; x'", "SELECT 'it__s; x'"],
  ['mysql', 'SELECT 1 # x\n-- y\n/* z */', 'SELECT 1  \n \n '],
  ['mysql', 'SELECT 1--1', 'SELECT 1- -1'],
  ['sqlite', 'SELECT "a", [b], `c`, \'\\\'', 'SELECT "a", "b", `c`, \'_\''],
  ['bigquery', "SELECT '''a'b''', r'\\d'", "SELECT 'a_b', r'_d'"],
  ['snowflake', "SELECT $$a'b$$ // c", "SELECT 'a_b'  "],
  ['clickhouse', "SELECT 'a' --x\n, 1", "SELECT 'a'  \n, 1"],
];

const UNCLEAR: ReadonlyArray<readonly [ParsedDialect, string]> = [
  ['mysql', 'SELECT 1 /*! + 1 */'],
  ['mysql', 'SELECT 1 /*M! + 1 */'],
  ['mysql', 'SELECT /* a /* b */ 1'],
  ['sqlite', 'SELECT 1 /* open'],
  ['mysql', "SELECT 'open"],
  ['mysql', 'SELECT \u00a01'],
  ['clickhouse', 'SELECT \u2018a\u2019'],
  ['sqlite', 'SELECT $a(1)'],
  ['sqlite', 'SELECT "n\u0430me"'],
  ['databricks', "SELECT r'\\'"],
  ['databricks', 'SELECT 1 -- a\\\n; DELETE FROM t'],
  ['mysql', 'SELECT 1 -- a\rb\n'],
  ['mysql', 'SELECT \\N'],
  ['mysql', `SELECT ${'('.repeat(30)}1${')'.repeat(30)}`],
  ['mysql', `SELECT 1${' AND 1'.repeat(500)}`],
];

describe('plainText', () => {
  for (const [dialect, source, expected] of CLEAR)
    it(`${dialect}: ${source}`, () => assert.equal(plainText(source, dialect).text, expected));
  for (const [dialect, source] of UNCLEAR) {
    it(`${dialect}, not clear: ${source.slice(0, 40)}`, () => assert.notEqual(plainText(source, dialect).problem, null));
  }

  it('tells the first word of each statement, also of those before a problem', () => {
    assert.deepEqual(plainText("-- x\nINSERT INTO t; /* y */ COPY 'open", 'mysql').words, ['insert', 'copy']);
  });

  it('takes a long list, which makes no deep tree', () => {
    assert.equal(plainText(`INSERT INTO t VALUES ${'(1, NULL), '.repeat(2000)}(1, 2)`, 'mysql').problem, null);
  });
});
