// Real git against a real git server: reads pass, branches are pushed, and protected ones move by pull request.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { cloneRepository, seedRepository } from '../support/git-client.ts';
import { startGithubOrigin } from '../support/github-origin.ts';
import { startInterlock } from '../support/interlock.ts';
import { runCommand } from '../support/run-command.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { ticketIn } from '../support/ticket-in.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const github = stack.use(await startGithubOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'github.com': github.web.address, 'api.github.com': github.api.address },
    config: { approvals: { holdSeconds: 2 } },
  }),
);
const agent = await interlock.addAgent('coder', { teams: ['engineering'] });
await interlock.addUser('mona', ['maintainers']);
const first = await seedRepository(await github.createRepository('acme', 'app'));
const clone = stack.use(await cloneRepository(agent, 'acme', 'app'));
const refOf = (ref: string) => github.refOf('acme', 'app', ref);

describe('reading', () => {
  it('clones and fetches', async () => {
    assert.equal((await clone.git('rev-parse', 'HEAD')).stdout.trim(), first);
    assert.equal((await clone.git('fetch', '--all')).code, 0);
    assert.equal((await clone.git('ls-remote', 'origin')).code, 0);
  });

  it('fetches as any agent', async () => {
    const reader = await interlock.addAgent('reader');
    await using copy = await cloneRepository(reader, 'acme', 'app');
    assert.equal((await copy.git('rev-parse', 'HEAD')).stdout.trim(), first);
  });
});

describe('pushing branches', () => {
  it('a small push goes out', async () => {
    await clone.git('checkout', '-q', '-b', 'small');
    const commit = await clone.commit('small', 'small\n');
    const pushed = await clone.git('push', 'origin', 'small');
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.equal(await refOf('refs/heads/small'), commit);
    const verdict = (await interlock.bodies('verdict')).findLast((one) => one.actions[0]?.action === 'repo.push');
    assert.equal(verdict?.verdict, 'ALLOW');
    assert.equal(verdict?.actions[0]?.facts['ref'], 'refs/heads/small');
    assert.equal(verdict?.actions[0]?.facts['change'], 'create');
  });

  it('a push above http.postBuffer goes out', async () => {
    await clone.git('checkout', '-q', '-b', 'large');
    const commit = await clone.commit('large', randomBytes(5_000_000));
    // Over HTTP/2, git 2.39 now and then waits for itself for ever behind a chunked upload: git-remote-https asks send-pack for more of the
    // pack, and send-pack waits for the answer. Both were seen so with no connection left.
    const pushed = await clone.git('-c', 'http.version=HTTP/1.1', 'push', 'origin', 'large');
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.equal(await refOf('refs/heads/large'), commit);
  });

  it('several refs and tags at once go out', async () => {
    await clone.git('branch', 'one');
    await clone.git('branch', 'two');
    await clone.git('tag', 'v1');
    await clone.git('tag', '-a', 'v2', '-m', 'annotated');
    const pushed = await clone.git('push', 'origin', 'one', 'two', 'v1', 'v2');
    assert.equal(pushed.code, 0, pushed.stderr);
    for (const ref of ['refs/heads/one', 'refs/heads/two', 'refs/tags/v1', 'refs/tags/v2'])
      assert.notEqual(await refOf(ref), null, ref);
  });

  it('a branch is deleted', async () => {
    const pushed = await clone.git('push', 'origin', '--delete', 'two');
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.equal(await refOf('refs/heads/two'), null);
  });
});

describe('what is refused', () => {
  it('a push by an agent outside engineering: git prints why, and nothing moves', async () => {
    const outsider = await interlock.addAgent('outsider', { teams: ['support'] });
    await using copy = await cloneRepository(outsider, 'acme', 'app');
    await copy.git('checkout', '-q', '-b', 'sneak');
    await copy.commit('sneak', 'sneak\n');
    const pushed = await copy.git('push', 'origin', 'sneak');
    assert.equal(pushed.code, 1, pushed.stderr);
    assert.match(pushed.stderr, /^remote: .*Interlock/m);
    assert.match(pushed.stderr, /! \[remote rejected\] sneak -> sneak/);
    assert.equal(await refOf('refs/heads/sneak'), null);
  });

  it('deleting main: git prints the policy', async () => {
    const pushed = await clone.git('push', 'origin', '--delete', 'main');
    assert.equal(pushed.code, 1);
    assert.match(pushed.stderr, /delete-protected/);
    assert.match(pushed.stderr, /! \[remote rejected\] main/);
    assert.equal(await refOf('refs/heads/main'), first);
  });

  it('one bad ref among good ones stops all of them', async () => {
    await clone.git('branch', 'innocent');
    const pushed = await clone.git('push', 'origin', 'innocent', ':main');
    assert.equal(pushed.code, 1, pushed.stderr);
    assert.equal(await refOf('refs/heads/innocent'), null);
    assert.equal(await refOf('refs/heads/main'), first);
  });

  it('a ref that is neither branch nor tag waits, and says for which ticket', async () => {
    const pushed = await clone.git('push', 'origin', 'HEAD:refs/meta/config');
    assert.equal(pushed.code, 1, pushed.stderr);
    assert.match(pushed.stderr, /push-unusual-ref/);
    assert.notEqual(ticketIn(pushed.stderr), '');
    assert.equal(await refOf('refs/meta/config'), null);
  });
});

