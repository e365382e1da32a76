// The first story: an agent pushes to main with real git, and a pull request comes of it.

import { cloneRepository, seedRepository } from '../test/support/git-client.ts';
import type { GithubOrigin } from '../test/support/github-origin.ts';
import type { Interlock } from '../test/support/interlock.ts';
import type { Narrator } from './narrator.ts';

export async function tellPushStory(tell: Narrator, interlock: Interlock, github: GithubOrigin): Promise<void> {
  tell.chapter('An agent pushes to main');
  const before = await seedRepository(await github.createRepository('acme', 'site'));
  const agent = await interlock.addAgent('build-bot', { teams: ['engineering'] });
  tell.say('build-bot works for engineering. It clones github.com/acme/site with plain git; only HTTPS_PROXY is set.');
  await using clone = await cloneRepository(agent, 'acme', 'site');
  const commit = await clone.commit('pricing.txt', 'Everything is free.\n');
  tell.say('It commits to main and runs `git push origin main`. Git prints:');
  const pushed = await clone.git('push', 'origin', 'main');
  tell.quote(pushed.stderr.replace(/x-access-token:[^@]*@/g, ''));
  tell.check(pushed.code === 0, 'git ends with exit code 0: nothing for the agent to repair');
  tell.check((await github.refOf('acme', 'site', 'refs/heads/main')) === before, `main is untouched: still ${before.slice(0, 7)}`);
  const branch = github.pulls[0]?.head ?? '';
  tell.check(branch === 'agent/build-bot/main', `the commits are on ${branch}`);
  tell.check((await github.refOf('acme', 'site', `refs/heads/${branch}`)) === commit, `that branch is the agent's commit, ${commit.slice(0, 7)}`);
  tell.check(github.pulls.length === 1 && github.pulls[0]?.base === 'main', `pull request #1 asks people to merge it into main: “${github.pulls[0]?.title ?? ''}”`);
  const [verdict] = (await interlock.bodies('verdict')).filter((one) => one.verdict === 'CONSTRAIN');
  tell.check(verdict?.constraints.includes('as-pull-request') === true, `the ledger says why: policy ${verdict?.policies.join(', ') ?? ''}`);

  tell.say('It changes one more file and pushes again:');
  const second = await clone.commit('pricing.txt', 'Everything is nearly free.\n');
  const again = await clone.git('push', 'origin', 'main');
  tell.quote(again.stderr.replace(/x-access-token:[^@]*@/g, ''));
  tell.check(again.code === 0 && github.pulls.length === 1, 'the same pull request takes the new commit');
  tell.check((await github.refOf('acme', 'site', `refs/heads/${branch}`)) === second, `its branch is fast-forwarded to ${second.slice(0, 7)}`);
}
