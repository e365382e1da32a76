// Pull requests on every vendor's API: whom we ask and how, with which credential, and what we believe of the answer.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CodeHost } from '../../src/decide/code-host.ts';
import type { OriginatedRequest } from '../../src/enforce/originate.ts';
import { pullsOf } from '../../src/enforce/pulls.ts';
import { HeaderList } from '../../src/http/headers.ts';
import { requestView } from '../support/request-view.ts';

interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly refused?: string;
  readonly headers?: readonly string[];
}

const HEAD = 'agent/bot/main';
const DRAFT = { head: HEAD, base: 'main', title: 't', body: 'b' };
const HOSTS = new Map<string, CodeHost>([
  ['git.example.com', 'gitlab'],
  ['tfs.example.com', 'azure-devops'],
  ['forge.example.com', 'gitea'],
  ['quiet.example.com', 'none'],
  ['gitlab.com', 'github'],
]);

function pulls(address: string, replies: readonly Reply[] = [], authorization = basic('x:TOKEN')) {
  const asked: OriginatedRequest[] = [];
  const { host, pathname } = new URL(address);
  const client = pullsOf({
    request: requestView('POST', `${pathname}/git-receive-pack`, { host, headers: ['Authorization', authorization] }),
    hosts: HOSTS,
    principal: { agent: 'bot', teams: [], user: null, session: null, provedBy: 'token' },
    cause: 'x-9',
    originate: async (request) => {
      const reply = replies[asked.length];
      asked.push(request);
      if (reply === undefined) throw new Error('asked too often');
      return {
        status: reply.status,
        headers: new HeaderList(reply.headers ?? []),
        body: Buffer.from(JSON.stringify(reply.json ?? null)),
        refused: reply.refused ?? null,
      };
    },
  });
  return { client, asked };
}

