// After the push: the client hears the truth, whatever upstream said.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCommands } from '../../src/classify/git-commands.ts';
import { messageLines, readPushAnswer, writePushAnswer } from '../../src/classify/git-report.ts';
import type { PushAnswer } from '../../src/classify/git-report.ts';
import type { Pulls } from '../../src/enforce/pulls.ts';
import { settlePush } from '../../src/enforce/settle-push.ts';
import { HeaderList } from '../../src/http/headers.ts';
import { OID_A, OID_B, ZERO, pushBytes } from '../support/push-bytes.ts';
import { requestView } from '../support/request-view.ts';

const BANDED = ['report-status-v2', 'side-band-64k'];
const LANDED = 'refs/heads/agent/bot/main';
const opens: Pulls = {
  find: async () => ({ kind: 'none' }),
  open: async () => ({ kind: 'open', pull: { name: 'pull request #5', url: 'https://x/5' } }),
};

async function settle(status: number, raw: readonly string[], body: Buffer, pulls: Pulls | null = opens) {
  const push = readCommands(pushBytes([`${OID_A} ${OID_B} refs/heads/main`]));
  assert.ok(push !== null && push.commands[0] !== undefined);
  const input = {
    request: requestView('POST', '/acme/site.git/git-receive-pack'),
    bytes: Buffer.alloc(0),
    refs: new Set<string>(),
    prefix: 'agent/',
    hosts: new Map(),
    reason: 'Reviewed first.',
    principal: { agent: 'bot', teams: [], user: null, session: null, provedBy: 'token' },
    cause: 'x',
    originate: async () => Promise.reject(new Error('not asked')),
  } as const;
  const landing = { branch: 'agent/bot/main', tip: null, pull: { kind: 'none' } } as const;
  const reroute = {
    index: 0,
    command: push.commands[0],
    base: 'main',
    landing,
    replacement: { old: ZERO, new: OID_B, ref: LANDED },
  };
  const answer = await settlePush({ input, push, reroutes: [reroute], pulls }, { status, headers: new HeaderList(raw), body });
  return { answer, read: readPushAnswer(answer.body, BANDED) };
}

const upstream = (answer: Partial<PushAnswer>): Buffer =>
  writePushAnswer({ messages: Buffer.alloc(0), fatal: null, report: null, ...answer }, BANDED);
const landed = { unpack: 'ok', results: [{ ref: LANDED, error: null, options: [] }] };

describe('a settled push', () => {
  it('keeps what the server said and adds where the commits are', async () => {
    const { read } = await settle(200, [], upstream({ messages: Buffer.from('resolving: 1%\rdone'), report: landed }));
    assert.equal(
      read?.messages.toString(),
      'resolving: 1%\rdone\nInterlock: Reviewed first.\nInterlock: main was not changed. Your commits are on agent/bot/main.\nInterlock: pull request #5 is open: https://x/5\n',
    );
    assert.equal(read.report?.results[0]?.ref, 'refs/heads/main');
    assert.equal(read.report.results[0].options[0], `refname ${LANDED}`);
  });
  it('says how to go on by hand where no pull request can be opened', async () => {
    const { read } = await settle(200, [], upstream({ report: landed }), null);
    assert.match(
      read?.messages.toString() ?? '',
      /does not know how it is done for this repository\. Open one by hand, from agent\/bot\/main to main\./,
    );
  });
  it('opens nothing when the server refused', async () => {
    const report = { unpack: 'ok', results: [{ ref: LANDED, error: 'pre-receive hook declined', options: [] }] };
    const { read } = await settle(200, [], upstream({ messages: messageLines(['hook: no']), report }), {
      ...opens,
      open: () => assert.fail('opened'),
    });
    assert.deepEqual(read?.report?.results, [{ ref: 'refs/heads/main', error: 'pre-receive hook declined', options: [] }]);
    assert.match(read.messages.toString(), /^hook: no\nInterlock: /);
  });
  it('passes errors and demands for credentials on', async () => {
    const { answer } = await settle(
      401,
      ['WWW-Authenticate', 'Basic', 'Content-Length', '3', 'Connection', 'close'],
      Buffer.from('no!'),
    );
    assert.deepEqual(answer, { status: 401, headers: ['WWW-Authenticate', 'Basic'], body: Buffer.from('no!') });
  });
  it('does not claim success when the report can not be read', async () => {
    const bodies: [string[], Buffer][] = [
      [[], Buffer.from('<html>')],
      [[], Buffer.alloc(0)],
      [['Content-Encoding', 'gzip'], upstream({ report: landed })],
      [[], upstream({ fatal: 'disk full' })],
    ];
    for (const [headers, body] of bodies) {
      const { read } = await settle(200, headers, body, { ...opens, open: () => assert.fail('opened') });
      assert.equal(read?.report?.results[0]?.error, 'the server gave no report that can be read');
      assert.match(read.messages.toString(), /sent to agent\/bot\/main instead; look there/);
    }
  });
});
