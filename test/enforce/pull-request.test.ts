// The pull-request constraint against real git: a real client, a real `git http-backend`, and only the re-route between them.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gitWorkplace } from '../support/git-workplace.ts';
import { runCommand } from '../support/run-command.ts';

describe('a push to a guarded branch', () => {
  it('lands on the agent’s branch, opens a pull request, and git exits 0 knowing where its commits are', async () => {
    await using place = await gitWorkplace();
    const before = await place.server.refOf('refs/heads/main');
    const tip = await place.commit('second');
    const push = await place.git('push', 'origin', 'main');
    assert.equal(push.code, 0, push.stderr);
    assert.match(push.stderr, /\* \[new branch\] +main -> agent\/bot\/main/);
    assert.match(push.stderr, /remote: Interlock: main was not changed\. Your commits are on agent\/bot\/main\./);
    assert.match(push.stderr, /remote: Interlock: pull request #1 is open: https:\/\/github\.com\/acme\/site\/pull\/1/);
    assert.equal(await place.server.refOf('refs/heads/main'), before);
    assert.equal(await place.server.refOf('refs/heads/agent/bot/main'), tip);
    assert.equal((await place.git('rev-parse', 'refs/remotes/origin/agent/bot/main')).stdout.trim(), tip);
    assert.equal((await place.git('rev-parse', 'refs/remotes/origin/main')).stdout.trim(), before);
    assert.deepEqual(
      place.server.pulls.map((pull) => [pull.head, pull.base, pull.state]),
      [['agent/bot/main', 'main', 'open']],
    );
    assert.ok(place.relay.originated.every((request) => request.cause === 'x-1'));
  });

  it('goes forward on the same branch while the pull request is open', async () => {
    await using place = await gitWorkplace();
    await place.commit('second');
    await place.git('push', 'origin', 'main');
    await place.commit('third');
    const tip = await place.commit('fourth');
    const push = await place.git('push', 'origin', 'main');
    assert.equal(push.code, 0, push.stderr);
    assert.match(push.stderr, /main -> agent\/bot\/main/);
    assert.match(push.stderr, /pull request #1 has them now/);
    assert.equal(await place.server.refOf('refs/heads/agent/bot/main'), tip);
    assert.equal(place.server.pulls.length, 1);
  });
});

describe('the next pushes to a guarded branch', () => {
  it('takes the same push twice without a second branch or pull request', async () => {
    await using place = await gitWorkplace();
    const tip = await place.commit('second');
    await place.git('push', 'origin', 'main');
    const push = await place.git('push', 'origin', 'main');
    assert.equal(push.code, 0, push.stderr);
    assert.equal(await place.server.refOf('refs/heads/agent/bot/main'), tip);
    assert.equal(await place.server.refOf('refs/heads/agent/bot/main-2'), null);
    assert.equal(place.server.pulls.length, 1);
  });

  it('starts -2 when the pull request was closed, and goes forward there', async () => {
    await using place = await gitWorkplace();
    const first = await place.commit('second');
    await place.git('push', 'origin', 'main');
    for (const pull of place.server.pulls) pull.state = 'closed';
    await place.commit('third');
    const again = await place.git('push', 'origin', 'main');
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /main -> agent\/bot\/main-2/);
    const tip = await place.commit('fourth');
    await place.git('push', 'origin', 'main');
    assert.equal(await place.server.refOf('refs/heads/agent/bot/main'), first);
    assert.equal(await place.server.refOf('refs/heads/agent/bot/main-2'), tip);
    assert.deepEqual(
      place.server.pulls.map((pull) => pull.head),
      ['agent/bot/main', 'agent/bot/main-2'],
    );
  });

  it('never loses a commit of an open pull request: rewritten history starts -2', async () => {
    await using place = await gitWorkplace();
    const first = await place.commit('second');
    await place.git('push', 'origin', 'main');
    await place.git('commit', '--amend', '-q', '-m', 'second, better');
    const push = await place.git('push', '--force', 'origin', 'main');
    assert.equal(push.code, 0, push.stderr);
    assert.match(push.stderr, /main -> agent\/bot\/main-2/);
    assert.equal(await place.server.refOf('refs/heads/agent/bot/main'), first);
  });
});

describe('a push that is more than one plain branch', () => {
  it('leaves the other refs of the push as they are', async () => {
    await using place = await gitWorkplace();
    const before = await place.server.refOf('refs/heads/main');
    const tip = await place.commit('second');
    await place.git('tag', 'v1');
    const push = await place.git('push', '--atomic', 'origin', 'HEAD:refs/heads/topic', 'main', 'v1');
    assert.equal(push.code, 0, push.stderr);
    assert.equal(await place.server.refOf('refs/heads/topic'), tip);
    assert.equal(await place.server.refOf('refs/tags/v1'), tip);
    assert.equal(await place.server.refOf('refs/heads/main'), before);
    assert.equal(await place.server.refOf('refs/heads/agent/bot/main'), tip);
  });

  it('keeps the push options and a pack that comes chunked', async () => {
    await using place = await gitWorkplace();
    const tip = await place.commit('x'.repeat(9000));
    const push = await place.git('-c', 'http.postBuffer=1024', 'push', '-o', 'topic=a b', 'origin', 'main');
    assert.equal(push.code, 0, push.stderr);
    assert.equal(await place.server.refOf('refs/heads/agent/bot/main'), tip);
  });

  it('works for sha256 repositories', async () => {
    await using place = await gitWorkplace({ init: ['--object-format=sha256'] });
    await place.commit('second');
    await place.git('push', 'origin', 'main');
    const tip = await place.commit('third');
    const push = await place.git('push', 'origin', 'main');
    assert.equal(push.code, 0, push.stderr);
    assert.equal(await place.server.refOf('refs/heads/agent/bot/main'), tip);
  });

  it('makes a branch of any agent name', async () => {
    await using place = await gitWorkplace({ agent: '../x y' });
    await place.commit('second');
    const push = await place.git('push', 'origin', 'main');
    assert.equal(push.code, 0, push.stderr);
    assert.match(push.stderr, /main -> agent\/x-y-[0-9a-f]{8}\/main/);
  });
});

describe('when something is in the way', () => {
  it('says where the commits are and why there is no pull request', async () => {
    await using place = await gitWorkplace();
    place.server.failOpening = { status: 403, json: { message: 'Resource not accessible by \u001b[31mpersonal access token' } };
    const tip = await place.commit('second');
    const push = await place.git('push', 'origin', 'main');
    assert.equal(push.code, 0, push.stderr);
    assert.match(push.stderr, /Your commits are on agent\/bot\/main\./);
    assert.match(
      push.stderr,
      /no pull request was opened: the API answered 403: Resource not accessible by +\[31mpersonal access token\. Open one by hand/,
    );
    assert.equal(await place.server.refOf('refs/heads/agent/bot/main'), tip);
  });

  it('uses the pull request that somebody else opened first', async () => {
    await using place = await gitWorkplace();
    await place.commit('second');
    place.relay.beforeSending = async () => {
      place.server.pulls.push({
        number: 9,
        repository: 'acme/site',
        head: 'agent/bot/main',
        base: 'main',
        title: '',
        body: '',
        state: 'open',
      });
    };
    const push = await place.git('push', 'origin', 'main');
    assert.equal(push.code, 0, push.stderr);
    assert.match(push.stderr, /pull request #9 is open/);
  });

  it('passes upstream’s no on when the branch moved in between', async () => {
    await using place = await gitWorkplace();
    const main = await place.server.refOf('refs/heads/main');
    await place.commit('second');
    place.relay.beforeSending = async () => {
      await runCommand('git', ['-C', place.server.repository, 'update-ref', 'refs/heads/agent/bot/main', main ?? '']);
    };
    const push = await place.git('push', 'origin', 'main');
    assert.equal(push.code, 1);
    assert.match(push.stderr, /! \[remote rejected\] main -> main \(/);
    assert.match(
      push.stderr,
      /remote: Interlock: main was not changed\. The push was sent to agent\/bot\/main instead, and the server did not take it\./,
    );
    assert.equal(await place.server.refOf('refs/heads/agent/bot/main'), main);
    assert.equal(place.server.pulls.length, 0);
  });
});

describe('what a guarded branch does not do', () => {
  it('refuses to delete a guarded branch, with the reason', async () => {
    await using place = await gitWorkplace();
    const before = await place.server.refOf('refs/heads/main');
    const push = await place.git('push', 'origin', ':main');
    assert.equal(push.code, 1);
    assert.match(push.stderr, /! \[remote rejected\] main \(deleting refs\/heads\/main can not become a pull request/);
    assert.equal(await place.server.refOf('refs/heads/main'), before);
  });

  it('refuses a guarded tag, and everything beside it', async () => {
    await using place = await gitWorkplace({ refs: ['refs/tags/v1'] });
    await place.git('tag', 'v1');
    const push = await place.git('push', 'origin', 'v1', 'HEAD:refs/heads/topic');
    assert.equal(push.code, 1);
    assert.match(push.stderr, /\(refs\/tags\/v1 is no branch/);
    assert.equal(await place.server.refOf('refs/tags/v1'), null);
    assert.equal(await place.server.refOf('refs/heads/topic'), null);
  });
});
