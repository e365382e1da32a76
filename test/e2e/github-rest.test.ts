// The real Octokit: writes that move a protected branch, and merges, wait for a maintainer; reads and comments do what the bundle says.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { runClient } from '../support/agent-client.ts';
import { seedRepository } from '../support/git-client.ts';
import { GITHUB_TOKEN, startGithubOrigin } from '../support/github-origin.ts';
import { startInterlock } from '../support/interlock.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const github = stack.use(await startGithubOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'github.com': github.web.address, 'api.github.com': github.api.address },
    config: { approvals: { holdSeconds: 10 } },
  }),
);
const agent = await interlock.addAgent('octo', { teams: ['engineering'] });
const maintainer = await interlock.addUser('mona', ['maintainers']);
const first = await seedRepository(await github.createRepository('acme', 'app'));
const repository = { owner: 'acme', repo: 'app' };
const call = (route: string, parameters: Readonly<Record<string, unknown>>) =>
  runClient(agent, 'octokit', { route, parameters: { ...repository, ...parameters }, token: GITHUB_TOKEN });
const file = { path: 'notes.md', message: 'Add notes', content: Buffer.from('hello').toString('base64') };

async function approveNext(): Promise<void> {
  const ticket = await waitFor(async () => (await interlock.tickets('pending'))[0]?.id);
  await interlock.operator.decideTicket(ticket, 'approve', maintainer);
}

describe('Octokit', () => {
  it('reads', async () => {
    const said = await call('GET /repos/{owner}/{repo}', {});
    assert.equal(said.result['status'], 200, JSON.stringify(said));
  });

  it('writes a file to a branch of its own', async () => {
    const said = await call('PUT /repos/{owner}/{repo}/contents/{path}', { ...file, branch: 'topic' });
    assert.equal(said.result['status'], 201, JSON.stringify(said));
  });

  it('moves main when a maintainer approves', async () => {
    const asked = call('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ref: 'heads/main', sha: first, force: false });
    await approveNext();
    const said = await asked;
    assert.equal(said.result['status'], 200, JSON.stringify(said));
  });
});

// At once, because each of them is held for its time before it is refused.
describe('nobody approves', { concurrency: true }, () => {
  for (const [name, branch] of [
    ['names no branch', undefined],
    ['names main', 'main'],
    ['names Main', 'Main'],
    ['names it in full', 'refs/heads/main'],
  ] as const) {
    it(`cannot write a file to main: a call that ${name} waits, and the refusal is GitHub's own error`, async () => {
      const said = await call('PUT /repos/{owner}/{repo}/contents/{path}', {
        ...file,
        path: `by-${name.replaceAll(' ', '-')}.md`,
        ...(branch === undefined ? {} : { branch }),
      });
      assert.ok(!said.ok, JSON.stringify(said));
      assert.equal(said.error['status'], 403);
      assert.match(String(said.error['message']), /write-protected-by-api|uninspected-write/);
      assert.equal(github.api.of(`/repos/acme/app/contents/by-${name.replaceAll(' ', '-')}.md`).length, 0);
    });
  }

  it('merges a pull request only when a maintainer approves', async () => {
    const said = await call('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { pull_number: 1 });
    assert.equal(said.error['status'], 403, JSON.stringify(said));
    assert.match(String(said.error['message']), /policy merge/);
    assert.equal(github.api.of('/repos/acme/app/pulls/1/merge').length, 0);
  });

  for (const route of [
    'DELETE /repos/{owner}/{repo}/branches/main/protection',
    'POST /repos/{owner}/{repo}/keys',
    'DELETE /repos/{owner}/{repo}',
  ]) {
    it(`${route} changes a guard, and waits`, async () => {
      const said = await call(route, { title: 'k', key: 'ssh-ed25519 AAAA' });
      assert.equal(said.error['status'], 403, JSON.stringify(said));
      assert.match(String(said.error['message']), /repo-settings/);
    });
  }
});
