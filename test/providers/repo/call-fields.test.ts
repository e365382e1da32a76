// Fields from JSON, forms and queries: what two servers would read differently is not read at all.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type FieldSources, fieldSources, readCallFields } from '../../../src/providers/repo/call-fields.ts';
import { requestView } from '../../support/request-view.ts';

const RUBY = fieldSources({ judged: ['branch', 'actions'], form: true, query: true });
const GO = fieldSources({ judged: ['branch', 'path', 'newId'], anyType: true, foldedKeys: true });

function read(sources: FieldSources, body: string, type = 'application/json', query = '', problem: string | null = null) {
  const view = requestView('POST', `/x${query}`, { headers: type === '' ? [] : ['Content-Type', type] });
  return readCallFields(view, { bytes: Buffer.from(body), problem }, sources)?.fields ?? null;
}

const FORM = 'application/x-www-form-urlencoded';

describe('fields', () => {
  it('are those of the body, the form and the query together', () => {
    assert.equal(read(RUBY, '{"branch":"a"}')?.['branch'], 'a');
    assert.equal(read(RUBY, 'branch=a', FORM)?.['branch'], 'a');
    assert.equal(read(RUBY, '{}', 'application/json', '?branch=a')?.['branch'], 'a');
    assert.equal(read(RUBY, '{"branch":"a"}', 'application/json', '?branch=a')?.['branch'], 'a');
    assert.equal(read(RUBY, '', '')?.['branch'], undefined);
  });
  it('that disagree are none', () => {
    for (const [body, type, query] of [
      ['{"branch":"a"}', 'application/json', '?branch=b'],
      ['branch=a&branch=b', FORM, ''],
      ['branch=a', FORM, '?branch=b'],
      ['branch[x]=a', FORM, ''],
      ['actions[][file_path]=a', FORM, ''],
      ['Branch=a', FORM, ''],
      ['{"branch":"a","Branch":"b"}', 'application/json', ''],
      ['{"branch":"a","branch":"b"}', 'application/json', ''],
      ['{"branch":{}}', 'application/json', '?branch=a'],
    ] as const)
      assert.equal(read(RUBY, body, type, query), null, `${body} ${query}`);
  });
  it('of another type than is said are none, unless the server reads JSON whatever is said', () => {
    assert.equal(read(RUBY, '{"branch":"a"}', 'text/plain'), null);
    assert.equal(read(RUBY, '{"branch":"a"}', 'application/json; charset=utf-16'), null);
    assert.equal(read(RUBY, 'branch=%zz', FORM), null);
    assert.equal(read(GO, '{"branch":"a"}', 'text/plain')?.['branch'], 'a');
    assert.equal(read(GO, '{"branch":"a"}', 'application/json; charset=utf-16'), null);
    assert.equal(read(GO, '"branch"'), null);
    assert.equal(read(GO, '{"branch":"a"}', 'application/json', '', 'too large'), null);
  });
  it('are looked at in every depth where a server ignores the case of keys', () => {
    assert.equal(read(GO, '{"files":[{"path":"a","Path":"b"}]}'), null);
    assert.equal(read(GO, '{"files":[{"PATH":"b"}]}'), null);
    assert.equal(read(GO, '[{"newid":"b"}]'), null);
    assert.notEqual(read(GO, '[{"newId":"b"}]'), null);
    assert.notEqual(read(RUBY, '{"files":[{"Branch":"b"}]}'), null);
  });
  it('in the query make a request unsure where the server does not take them from there', () => {
    assert.equal(read(GO, '{}', '', '?x=1;branch=b'), null);
    assert.equal(read(GO, '{}', '', '?Branch=b'), null);
    assert.notEqual(read(GO, '{}', '', '?other=b'), null);
  });
  it('never throw, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom('application/json', FORM, ''), (body, query, type) => {
        for (const sources of [RUBY, GO]) {
          const fields = read(sources, body, type, `?${encodeURI(query.toWellFormed()).replaceAll('#', '')}`);
          assert.ok(fields === null || typeof fields === 'object');
        }
      }),
    );
  });
});
