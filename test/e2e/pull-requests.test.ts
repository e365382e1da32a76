// Real git against GitLab, Bitbucket, Azure DevOps, Gitea and a server of one's own: a push to main becomes a pull request there too.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { cloneAddress, seedRepository } from '../support/git-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { HOST_TOKEN, startPullHosts } from '../support/pull-hosts.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const VENDORS = {
  'gitlab.com': 'gitlab',
  'bitbucket.org': 'bitbucket',
  'api.bitbucket.org': 'bitbucket',
  'dev.azure.com': 'azure',
  'codeberg.org': 'gitea',
  'git.acme.test': 'gitlab',
} as const;

const ca = stack.use(await createThrowawayCa());
const hosts = stack.use(await startPullHosts(ca, VENDORS));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: Object.fromEntries(Object.keys(VENDORS).map((name) => [name, hosts.origin.address])),
    constraints: [
      'company-recipients: { type: keep-recipients, domains: [example.com] }',
      'refund-500: { type: set, field: amount, value: 50000 }',
      'as-pull-request: { type: pull-request, prefix: agent/, hosts: { git.acme.test: gitlab } }',
    ].join('\n'),
  }),
);
const agent = await interlock.addAgent('coder', { teams: ['engineering'] });

interface Place {
  readonly host: string;
  /** As in git's address. */
  readonly path: string;
  readonly user: string;
  readonly repository: string;
  /** `merge request !1`, and its address. */
  readonly told: RegExp;
  readonly refusal: unknown;
}

/** A server of one's own goes by the same code from its first push on. */
const OWN = 'git.acme.test';
const REASON = 'You may not open it';
const PLACES: readonly Place[] = [
  {
    host: 'gitlab.com',
    path: 'acme/tools/site',
    user: 'oauth2',
    repository: 'acme/tools/site',
    told: /merge request !1 (?:is open|has them now): https:\/\/gitlab\.example\/acme\/tools\/site\/-\/merge_requests\/1/,
    refusal: { message: `403 Forbidden - ${REASON}` },
  },
  {
    host: 'bitbucket.org',
    path: 'acme/site',
    user: 'x-token-auth',
    repository: 'acme/site',
    told: /pull request #1 (?:is open|has them now): https:\/\/bitbucket\.org\/acme\/site\/pull-requests\/1/,
    refusal: { type: 'error', error: { message: REASON } },
  },
  {
    host: 'dev.azure.com',
    path: 'acme/My%20Project/_git/site',
    user: 'anything',
    repository: 'acme/My Project',
    told: /pull request #1 (?:is open|has them now): https:\/\/dev\.azure\.com\/acme\/My%20Project\/_git\/site\/pullrequest\/1/,
    refusal: { message: `TF401027: ${REASON}`, typeKey: 'GitNeedsPermissionException' },
  },
  {
    host: 'codeberg.org',
    path: 'acme/wiki-tools',
    user: 'coder',
    repository: 'acme/wiki-tools',
    told: /pull request #1 (?:is open|has them now): https:\/\/codeberg\.org\/acme\/wiki-tools\/pulls\/1/,
    refusal: { message: REASON, url: 'https://codeberg.org/api/swagger' },
  },
  {
    host: OWN,
    path: 'acme/own',
    user: 'oauth2',
    repository: 'acme/own',
    told: /merge request !1 (?:is open|has them now)/,
    refusal: { message: REASON },
  },
];

for (const place of PLACES) {
  describe(`a push to main at ${place.host}`, { concurrency: false }, () => {
    const { host, repository, path } = place;
    const refOf = (ref: string) => hosts.refOf(host, decodeURIComponent(path), `refs/heads/${ref}`);

    it('becomes a pull request, the next push adds to it, and main stays', async () => {
      const first = await seedRepository(await hosts.createRepository(host, decodeURIComponent(path)));
      await using clone = await cloneAddress(agent, `https://${place.user}:${HOST_TOKEN}@${host}/${path}`);
      const mine = () => hosts.pulls.filter((one) => one.repository === repository).map(({ head, base }) => [head, base]);

      const one = await clone.commit('one', 'one\n');
      const opened = await clone.git('push', 'origin', 'main');
      assert.equal(opened.code, 0, opened.stderr);
      assert.match(opened.stderr, /\[new branch\]\s+main -> agent\/coder\/main/);
      assert.match(opened.stderr, place.told);
      assert.match(opened.stderr, /^remote: Interlock: main was not changed/m);
      assert.equal(await refOf('agent/coder/main'), one);
      assert.deepEqual(mine(), [['agent/coder/main', 'main']]);
      assert.equal((await clone.git('rev-parse', 'origin/main')).stdout.trim(), first);
      if (host === OWN) return;

      const two = await clone.commit('two', 'two\n');
      const added = await clone.git('push', 'origin', 'main');
      assert.equal(added.code, 0, added.stderr);
      assert.match(added.stderr, place.told);
      assert.equal(await refOf('agent/coder/main'), two);
      assert.equal(mine().length, 1);

      // What does not fast-forward wants a branch and a pull request of its own, which the API now refuses.
      await clone.git('reset', '-q', '--hard', first);
      const other = await clone.commit('other', 'other\n');
      hosts.failOpening = { status: 403, json: place.refusal };
      const refused = await clone.git('push', 'origin', 'main');
      hosts.failOpening = null;
      assert.equal(refused.code, 0, refused.stderr);
      const told = refused.stderr.replace(/ *\nremote: +/g, ' ');
      assert.match(told, new RegExp(`no pull request was opened: the API answered 403: .*${REASON}`));
      assert.match(told, /Open one by hand, from agent\/coder\/main-2 to main/);
      assert.equal(await refOf('agent/coder/main-2'), other);
      assert.equal(await refOf('main'), first);
    });
  });
}

it('every pull request was judged and recorded, with the push as its cause', async () => {
  const verdicts = await interlock.bodies('verdict');
  const opened = verdicts.filter((one) => one.actions.some((action) => action.action === 'repo.pull-request'));
  assert.equal(opened.length, 2 * PLACES.length - 1);
  for (const one of opened) {
    assert.equal(one.verdict, 'ALLOW');
    const cause = verdicts.find((other) => other.exchange === one.cause);
    assert.equal(cause?.verdict, 'CONSTRAIN', JSON.stringify(one));
    // INVARIANT: one repository has one name, by git and by API.
    assert.deepEqual(cause.actions[0]?.resource, one.actions[0]?.resource);
  }
  assert.equal((await interlock.verify()).ok, true);
});
