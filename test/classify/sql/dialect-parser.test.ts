// The dialects' parser behind its door: total, whatever it is given, and still of use afterwards.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDialect } from '../../../src/classify/sql/dialect-parser.ts';

describe('parseDialect', () => {
  it('gives each statement of a text', () => {
    const kinds = parseDialect('SELECT 1; REPLACE INTO `t` VALUES (1)', 'mysql')?.map((node) => Object.keys(node));
    assert.deepEqual(kinds, [['Query'], ['Insert']]);
    assert.deepEqual(parseDialect('', 'sqlite'), []);
  });

  it('is null for what it does not know', () => {
    assert.equal(parseDialect('SELEC 1', 'mysql'), null);
  });

  it('survives thousands of errors and nests', () => {
    for (let i = 0; i < 5000; i += 1) assert.equal(parseDialect(`SELECT ${i} FROM`, 'mysql'), null);
    for (const nest of [
      `SELECT ${'('.repeat(2000)}1${')'.repeat(2000)}`,
      `SELECT ${'- '.repeat(2000)}1`,
      `SELECT 1${' AND 1'.repeat(400)}`,
    ])
      parseDialect(nest, 'sqlite');
    assert.equal(parseDialect('SELECT 1', 'mysql')?.length, 1);
  });
});
