// One operation of Microsoft Graph, in every spelling that its servers take for it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GraphCall, graphCall } from '../../../src/providers/email/graph-routes.ts';
import { requestView } from '../../support/request-view.ts';

const call = (target: string, method = 'POST'): GraphCall | null =>
  graphCall(requestView(method, target, { host: 'graph.microsoft.com' }));

// INVARIANT: a policy on an operation holds for all its spellings (E12).
test('one operation is the same in any case, version, qualified or in parentheses', () => {
  const send = { kind: 'send', user: 'a@ex.com' };
  for (const target of [
    '/v1.0/users/a@ex.com/sendMail',
    '/beta/users/a%40ex.com/sendMail',
    '/V1.0/USERS/a@ex.com/SENDMAIL',
    "/v1.0/users('a@ex.com')/sendMail",
    '/v1.0/users/a@ex.com/microsoft.graph.sendMail',
    "/Beta/Users('a%40ex.com')/Microsoft.Graph.SendMail()",
    '/v1.0/users/a@ex.com/sendMail/',
  ])
    assert.deepEqual(call(target), send, target);
  assert.deepEqual(call('/v1.0/me/sendMail'), { kind: 'send', user: null });
  assert.deepEqual(call("/v1.0/users('o''neil@ex.com')/sendMail"), { ...send, user: "o'neil@ex.com" });
});

test('what only looks like one is not known', () => {
  for (const target of [
    '/v2.0/me/sendMail',
    '/v1.0/me/sendMail/more',
    "/v1.0/users('a','b')/sendMail",
    '/v1.0//me/sendMail',
    '/v1.0/me%2FsendMail',
    '/v1.0/me/sendMail;x',
  ])
    assert.deepEqual(call(target), { kind: 'unknown' }, target);
  assert.deepEqual(call('/v1.0/me/sendMail', 'PUT'), { kind: 'unknown' });
});