describe('a push to main', () => {
  it('lands on a branch of its own as a pull request; main is untouched, git is told and exits 0', async () => {
    await clone.git('checkout', '-q', 'main');
    const commit = await clone.commit('feature', 'one\n');
    const pushed = await clone.git('push', 'origin', 'main');
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.match(pushed.stderr, /^remote: .*pull\/1/m);
    assert.match(pushed.stderr, /\[new branch\]\s+main -> agent\/coder\/main/);
    assert.equal(await refOf('refs/heads/main'), first);
    assert.equal(await refOf('refs/heads/agent/coder/main'), commit);
    assert.equal(github.pulls.length, 1);
    assert.deepEqual([github.pulls[0]?.head, github.pulls[0]?.base], ['agent/coder/main', 'main']);
    // The working copy does not believe that main moved.
    assert.equal((await clone.git('rev-parse', 'origin/main')).stdout.trim(), first);
  });

  it('the next push fast-forwards the same pull request', async () => {
    const commit = await clone.commit('feature', 'two\n');
    const pushed = await clone.git('push', 'origin', 'main');
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.equal(await refOf('refs/heads/agent/coder/main'), commit);
    assert.equal(github.pulls.length, 1);
    assert.match(pushed.stderr, /pull\/1/);
  });

  it('so does a long line of commits, which is more than what is looked at in a large push', async () => {
    const commits = Array.from({ length: 400 }, (_, index) => {
      const message = `${index} ${randomBytes(120).toString('hex')}`;
      const from = index === 0 ? 'from refs/heads/main^0\n' : '';
      return `commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata ${message.length}\n${message}\n${from}\n`;
    });
    const made = await runCommand('git', ['-C', clone.folder, 'fast-import', '--quiet'], { input: commits.join('') });
    assert.equal(made.code, 0, made.stderr);
    const pushed = await clone.git('push', 'origin', 'main');
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.equal(await refOf('refs/heads/agent/coder/main'), (await clone.git('rev-parse', 'main')).stdout.trim());
    assert.equal(github.pulls.length, 1);
  });

  it('what does not fast-forward gets a branch with a number', async () => {
    await clone.git('reset', '-q', '--hard', first);
    const commit = await clone.commit('other', 'other\n');
    const pushed = await clone.git('push', 'origin', 'main');
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.equal(await refOf('refs/heads/agent/coder/main-2'), commit);
    assert.equal(github.pulls.length, 2);
    assert.equal(await refOf('refs/heads/main'), first);
  });

  it('by an agent that acts for a maintainer goes to main, logged', async () => {
    const trusted = await interlock.addAgent('release-bot', { teams: ['engineering'], user: 'mona' });
    await using copy = await cloneRepository(trusted, 'acme', 'app');
    const commit = await copy.commit('release', 'release\n');
    const pushed = await copy.git('push', 'origin', 'main');
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.equal(await refOf('refs/heads/main'), commit);
    const verdict = (await interlock.bodies('verdict')).findLast((one) => one.actions[0]?.action === 'repo.push');
    assert.equal(verdict?.verdict, 'ALLOW_LOG');
  });

  it('whose own requests are on record with their cause', async () => {
    const verdicts = await interlock.bodies('verdict');
    const opened = verdicts.filter((one) => one.actions.some((action) => action.action === 'repo.pull-request'));
    assert.ok(opened.length >= 2);
    for (const one of opened)
      assert.ok(
        verdicts.some((other) => other.exchange === one.cause && other.verdict === 'CONSTRAIN'),
        JSON.stringify(one),
      );
    assert.equal((await interlock.verify()).ok, true);
  });
});
