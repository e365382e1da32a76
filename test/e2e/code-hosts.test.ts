// The real GitLab SDK and raw calls to Bitbucket, Azure DevOps and Gitea: what goes arrives byte for byte, what does not is each vendor's own error.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type ClientReport, curl, jsonObject, runClient } from '../support/agent-client.ts';
import { startCodeHosts, startPlainCodeHost } from '../support/code-host-origin.ts';
import { startInterlock } from '../support/interlock.ts';
import type { Received } from '../support/received.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const NAMES = ['gitlab.com', 'api.bitbucket.org', 'dev.azure.com', 'codeberg.org', 'git.acme.test'];

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startCodeHosts(ca, NAMES));
const direct = stack.use(await startPlainCodeHost());
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: Object.fromEntries(NAMES.map((name) => [name, origin.address])),
    config: { approvals: { holdSeconds: 1 } },
  }),
);
const agent = await interlock.addAgent('coder', { teams: ['engineering'] });

interface SdkCall {
  readonly resource: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

const gitlab = (call: SdkCall): Promise<ClientReport> => runClient(agent, 'gitbeaker', { ...call, token: 'glpat-x' });

/** The same without a proxy. */
const gitlabAlone = (call: SdkCall): Promise<ClientReport> =>
  runClient({ ...agent, env: {} }, 'gitbeaker', { ...call, token: 'glpat-x', host: `http://${direct.address}` });

async function verdicts(): Promise<number> {
  return (await interlock.bodies('verdict')).length;
}

/** What came last, as it came: request line, content type and body. */
async function lastOf(received: readonly Received[]): Promise<unknown> {
  const last = received.at(-1);
  assert.ok(last !== undefined, 'nothing arrived');
  return [last.method, last.target, last.get('content-type'), (await last.body()).toString()];
}

describe('the GitLab SDK', { concurrency: false }, () => {
  const commit = (branch: string, path = 'docs/a.md', options: object = {}): SdkCall => ({
    resource: 'Commits',
    method: 'create',
    args: ['Acme/Site', branch, 'Add', [{ action: 'create', filePath: path, content: 'hello' }], options],
  });

  it('commits to a branch of its own, byte for byte as without a proxy', async () => {
    const said = await gitlab(commit('topic'));
    assert.ok(said.ok, JSON.stringify(said.error));
    const through = await lastOf(origin.received);
    const alone = await gitlabAlone(commit('topic'));
    assert.ok(alone.ok, JSON.stringify(alone.error));
    assert.deepEqual(through, await lastOf(direct.received));
  });

  it('opens a merge request, and comments', async () => {
    const opened = await gitlab({
      resource: 'MergeRequests',
      method: 'create',
      args: ['Acme/Site', 'topic', 'main', 'Add a page'],
    });
    assert.ok(opened.ok, JSON.stringify(opened.error));
    const noted = await gitlab({ resource: 'MergeRequestNotes', method: 'create', args: ['Acme/Site', 1, 'ready'] });
    assert.ok(noted.ok, JSON.stringify(noted.error));
  });

  for (const [name, call, policy] of [
    ['to the default branch', commit('main'), 'write-protected-by-api'],
    ['that CI runs', commit('topic', '.gitlab-ci.yml'), 'push-guard-files'],
    [
      'to a project by its number',
      { ...commit('topic'), args: [42, ...commit('topic').args.slice(1)] },
      'push-repository-by-number',
    ],
    [
      'by a comment that merges',
      { resource: 'MergeRequestNotes', method: 'create', args: ['Acme/Site', 1, 'fine\n/merge'] },
      'merge',
    ],
    ['by a merge', { resource: 'MergeRequests', method: 'accept', args: ['Acme/Site', 1] }, 'merge'],
    ['of who may push', { resource: 'ProtectedBranches', method: 'unprotect', args: ['Acme/Site', 'main'] }, 'repo-settings'],
    ['that nobody knows', { resource: 'Lint', method: 'lint', args: ['Acme/Site', { content: 'x' }] }, 'repo-unknown-write'],
    [
      'as a public snippet',
      { resource: 'Snippets', method: 'create', args: ['t', { visibility: 'public', files: [{ filePath: 'a', content: 'x' }] }] },
      'no-gists',
    ],
  ] as const) {
    it(`a change ${name} does not go; the SDK raises its own error with the reason, after one call`, async () => {
      const [arrived, judged] = [origin.received.length, await verdicts()];
      const said = await gitlab(call);
      assert.ok(!said.ok, JSON.stringify(said));
      assert.equal(said.error['name'], 'GitbeakerRequestError');
      assert.match(String(said.error['message']), new RegExp(`policy ${policy}`));
      assert.equal(origin.received.length, arrived);
      assert.equal(await verdicts(), judged + 1);
    });
  }
});

const JSON_TYPE = ['-H', 'Content-Type: application/json'];
const A = 'a'.repeat(40);
const push = (ref: string): string =>
  JSON.stringify({
    refUpdates: [{ name: ref, oldObjectId: A }],
    commits: [
      {
        comment: 'Add',
        changes: [{ changeType: 'add', item: { path: '/a.md' }, newContent: { content: 'x', contentType: 'rawtext' } }],
      },
    ],
  });

describe('raw calls that go', () => {
  for (const [name, args, body] of [
    ['Bitbucket', ['https://api.bitbucket.org/2.0/repositories/acme/site/src'], 'branch=topic&message=Add&%2Fdocs%2Fa.md=hello'],
    [
      'Azure DevOps',
      [...JSON_TYPE, 'https://dev.azure.com/acme/site/_apis/git/repositories/web/pushes?api-version=7.1'],
      push('refs/heads/topic'),
    ],
    [
      'Gitea',
      [...JSON_TYPE, 'https://codeberg.org/api/v1/repos/acme/site/contents/a.md'],
      '{"branch": "topic",  "content":"eA==","message":"Add"}',
    ],
    [
      'a Gitea of one’s own',
      [...JSON_TYPE, 'https://git.acme.test/api/v1/repos/acme/site/contents/a.md'],
      '{"branch":"topic","content":"eA=="}',
    ],
  ] as const) {
    it(`${name}: a commit to a branch of its own arrives as it was sent`, async () => {
      const answer = await curl(agent, ['--data-binary', body, ...args]);
      assert.equal(answer.status, 201, answer.body);
      assert.equal((await origin.received.at(-1)?.body())?.toString(), body);
    });
  }
});

describe('raw calls that do not go', () => {
  const message = (answer: Readonly<Record<string, unknown>>, ...path: readonly string[]): string => {
    let at: unknown = answer;
    for (const name of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined;
    return String(at);
  };
  for (const [name, args, path, reason] of [
    [
      'Bitbucket: a commit without a branch',
      ['-d', 'message=Add&a.md=x', 'https://api.bitbucket.org/2.0/repositories/acme/site/src'],
      ['error', 'message'],
      /write-protected-by-api/,
    ],
    [
      'Bitbucket: a branch in two places',
      ['-d', 'branch=topic&a.md=x', 'https://api.bitbucket.org/2.0/repositories/acme/site/src?branch=main'],
      ['error', 'message'],
      /uninspected-write/,
    ],
    [
      'Bitbucket: a merge',
      ['-X', 'POST', 'https://api.bitbucket.org/2.0/repositories/acme/site/pullrequests/1/merge'],
      ['error', 'message'],
      /policy merge/,
    ],
    [
      'Azure DevOps: a push to main',
      [...JSON_TYPE, '-d', push('refs/heads/Main'), 'https://dev.azure.com/acme/site/_apis/git/repositories/web/pushes'],
      ['message'],
      /write-protected-by-api/,
    ],
    [
      'Azure DevOps: a completion that bypasses policies',
      [
        ...JSON_TYPE,
        '-X',
        'PATCH',
        '-d',
        '{"status":"completed","completionOptions":{"bypassPolicy":true}}',
        'https://dev.azure.com/acme/site/_apis/git/repositories/web/pullrequests/1',
      ],
      ['message'],
      /no-bypass/,
    ],
    [
      'Gitea: a file on the default branch',
      [...JSON_TYPE, '-d', '{"content":"eA=="}', 'https://codeberg.org/api/v1/repos/acme/site/contents/a.md'],
      ['message'],
      /write-protected-by-api/,
    ],
    [
      'Gitea: a key in another case',
      [
        ...JSON_TYPE,
        '-d',
        '{"branch":"topic","BRANCH":"main","content":"eA=="}',
        'https://codeberg.org/api/v1/repos/acme/site/contents/a.md',
      ],
      ['message'],
      /uninspected-write/,
    ],
    [
      'Gitea: a call as somebody else',
      [...JSON_TYPE, '-d', '{"body":"x"}', 'https://codeberg.org/api/v1/repos/acme/site/issues/1/comments?sudo=root'],
      ['message'],
      /no-impersonation/,
    ],
  ] as const) {
    it(`${name}: its own error, with the reason`, async () => {
      const arrived = origin.received.length;
      const answer = await curl(agent, [...args]);
      assert.equal(answer.status, 403, answer.body);
      assert.match(message(jsonObject(answer.body), ...path), reason);
      assert.equal(origin.received.length, arrived);
    });
  }

  it('GitLab’s GraphQL answers 200 with errors', async () => {
    const query = 'mutation { mergeRequestAccept(input: {projectPath: "acme/site", iid: "1", sha: "x"}) { errors } }';
    const answer = await curl(agent, [...JSON_TYPE, '-d', JSON.stringify({ query }), 'https://gitlab.com/api/graphql']);
    assert.equal(answer.status, 200, answer.body);
    assert.match(message(jsonObject(answer.body), 'errors', '0', 'message'), /policy merge/);
  });
});
