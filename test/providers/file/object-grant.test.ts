// What opens a bucket to everybody is told, in any of the ways to say it; what can't be read is never told as closed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grantsByBody, grantsByHeader } from '../../../src/providers/file/object-grant.ts';
import { requestView } from '../../support/request-view.ts';

const policy = (text: string): boolean | null => grantsByBody('Put policy', { bytes: Buffer.from(text), problem: null });
const acl = (text: string): boolean | null => grantsByBody('Put acl', { bytes: Buffer.from(text), problem: null });

test('headers', () => {
  const by = (...headers: string[]): boolean => grantsByHeader(requestView('PUT', '/', { headers }));
  assert.ok(by('x-amz-acl', 'public-read'));
  assert.ok(by('X-Amz-Acl', 'Authenticated-Read'));
  assert.ok(by('x-amz-grant-read', 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'));
  assert.ok(!by('x-amz-acl', 'private', 'x-amz-grant-read', 'id="1"'));
});

test('policies', () => {
  for (const open of [
    '{"Statement":[{"Effect":"Allow","Principal":"*"}]}',
    '{"Statement":{"Effect":"Allow","Principal":{"AWS":"*"}}}',
    '{"Statement":[{"Effect":"Deny","Principal":"*"},{"Effect":"Allow","Principal":{"AWS":["1","*"]}}]}',
    '{"Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"1"}}]}',
  ])
    assert.equal(policy(open), true, open);
  assert.equal(policy('{"Statement":[{"Effect":"Allow","Principal":{"AWS":"1"}},{"Effect":"Deny","Principal":"*"}]}'), false);
  for (const unread of [
    '{"Statement":[{"Effect":"Allow","principal":"*"}]}',
    '[]',
    '{"Statement":["x"]}',
    '{}',
    '{"Statement":[],"Statement":[]}',
    'x',
  ])
    assert.equal(policy(unread), null, unread);
});

test('ACL documents', () => {
  assert.equal(acl('<A><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></A>'), true);
  assert.equal(acl('<A><URI>http://acs.amazonaws.com/groups/global/All&#85;sers</URI></A>'), true);
  assert.equal(acl('<A><ID>1</ID></A>'), false);
  assert.equal(acl(''), false);
  assert.equal(acl('<A><![CDATA[AllUsers]]></A>'), null);
  assert.equal(grantsByBody('Put acl', { bytes: Buffer.alloc(0), problem: 'too long' }), null);
});
