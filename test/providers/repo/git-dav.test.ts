// Pushes over WebDAV: whatever is written into a repository's folder is a push that nobody can read.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import { NO_BODY } from '../../../src/http/inspected-body.ts';
import { requestView } from '../../support/request-view.ts';

const told = (method: string, path: string, headers: readonly string[] = []): string[] =>
  recognise(requestView(method, path, { host: 'files.example.com', headers }))
    .classify(NO_BODY)
    .actions.map(
      ({ name, resource, facts }) =>
        `${name} ${resource.id} ${String(facts['ref'])} ${String(facts['change'])} ${String(facts['inspected'])}`,
    );

describe('a push over WebDAV', () => {
  it('is told by the file that it writes, however the path is spelt', () => {
    const main = ['repo.push files.example.com/acme/site refs/heads/main update false'];
    assert.deepEqual(told('PUT', '/acme/site.git/refs/heads/main'), main);
    assert.deepEqual(told('PUT', '/acme/site/refs/heads/main'), main);
    assert.deepEqual(told('PUT', '//acme/site.git//refs/%68eads/main'), main);
    assert.deepEqual(told('PUT', '/acme/site.git%2Frefs%2Fheads%2Fmain'), main);
    assert.deepEqual(told('DELETE', '/acme/site.git/refs/heads/x'), [
      'repo.push files.example.com/acme/site refs/heads/x delete false',
    ]);
    assert.deepEqual(told('PUT', '/acme/site.git/HEAD'), ['repo.push files.example.com/acme/site undefined update false']);
  });
  it('is told by where something is moved to', () => {
    assert.deepEqual(told('MOVE', '/tmp/x', ['Destination', 'https://files.example.com/acme/site.git/refs/heads/main']), [
      'repo.push files.example.com/acme/site refs/heads/main update false',
    ]);
  });
  it('is refused in plain words', () => {
    const view = requestView('PUT', '/acme/site.git/refs/heads/main', { host: 'files.example.com' });
    const { provider } = recognise(view);
    const refusal = { kind: 'blocked', reason: 'no', policies: [], entry: null, ticket: null, status: 403 } as const;
    assert.deepEqual(provider?.refuse(view, refusal, NO_BODY).status, 403);
  });
  it('is nothing else', () => {
    for (const path of ['/acme/site.gitignore/HEAD', '/refs/x', '/objects/ab/cd', '/head/heads/refs']) {
      assert.match(told('PUT', path).join(), /^http\.write/, path);
    }
    // A code host's API has such paths; its own provider speaks for them.
    for (const path of ['/api/v1/repos/a/b/git/refs/heads/x', '/2.0/repositories/a/b/refs/tags/x'])
      assert.doesNotMatch(told('PUT', path).join(), /^repo\.push/, path);
    assert.match(told('POST', '/acme/site.git/HEAD').join(), /^http\.write/);
    assert.equal(recognise(requestView('GET', '/acme/site.git/refs/heads/main', { hasBody: false })).provider, null);
  });
});
