// What GitHub's GraphQL mutations do to repositories: the few that move a branch, merge, or loosen a guard.

import { isZero } from '../../classify/git-commands.ts';
import { readRefText } from '../../classify/git-ref.ts';
import type { GraphqlField } from '../../classify/graphql.ts';
import { isJsonArray, isJsonObject } from '../../classify/strict-json.ts';
import type { Json, JsonObject } from '../../classify/strict-json.ts';
import { NO_FIELDS } from './github-call.ts';
import type { Effect } from './github-call.ts';
import { branchRef, repositoryAt, unknownRepository } from './repository.ts';
import type { Repository } from './repository.ts';

export interface MutationEffect {
  readonly repository: Repository;
  readonly effect: Effect;
}

type Moves = NonNullable<Effect['moves']>;
type Read = (input: JsonObject) => readonly Effect[];

const MUTATIONS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['createCommitOnBranch', commitOnBranch],
  ['createRef', (input) => [refPush(input['name'], { change: 'create', fastForward: 'yes' })]],
  ['updateRef', (input) => [refPush(undefined, { change: 'update', ...forceOf(input['force']) })]],
  ['updateRefs', updateRefs],
  ['deleteRef', () => [refPush(undefined, { change: 'delete', fastForward: 'no' })]],
  ['mergeBranch', (input) => [based('repo.merge', input['base'], 'update')]],
  ['mergePullRequest', () => [mergeOfUnknown()]],
  ['enablePullRequestAutoMerge', () => [mergeOfUnknown()]],
  ['enqueuePullRequest', () => [mergeOfUnknown()]],
  ['updatePullRequestBranch', () => [mergeOfUnknown()]],
  ['createPullRequest', (input) => [based('repo.pull-request', input['baseRefName'], 'create')]],
  [
    'revertPullRequest',
    () => [{ name: 'repo.pull-request', moves: { ref: null, change: 'create', fastForward: 'yes' }, sure: true }],
  ],
  ['addPullRequestReview', review],
  ['submitPullRequestReview', review],
]);

const GUARD =
  /^(?:create|update|delete)(?:BranchProtectionRule|RepositoryRuleset|Environment|DeployKey|RepositoryCustomProperty)$|^(?:update|archive|unarchive|delete|transfer)Repository|^dismissPullRequestReview$|^approveDeployments$|^(?:add|remove)(?:Collaborator|Outside)/;

/** Most mutations name their target by an opaque node id; only a commit may name its repository. */
export function mutationEffects(host: string, field: GraphqlField): readonly MutationEffect[] {
  const given = field.args?.['input'];
  const readable = isJsonObject(given);
  const input = readable ? given : NO_FIELDS;
  const repository = repositoryOf(host, input);
  const read = MUTATIONS.get(field.name);
  const effects: readonly Effect[] =
    read === undefined
      ? [{ name: GUARD.test(field.name) ? 'repo.config' : 'repo.unknown-write', moves: null, sure: true }]
      : read(input);
  return effects.map((effect) => {
    // A push to who knows where must not pass a policy that permits all refs but some, or all repositories but some.
    const sure = effect.sure && readable && (effect.name !== 'repo.push' || repository.known);
    return { repository, effect: { ...effect, sure } };
  });
}

function repositoryOf(host: string, input: JsonObject): Repository {
  const { branch } = input;
  if (isJsonObject(branch)) {
    const name = branch['repositoryNameWithOwner'];
    if (typeof name === 'string' && /^[\w.-]+\/[\w.-]+$/.test(name) && branch['id'] === undefined)
      return repositoryAt(host, name.split('/'));
    return unknownRepository(host, textOf(branch['id']));
  }
  const ids = ['repositoryId', 'pullRequestId', 'refId', 'branchProtectionRuleId', 'repositoryRulesetId'].map(
    (name) => input[name],
  );
  return unknownRepository(host, textOf(ids.find((id) => typeof id === 'string')));
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : 'none';
}

/** GitHub appends to the branch's head, so nothing is lost. */
function commitOnBranch(input: JsonObject): readonly Effect[] {
  const { branch } = input;
  const name = isJsonObject(branch) && branch['id'] === undefined ? branch['branchName'] : undefined;
  const ref = typeof name === 'string' ? branchRef(name) : null;
  return [{ name: 'repo.push', moves: { ref, change: 'update', fastForward: 'yes' }, sure: ref?.sure ?? false }];
}

function updateRefs(input: JsonObject): readonly Effect[] {
  const updates = input['refUpdates'];
  if (!isJsonArray(updates) || updates.length === 0) return [refPush(undefined, { change: 'update', fastForward: 'unknown' })];
  return updates.map((update) => {
    if (!isJsonObject(update)) return refPush(undefined, { change: 'update', fastForward: 'unknown' });
    const { name, beforeOid, afterOid, force } = update;
    if (typeof afterOid === 'string' && isZero(afterOid)) return refPush(name, { change: 'delete', fastForward: 'no' });
    if (typeof beforeOid === 'string' && isZero(beforeOid)) return refPush(name, { change: 'create', fastForward: 'yes' });
    return refPush(name, { change: 'update', ...forceOf(force) });
  });
}

function forceOf(force: Json | undefined): Pick<Moves, 'fastForward' | 'force'> {
  const forced = force !== undefined && force !== null && force !== false;
  return { fastForward: forced ? 'no' : 'yes', force: forced };
}

function refPush(name: Json | undefined, moves: Omit<Moves, 'ref'>): Effect {
  const ref = typeof name === 'string' ? readRefText(name) : null;
  return { name: 'repo.push', moves: { ...moves, ref }, sure: ref?.sure ?? false };
}

function based(name: 'repo.merge' | 'repo.pull-request', base: Json | undefined, change: 'create' | 'update'): Effect {
  // `baseRefName` may be a full name too.
  const branch = typeof base === 'string' ? base.replace(/^refs\/heads\//, '') : null;
  const ref = branch === null ? null : branchRef(branch);
  return { name, moves: { ref, change, fastForward: 'yes' }, sure: ref?.sure ?? false };
}

function mergeOfUnknown(): Effect {
  return { name: 'repo.merge', moves: { ref: null, change: 'update', fastForward: 'yes' }, sure: true };
}

function review(input: JsonObject): readonly Effect[] {
  const { event } = input;
  const harmless =
    event === undefined || event === null || event === 'COMMENT' || event === 'REQUEST_CHANGES' || event === 'DISMISS';
  return [{ name: harmless ? 'repo.unknown-write' : 'repo.config', moves: null, sure: true }];
}
