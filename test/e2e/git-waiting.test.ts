// Real git whose push is parked: it shows whom it waits for while its pack is still unread, and hears how it ended.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { serveGit } from '../support/git-backend.ts';
import { cloneAddress, seedRepository } from '../support/git-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startOrigin } from '../support/origin.ts';
import { runCommand } from '../support/run-command.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const root = await mkdtemp(join(tmpdir(), 'interlock-git-waiting-'));
stack.defer(() => rm(root, { recursive: true, force: true }));
const repository = join(root, 'acme', 'app.git');
await runCommand('git', ['init', '--bare', '--quiet', '--initial-branch=main', repository]);
await runCommand('git', ['-C', repository, 'config', 'http.receivepack', 'true']);
await seedRepository(repository);

const ca = stack.use(await createThrowawayCa());
/** When set, the server answers this to a push instead of taking it. */
let pushesAnswer: number | null = null;
const server = stack.use(
  await startOrigin({
    leaf: await ca.issue(['git.e2e.test']),
    answer: async (request, response, received) => {
      if (received.method !== 'POST' || pushesAnswer === null) return serveGit(root, request, response, 'agent');
      response.statusCode = pushesAnswer;
      response.end('<h1>no</h1>');
    },
  }),
);
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'git.e2e.test': server.address },
    config: { approvals: { holdSeconds: 600 } },
  }),
);
const agent = await interlock.addAgent('coder', { teams: ['engineering'] });
const maintainer = await interlock.addUser('mona', ['maintainers']);
const clone = stack.use(await cloneAddress(agent, 'https://git.e2e.test/acme/app.git'));

/** Pushes HEAD to a ref that waits; once git has shown the ticket, `decide` is called with it. */
async function push(ref: string, decide: (ticket: string) => unknown) {
  let shown = '';
  const pushed = await clone.watched(
    (text) => {
      const ticket = /^remote: Interlock: waiting for maintainers \(ticket (t_[a-z2-7]{26})\)/m.exec(text)?.[1] ?? '';
      if (shown !== '' || ticket === '') return;
      shown = ticket;
      decide(ticket);
    },
    '-c',
    'http.version=HTTP/1.1',
    'push',
    'origin',
    `HEAD:${ref}`,
  );
  return { ...pushed, shown };
}

const decideAs = (decision: 'approve' | 'deny') => (ticket: string) =>
  interlock.cli(['tickets', decision, ticket], { INTERLOCK_TOKEN: maintainer });

const refOf = async (ref: string): Promise<string> =>
  (await runCommand('git', ['-C', repository, 'rev-parse', '--verify', '--quiet', ref])).stdout.trim();

describe('a push that waits', () => {
  it('shows whom it waits for, and goes once it is approved', async () => {
    const commit = await clone.commit('small', 'small\n');
    const pushed = await push('refs/meta/small', decideAs('approve'));
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.match(pushed.stderr, /\[new reference\]\s+HEAD -> refs\/meta\/small/);
    assert.equal(await refOf('refs/meta/small'), commit);
  });

  it('with a pack that is still unread: it is read only once it is approved', async () => {
    const commit = await clone.commit('large', randomBytes(6_000_000));
    const pushed = await push('refs/meta/large', decideAs('approve'));
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.equal(await refOf('refs/meta/large'), commit);
  });

  it('is refused ref by ref when it is denied', async () => {
    await clone.commit('denied', 'denied\n');
    const pushed = await push('refs/meta/denied', decideAs('deny'));
    assert.equal(pushed.code, 1, pushed.stderr);
    assert.match(pushed.stderr, /! \[remote rejected\] HEAD -> refs\/meta\/denied \(.*denied by mona/);
    assert.equal(await refOf('refs/meta/denied'), '');
  });

  it("hears an error of the server's as a refusal of its refs", async () => {
    pushesAnswer = 403;
    const pushed = await push('refs/meta/refused', decideAs('approve'));
    pushesAnswer = null;
    assert.equal(pushed.code, 1, pushed.stderr);
    assert.match(pushed.stderr, /! \[remote rejected\] HEAD -> refs\/meta\/refused \(the server answered 403 to the push\)/);
    assert.ok(!pushed.stderr.includes('<h1>'));
  });

  it('leaves a whole chain', async () => {
    assert.equal((await interlock.verify()).ok, true);
  });
});
