// GitHub's pull requests: whom we ask, with which credential, and what we believe of the answer.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OriginatedRequest } from '../../src/enforce/originate.ts';
import { pullsOf } from '../../src/enforce/pulls.ts';
import { InterlockError } from '../../src/errors.ts';
import { HeaderList } from '../../src/http/headers.ts';
import { requestView } from '../support/request-view.ts';

type Reply = { readonly status: number; readonly json?: unknown; readonly refused?: string } | Error;

function pulls(target: string, host: string, replies: readonly Reply[]) {
  const asked: OriginatedRequest[] = [];
  const client = pullsOf({
    hosts: new Map(),
    request: requestView('POST', target, {
      host,
      headers: ['Authorization', `Basic ${Buffer.from('x:TOKEN').toString('base64')}`],
    }),
    principal: { agent: 'bot', teams: [], user: null, session: null, provedBy: 'token' },
    cause: 'x-9',
    originate: async (request) => {
      const reply = replies[asked.length];
      asked.push(request);
      if (reply === undefined || reply instanceof Error) throw reply ?? new Error('asked too often');
      return {
        status: reply.status,
        headers: new HeaderList([]),
        body: Buffer.from(JSON.stringify(reply.json ?? null)),
        refused: reply.refused ?? null,
      };
    },
  });
  return { client, asked };
}

const PUSH = '/acme/site.git/git-receive-pack';
const PULL = {
  number: 3,
  html_url: 'https://github.com/acme/site/pull/3',
  head: { ref: 'agent/bot/main' },
  base: { ref: 'main' },
};
const DRAFT = { head: 'agent/bot/main', base: 'main', title: 't', body: 'b' };

describe('the API of a host', () => {
  it('is beside github.com and ghe.com, and below any other', async () => {
    const cases = [
      ['github.com', 'api.github.com', '/repos'],
      ['www.github.com', 'api.github.com', '/repos'],
      ['acme.ghe.com', 'api.acme.ghe.com', '/repos'],
      ['git.example.com', 'git.example.com', '/api/v3/repos'],
    ] as const;
    for (const [host, api, path] of cases) {
      const { client, asked } = pulls(PUSH, host, [{ status: 200, json: [] }]);
      assert.deepEqual(await client?.find('agent/bot/main', 'main'), { kind: 'none' });
      assert.equal(asked[0]?.authority.host, api);
      assert.equal(asked[0]?.target, `${path}/acme/site/pulls?head=acme%3Aagent%2Fbot%2Fmain&base=main&state=open&per_page=10`);
      assert.equal(new HeaderList(asked[0]?.headers ?? []).get('authorization'), 'Bearer TOKEN');
      assert.equal(asked[0]?.cause, 'x-9');
    }
  });
  it('is none where there are no pull requests of GitHub’s kind', () => {
    for (const [target, host] of [
      [PUSH, 'ssh.dev.azure.com'],
      [PUSH, 'source.googlesource.com'],
      ['/a/b/c/git-receive-pack', 'git.example.com'],
      ['/acme/site.wiki.git/git-receive-pack', 'github.com'],
      ['/x.git/git-receive-pack', 'gist.github.com'],
      ['/a/b%20c/git-receive-pack', 'github.com'],
    ] as const) {
      assert.equal(pulls(target, host, []).client, null, `${host}${target}`);
    }
  });
});

describe('looking for a pull request', () => {
  it('believes only one with our own head and base', async () => {
    const foreign = [{ ...PULL, head: { ref: 'other' } }, { ...PULL, base: { ref: 'dev' } }, { number: 'x' }, null];
    assert.deepEqual(await pulls(PUSH, 'github.com', [{ status: 200, json: foreign }]).client?.find('agent/bot/main', 'main'), {
      kind: 'none',
    });
    const found = await pulls(PUSH, 'github.com', [{ status: 200, json: [...foreign, PULL] }]).client?.find(
      'agent/bot/main',
      'main',
    );
    assert.deepEqual(found, { kind: 'open', pull: { name: 'pull request #3', url: PULL.html_url } });
  });
  it('is open-ended when the answer is none', async () => {
    for (const reply of [
      { status: 404, json: { message: 'Not Found' } },
      { status: 200, json: {} },
      { status: 200, json: [], refused: 'no' },
      new Error('gone'),
    ]) {
      assert.equal((await pulls(PUSH, 'github.com', [reply]).client?.find('a', 'main'))?.kind, 'unknown');
    }
  });
});

describe('opening a pull request', () => {
  it('sends the draft once', async () => {
    const { client, asked } = pulls(PUSH, 'github.com', [{ status: 201, json: PULL }]);
    assert.deepEqual(await client?.open(DRAFT), { kind: 'open', pull: { name: 'pull request #3', url: PULL.html_url } });
    assert.deepEqual(JSON.parse(asked[0]?.body.toString() ?? ''), DRAFT);
  });
  it('uses the one that is there', async () => {
    const { client } = pulls(PUSH, 'github.com', [
      { status: 422, json: { message: 'Validation Failed' } },
      { status: 200, json: [PULL] },
    ]);
    assert.equal((await client?.open(DRAFT))?.kind, 'open');
  });
  it('tells why not, in one plain line', async () => {
    const replies: Reply[][] = [
      [{ status: 403, json: { message: 'Resource not\u001b[31m accessible\nby token' } }],
      [
        {
          status: 422,
          json: { message: 'Validation Failed', errors: [{ message: 'No commits between main and agent/bot/main' }] },
        },
        { status: 200, json: [] },
      ],
      [{ status: 403, json: { message: 'Interlock: engineering only' }, refused: '{…}' }],
      [new InterlockError('CONNECT_FAILED', 'could not connect to api.github.com')],
    ];
    const reasons = await Promise.all(
      replies.map(async (reply) => {
        const state = await pulls(PUSH, 'github.com', reply).client?.open(DRAFT);
        return state?.kind === 'unknown' ? state.reason : state;
      }),
    );
    assert.deepEqual(reasons, [
      'the API answered 403: Resource not [31m accessible by token',
      'the API answered 422: Validation Failed: No commits between main and agent/bot/main',
      'policy did not allow it: Interlock: engineering only',
      'could not connect to api.github.com',
    ]);
  });
});