function basic(pair: string): string {
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

interface Vendor {
  readonly push: string;
  /** Authority and target of the look-up, decoded for reading. */
  readonly list: string;
  readonly open: string;
  readonly body: unknown;
  readonly name: string;
  readonly url: string;
  /** One entry of a list, and the answer to an opening. */
  readonly item: (head: string, base: string, fork?: boolean) => unknown;
  readonly listed: (items: readonly unknown[]) => unknown;
  readonly taken: number;
  readonly error: unknown;
}

const plainList = (items: readonly unknown[]): unknown => items;
const gitlab: Vendor = {
  push: 'https://gitlab.com/Grp/Sub/Site.git',
  list: 'gitlab.com:443/api/v4/projects/Grp/Sub/Site/merge_requests?state=opened&source_branch=agent/bot/main&target_branch=main&per_page=10',
  open: '/api/v4/projects/Grp%2FSub%2FSite/merge_requests',
  body: { source_branch: HEAD, target_branch: 'main', title: 't', description: 'b' },
  name: 'merge request !7',
  url: 'https://gitlab.com/grp/sub/site/-/merge_requests/7',
  item: (head, base, fork = false) => ({
    iid: 7,
    web_url: 'https://gitlab.com/grp/sub/site/-/merge_requests/7',
    source_branch: head,
    target_branch: base,
    source_project_id: fork ? 2 : 1,
    target_project_id: 1,
  }),
  listed: plainList,
  taken: 409,
  error: { message: ['no', 'never'] },
};
const bitbucket: Vendor = {
  push: 'https://bitbucket.org/acme/site.git',
  list: 'api.bitbucket.org:443/2.0/repositories/acme/site/pullrequests?q=source.branch.name="agent/bot/main"+AND+destination.branch.name="main"+AND+state="OPEN"&pagelen=10',
  open: '/2.0/repositories/acme/site/pullrequests',
  body: { title: 't', description: 'b', source: { branch: { name: HEAD } }, destination: { branch: { name: 'main' } } },
  name: 'pull request #7',
  url: 'https://bitbucket.org/acme/site/pull-requests/7',
  item: (head, base, fork = false) => ({
    id: 7,
    links: { html: { href: 'https://bitbucket.org/acme/site/pull-requests/7' } },
    source: { branch: { name: head }, repository: fork ? null : { full_name: 'acme/site' } },
    destination: { branch: { name: base }, repository: { full_name: 'acme/site' } },
  }),
  listed: (values) => ({ pagelen: 10, values }),
  taken: 409,
  error: { type: 'error', error: { message: 'no', detail: 'never' } },
};
const azure: Vendor = {
  push: 'https://dev.azure.com/acme/My%20Project/_git/site',
  list: 'dev.azure.com:443/acme/My Project/_apis/git/repositories/site/pullrequests?searchCriteria.sourceRefName=refs/heads/agent/bot/main&searchCriteria.targetRefName=refs/heads/main&searchCriteria.status=active&$top=10&api-version=7.1',
  open: '/acme/My%20Project/_apis/git/repositories/site/pullrequests?api-version=7.1',
  body: { sourceRefName: `refs/heads/${HEAD}`, targetRefName: 'refs/heads/main', title: 't', description: 'b' },
  name: 'pull request #7',
  url: 'https://dev.azure.com/acme/My%20Project/_git/site/pullrequest/7',
  item: (head, base, fork = false) => ({
    pullRequestId: 7,
    sourceRefName: `refs/heads/${head}`,
    targetRefName: `refs/heads/${base}`,
    ...(fork ? { forkSource: { repository: { id: 'x' } } } : {}),
  }),
  listed: (value) => ({ value, count: value.length }),
  taken: 409,
  error: { message: 'no: never' },
};
const gitea: Vendor = {
  push: 'https://codeberg.org/acme/site.git',
  list: 'codeberg.org:443/api/v1/repos/acme/site/pulls?state=open&sort=recentupdate&limit=50',
  open: '/api/v1/repos/acme/site/pulls',
  body: DRAFT,
  name: 'pull request #7',
  url: 'https://codeberg.org/acme/site/pulls/7',
  item: (head, base, fork = false) => ({
    number: 7,
    html_url: 'https://codeberg.org/acme/site/pulls/7',
    head: { ref: head, repo_id: fork ? 2 : 1 },
    base: { ref: base, repo_id: 1 },
  }),
  listed: plainList,
  taken: 409,
  error: { message: 'no: never', url: 'https://codeberg.org/api/swagger' },
};

for (const [vendor, one] of Object.entries({ gitlab, bitbucket, azure, gitea })) {
  const open = { kind: 'open', pull: { name: one.name, url: one.url } };
  describe(`${vendor}'s API`, () => {
    it('is asked for an open one, and believed only about our own branches', async () => {
      const foreign = [one.item('other', 'main'), one.item(HEAD, 'dev'), one.item(HEAD, 'main', true), null, 3];
      const none = pulls(one.push, [{ status: 200, json: one.listed(foreign) }]);
      assert.deepEqual(await none.client?.find(HEAD, 'main'), { kind: 'none' });
      const [{ authority, target } = assert.fail('not asked')] = none.asked;
      assert.equal(decodeURIComponent(`${authority.host}:${authority.port}${target}`), one.list);
      assert.equal(none.asked[0]?.cause, 'x-9');
      const found = pulls(one.push, [{ status: 200, json: one.listed([...foreign, one.item(HEAD, 'main')]) }]);
      assert.deepEqual(await found.client?.find(HEAD, 'main'), open);
    });
    it('is told the draft once', async () => {
      const { client, asked } = pulls(one.push, [{ status: 201, json: one.item(HEAD, 'main') }]);
      assert.deepEqual(await client?.open(DRAFT), open);
      assert.deepEqual([asked[0]?.method, asked[0]?.target], ['POST', one.open]);
      assert.deepEqual(JSON.parse(asked[0]?.body.toString() ?? ''), one.body);
    });
    it('may have one already', async () => {
      const list = { status: 200, json: one.listed([one.item(HEAD, 'main')]) };
      const { client } = pulls(one.push, [{ status: one.taken, json: one.error }, list]);
      assert.deepEqual(await client?.open(DRAFT), open);
    });
    it('says why not', async () => {
      const { client } = pulls(one.push, [{ status: 403, json: one.error }]);
      assert.deepEqual(await client?.open(DRAFT), { kind: 'unknown', reason: 'the API answered 403: no: never' });
      for (const reply of [
        { status: 404 },
        { status: 200, json: 'x' },
        { status: 203 },
        { status: 200, json: one.listed([]), refused: 'no' },
      ])
        assert.equal((await pulls(one.push, [reply]).client?.find(HEAD, 'main'))?.kind, 'unknown');
      const { client: judged } = pulls(one.push, [{ status: 201, json: one.item(HEAD, 'main'), refused: 'engineering only' }]);
      assert.deepEqual(await judged?.open(DRAFT), { kind: 'unknown', reason: 'policy did not allow it: engineering only' });
    });
  });
}

it('each API gets the credential of the push as it takes it', async () => {
  const cases = [
    [gitlab, basic('oauth2:TOKEN'), 'Authorization: Bearer TOKEN'],
    [gitlab, basic('gitlab-ci-token:JOB'), 'JOB-TOKEN: JOB'],
    [bitbucket, basic('x-token-auth:TOKEN'), 'Authorization: Bearer TOKEN'],
    [bitbucket, basic('me@example.com:API'), `Authorization: ${basic('me@example.com:API')}`],
    [bitbucket, 'Bearer TOKEN', 'Authorization: Bearer TOKEN'],
    [azure, basic('anything:PAT'), `Authorization: ${basic(':PAT')}`],
    [azure, 'Bearer ENTRA', 'Authorization: Bearer ENTRA'],
    [gitea, basic('me:TOKEN'), `Authorization: ${basic('me:TOKEN')}`],
    [gitea, basic('TOKEN:x-oauth-basic'), `Authorization: ${basic('TOKEN:x-oauth-basic')}`],
    [gitea, 'token TOKEN', 'Authorization: token TOKEN'],
    ...[gitlab, bitbucket, azure, gitea].map((one) => [one, 'Negotiate abc', ''] as const),
  ] as const;
  for (const [vendor, authorization, sent] of cases) {
    const { client, asked } = pulls(vendor.push, [{ status: 200, json: vendor.listed([]) }], authorization);
    await client?.find(HEAD, 'main');
    const fields = new HeaderList(asked[0]?.headers ?? []);
    const told = ['Authorization', 'JOB-TOKEN'].filter((name) => fields.has(name.toLowerCase()));
    assert.equal(told.map((name) => `${name}: ${fields.get(name.toLowerCase()) ?? ''}`).join(), sent, vendor.push);
  }
});

it('the operator names the vendor of servers whose name does not tell, and of no others', async () => {
  const cases = [
    ['https://git.example.com:8443/acme/site', 'git.example.com:8443/api/v4/projects/acme%2Fsite/merge_requests'],
    ['https://forge.example.com/acme/site', 'forge.example.com:443/api/v1/repos/acme/site/pulls'],
    ['https://tfs.example.com/tfs/Main/P/_git/site', 'tfs.example.com:443/tfs/Main/P/_apis/git/repositories/site/pullrequests'],
    ['https://unnamed.example.com/acme/site', 'unnamed.example.com:443/api/v3/repos/acme/site/pulls'],
    // INVARIANT: a mistake there sends no credential of gitlab.com elsewhere.
    ['https://gitlab.com/acme/site', 'gitlab.com:443/api/v4/projects/acme%2Fsite/merge_requests'],
  ] as const;
  for (const [push, expected] of cases) {
    const { client, asked } = pulls(push, [{ status: 500 }]);
    await client?.find(HEAD, 'main');
    const [{ authority, target } = assert.fail('not asked')] = asked;
    assert.equal(`${authority.host}:${authority.port}${target.split('?')[0]}`, expected);
  }
  assert.equal(pulls('https://quiet.example.com/acme/site').client, null);
});

it('one repository of Azure DevOps has many addresses', async () => {
  const api = '_apis/git/repositories/site/pullrequests?api-version=7.1';
  const cases = [
    ['https://dev.azure.com/acme/_git/site', `/acme/site/${api}`],
    ['https://dev.azure.com/acme/p/_git/_optimized/site', `/acme/p/${api}`],
    ['https://acme.visualstudio.com/_git/site', `/site/${api}`],
    ['https://acme.visualstudio.com/p/_git/_full/site', `/p/${api}`],
    ['https://acme.visualstudio.com/DefaultCollection/_git/site', `/DefaultCollection/site/${api}`],
    ['https://acme.visualstudio.com/DefaultCollection/p/_git/site', `/DefaultCollection/p/${api}`],
  ] as const;
  for (const [push, target] of cases) {
    const { client, asked } = pulls(push, [{ status: 403 }]);
    await client?.open(DRAFT);
    assert.equal(asked[0]?.target, target, push);
  }
});

it('a path that is no repository of the vendor has no pull requests', () => {
  for (const push of [
    'https://gitlab.com/site.git',
    'https://gitlab.com/acme/site.wiki.git',
    'https://gitlab.com/acme/a%2Fb',
    'https://bitbucket.org/acme/site/x',
    'https://bitbucket.org/acme/si%20te',
    'https://codeberg.org/acme',
    'https://dev.azure.com/acme/site',
    'https://dev.azure.com/acme/p/_git/a/b',
    'https://dev.azure.com/acme/p/_git/a%2Fb',
    'https://dev.azure.com/acme/p%3F/_git/site',
    'https://tfs.example.com/_git/site',
  ])
    assert.equal(pulls(push).client, null, push);
});

it('a list that does not hold all of them does not prove that there is none', async () => {
  const ask = (headers: readonly string[]) =>
    pulls(gitea.push, [{ status: 200, json: [gitea.item('other', 'main')], headers }]).client?.find(HEAD, 'main');
  assert.equal((await ask(['X-Total-Count', '60']))?.kind, 'unknown');
  assert.equal((await ask(['X-Total-Count', '1']))?.kind, 'none');
});
