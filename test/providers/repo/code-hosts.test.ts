// Bitbucket and Gitea: unread bodies, whose host it is, and refusals in each vendor's words.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { bitbucketCloud } from '../../../src/providers/repo/bitbucket-cloud.ts';
import { bitbucketServer } from '../../../src/providers/repo/bitbucket-server.ts';
import { codeHostWeb } from '../../../src/providers/repo/code-host-web.ts';
import { gitea, giteaSelfHosted } from '../../../src/providers/repo/gitea.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { requestView } from '../../support/request-view.ts';

const refusal = { kind: 'blocked', reason: 'main is closed', policies: ['no'], entry: '3', ticket: null, status: 403 } as const;
const SENTENCE = 'Interlock: main is closed (policy no; entry 3)';

const HOSTS: ReadonlyArray<
  readonly [provider: Provider, host: string, base: string, writes: readonly string[], document: unknown]
> = [
  [
    bitbucketCloud,
    'api.bitbucket.org',
    '/2.0/repositories/a/b',
    ['/src', '/pullrequests', '/hooks', '/x'],
    { type: 'error', error: { message: SENTENCE } },
  ],
  [
    bitbucketServer,
    'git.example.com',
    '/rest/api/1.0/projects/P/repos/r',
    ['/branches', '/pull-requests', '/webhooks', '/x'],
    { errors: [{ context: null, message: SENTENCE, exceptionName: 'com.atlassian.bitbucket.AuthorisationException' }] },
  ],
  [
    gitea,
    'codeberg.org',
    '/api/v1/repos/a/b',
    ['/contents', '/pulls', '/hooks', '/x'],
    { message: SENTENCE, url: 'https://docs.gitea.com/api' },
  ],
];

for (const [provider, host, base, writes, document] of HOSTS) {
  describe(provider.name, () => {
    it('leaves every action uninspected when the body could not be read', () => {
      for (const path of writes) {
        const recognition = provider.recognise(requestView('POST', base + path, { host }));
        const actions = recognition?.classify({ bytes: Buffer.alloc(0), problem: 'too large' }, NOTHING_KNOWN) ?? [];
        assert.ok(actions.length > 0, path);
        for (const action of actions) assert.equal(action.facts['inspected'], false, path);
      }
    });
    it('leaves plain reads alone, and takes a GET with a body', () => {
      assert.equal(provider.recognise(requestView('GET', base, { host, hasBody: false })), null);
      assert.notEqual(provider.recognise(requestView('GET', base, { host })), null);
    });
    it('refuses in its own words, with a 403', () => {
      const answer = provider.refuse(requestView('POST', base, { host }), refusal, { bytes: Buffer.alloc(0), problem: null });
      assert.deepEqual([answer.status, JSON.parse(answer.body.toString())], [403, document]);
    });
    it('says that a ticket waits, and keeps a failure’s own status', () => {
      const failed = provider.refuse(
        requestView('POST', base, { host }),
        { ...refusal, kind: 'failed', status: 502 },
        { bytes: Buffer.alloc(0), problem: null },
      );
      assert.equal(failed.status, 502);
    });
  });
}

describe('Gitea on any host', () => {
  it('is taken for it only where a repository is named', () => {
    const own = (path: string): boolean =>
      giteaSelfHosted.recognise(requestView('POST', path, { host: 'x.example.com' })) !== null;
    for (const path of [
      '/api/v1/repos/a/b/x',
      '/sub/api/v1/repos/a/b',
      '/api/v1/user/repos',
      '/api/v1/orgs/a/repos',
      '/api/v1/repos/migrate',
    ])
      assert.equal(own(path), true, path);
    for (const path of ['/api/v1/orders', '/api/v1/repos', '/api/v1/users/a', '/api/v2/repos/a/b', '/x/y/api/v1/repos/a/b'])
      assert.equal(own(path), false, path);
    assert.equal(giteaSelfHosted.recognise(requestView('POST', '/api/v1/repos/a/b', { host: 'codeberg.org' })), null);
  });
});

describe('the pages of a code host', () => {
  const named = (method: string, host: string, path: string): string | null => {
    const recognition = codeHostWeb.recognise(requestView(method, path, { host }));
    return recognition?.classify({ bytes: Buffer.alloc(0), problem: null }, NOTHING_KNOWN)?.[0]?.name ?? null;
  };
  it('take no plain write', () => {
    for (const [host, path] of [
      ['github.com', '/acme/site/settings/delete'],
      ['gitlab.com', '/acme/site/-/merge_requests/1/merge'],
      ['gist.github.com', '/'],
      ['bitbucket.org', '/acme/site/admin'],
      ['dev.azure.com', '/acme/site/_settings'],
    ] as const)
      assert.equal(named('POST', host, path), 'repo.unknown-write', host);
  });
  it('leave git, LFS and the APIs to those who know them', () => {
    for (const [method, host, path] of [
      ['POST', 'github.com', '/acme/site.git/git-receive-pack'],
      ['POST', 'github.com', '/acme/site.git/git-upload-pack'],
      ['POST', 'github.com', '/acme/site.git/info/lfs/objects/batch'],
      ['POST', 'gitlab.com', '/api/v4/projects'],
      ['POST', 'dev.azure.com', '/acme/_apis/projects'],
      ['POST', 'www.example.com', '/acme/site'],
    ] as const)
      assert.equal(named(method, host, path), null, `${host}${path}`);
    assert.equal(codeHostWeb.recognise(requestView('GET', '/acme/site', { host: 'github.com', hasBody: false })), null);
  });
});
