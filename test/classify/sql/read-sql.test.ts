// What each statement of test/fixtures/sql/statements.tsv does, in every dialect; and what must never come out a read.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { joined, readPostgresOrMysql, readSql } from '../../../src/classify/sql/read-sql.ts';
import type { SqlDialect, SqlReading } from '../../../src/classify/sql/sql-work.ts';

const DIALECTS: readonly SqlDialect[] = ['postgresql', 'mysql', 'sqlite', 'bigquery', 'snowflake', 'databricks', 'clickhouse'];

/** One a line: the dialect, the text as a JSON string, and what it does. */
const lines = readFileSync(new URL('../../fixtures/sql/statements.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');

function read(text: string, dialect: string): SqlReading {
  return dialect === 'either' ? readPostgresOrMysql(text) : readSql(text, dialect as SqlDialect);
}

/** `2 delete:delete[t] where=false; !call:execute`: the count, then each work, with `!` when it could not be read surely. */
function told(reading: SqlReading): string {
  const works = reading.works.map((work) => {
    const where = work.where === undefined ? '' : ` where=${work.where}`;
    const calls = work.functions === undefined ? '' : ` calls=${work.functions.join()}`;
    const to = work.destinations?.length ? ` to=${work.destinations.join()}` : '';
    const tables = work.tables === undefined ? '' : `[${[...work.tables].sort().join()}]`;
    return `${work.inspected ? '' : '!'}${work.effect}:${work.verb ?? '?'}${tables}${where}${calls}${to}`;
  });
  return `${reading.statementCount ?? '?'} ${works.join('; ')}`;
}

describe('what a statement does', () => {
  for (const line of lines) {
    const [dialect = '', text = '', expected = ''] = line.split('\t');
    it(`${dialect}: ${text.slice(0, 80)}`, () => assert.equal(told(read(JSON.parse(text), dialect)), expected));
  }
});

const isPlainRead = ({ works }: SqlReading): boolean => works.every((work) => work.inspected && work.effect === 'read');

describe('what is never a read', () => {
  it('a NUL, at which a parser in C stops', () => {
    for (const dialect of DIALECTS) assert.equal(isPlainRead(readSql('SELECT 1\0; DROP TABLE t', dialect)), false, dialect);
  });

  it('a text that is sent as another one', () => {
    for (const dialect of DIALECTS) assert.equal(isPlainRead(readSql("SELECT '\ud800'", dialect)), false, dialect);
  });

  it('a text over its limit', () => {
    for (const dialect of DIALECTS)
      assert.equal(isPlainRead(readSql(`SELECT ${'1, '.repeat(40_000)}1`, dialect)), false, dialect);
  });

  it('a text of more words than can be read in 20 ms', () => {
    assert.equal(isPlainRead(readSql('SELECT 1;'.repeat(6000), 'postgresql')), false);
    assert.equal(isPlainRead(readSql('SELECT 1;'.repeat(2000), 'sqlite')), false);
  });

  it('a write behind any string, name or comment that hides it', () => {
    const hidden = fc.array(
      fc.constantFrom("'", '"', '`', '\\', '/*', '*/', '--', '#', '\n', '$$', '[', ']', 'a', ' ', "''", "'''", 'E', '$a$'),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(hidden, fc.constantFrom(...DIALECTS), (parts, dialect) => {
        // Where the text before it is whole, the DELETE is seen; where it is not, the DELETE is inside it or nothing is read.
        const before = `SELECT 1 ${parts.join('')}`;
        const alone = readSql(`${before} `, dialect);
        const both = readSql(`${before}\n; DELETE FROM t`, dialect);
        if (isPlainRead(alone) && alone.statementCount === 1 && !/--|#|\/\//.test(before)) assert.equal(isPlainRead(both), false);
      }),
      { numRuns: 2000 },
    );
  });

  it('anything at all never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom(...DIALECTS), (text, dialect) => {
        assert.ok(readSql(text, dialect).works.length > 0);
        assert.ok(readPostgresOrMysql(text).works.length > 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('joined', () => {
  it('counts all, tells what is alike once, and names nothing over a hundred different', () => {
    const one = readSql('DELETE FROM t', 'sqlite');
    assert.deepEqual(joined([one, one]), { works: one.works, statementCount: 2 });
    const many = Array.from({ length: 101 }, (_, index) => readSql(`DELETE FROM t${index}`, 'sqlite'));
    assert.equal(joined(many).works.length, 1);
    assert.equal(joined(many).works[0]?.inspected, false);
    assert.equal(joined([]).works[0]?.inspected, false);
  });
});
