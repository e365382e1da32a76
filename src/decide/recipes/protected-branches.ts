// Protected branches move by pull request.

import type { Verdict } from '../judgement.ts';
import { cedarSet, type Recipe, type RecipeCase } from './recipe.ts';

export const PROTECTED_BRANCHES: Recipe = {
  name: 'protected-branches',
  summary:
    'A push to a protected branch becomes a pull request; one that can not (by an API), or deletes the branch, waits or is blocked.',
  parameters: [
    { name: 'branches', kind: 'names', about: 'protected branches, in lower case', initial: 'main,master' },
    { name: 'team', kind: 'name', about: 'the team of agents that may push', initial: 'engineering' },
    { name: 'approvers', kind: 'name', about: 'the group that approves writes by an API', initial: 'maintainers' },
  ],
  write(values) {
    const branches = values.list('branches').map((branch) => `refs/heads/${branch.toLowerCase()}`);
    const [branch = ''] = branches;
    const team = values.text('team');
    const guarded = `context.defaultBranch || (context has refFolded && ${cedarSet(branches)}.contains(context.refFolded))`;
    const push = pushBy(team);
    return {
      policies: `// Protected branches move by pull request. Names are compared in lower case, as \`refFolded\` has them.

@id("protected-branches-others")
@reason("{agent} may push branches that are not protected.")
permit (principal in Team::${JSON.stringify(team)}, action == Action::"repo.push", resource)
when { context has refFolded && context.refFolded like "refs/heads/*" }
unless { ${guarded} };

@id("protected-branches-pull-request")
@reason("{ref} moves by pull request only: the push lands on a branch of its own, and a pull request is opened.")
@verdict("constrain")
@constrain("protected-as-pull-request")
permit (principal in Team::${JSON.stringify(team)}, action == Action::"repo.push", resource)
when { context.api == "git" && (${guarded}) };

@id("protected-branches-by-api")
@reason("This moves a protected branch of {resource} by {api}, where no pull request can be made of it: it must be approved.")
@verdict("wait")
@approvers(${JSON.stringify(values.text('approvers'))})
permit (principal in Team::${JSON.stringify(team)}, action == Action::"repo.push", resource)
when { context.api != "git" && (${guarded}) };

@id("protected-branches-delete")
@reason("No agent deletes a protected branch.")
forbid (principal, action == Action::"repo.push", resource)
when { context.change == "delete" && (${guarded}) };
`,
      constraints: { 'protected-as-pull-request': { type: 'pull-request', prefix: 'agent/' } },
      entities: [{ uid: { type: 'Group', id: values.text('approvers') }, attrs: {}, parents: [] }],
      cases: [
        push("a branch of one's own may be pushed", 'refs/heads/agent/fix-1', 'git', 'create', 'ALLOW'),
        push('a push to a protected branch becomes a pull request', branch, 'git', 'update', 'CONSTRAIN'),
        push(
          'in capitals it is the same branch',
          branch.toUpperCase().replace('REFS/HEADS', 'refs/heads'),
          'git',
          'update',
          'CONSTRAIN',
        ),
        push('a write to it by an API waits', branch, 'rest', 'update', 'WAIT'),
        push('nobody deletes it', branch, 'git', 'delete', 'BLOCK'),
      ],
    };
  },
};

function pushBy(team: string) {
  return (name: string, ref: string, api: string, change: string, verdict: Verdict): RecipeCase => {
    const told = { api, repoKnown: true, ref, refFolded: ref.toLowerCase(), change };
    const facts = { ...told, fastForward: 'yes', defaultBranch: false, tag: false };
    return { name, teams: [team], action: 'repo.push', resource: { type: 'Repo', id: 'github.com/acme/site' }, facts, verdict };
  };
}
