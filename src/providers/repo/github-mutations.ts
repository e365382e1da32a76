// What GitHub's GraphQL mutations do to repositories. Most name their target by an opaque node id; only a commit may name its repository.

import { isZero } from '../../classify/git-commands.ts';
import { readRefText } from '../../classify/git-ref.ts';
import type { GraphqlField } from '../../classify/graphql.ts';
import { isJsonArray, isJsonObject } from '../../classify/strict-json.ts';
import type { Json, JsonObject } from '../../classify/strict-json.ts';
import { NO_FIELDS } from './call-fields.ts';
import { UNKNOWN_WRITE, branchOf, flag, merge, plain, pullRequest, push, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { contentSize, readFiles } from './file-changes.ts';
import type { MutationEffect } from './graphql-call.ts';
import { branchRef, repositoryAt, unknownRepository } from './repository.ts';
import type { Repository } from './repository.ts';

type Read = (input: JsonObject) => readonly Effect[];

const MUTATIONS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['createCommitOnBranch', commitOnBranch],
  ['createRef', (input) => [refPush(input['name'], 'create', false, input['oid'])]],
  ['updateRef', (input) => [refPush(undefined, 'update', forced(input['force']), input['oid'])]],
  ['updateRefs', updateRefs],
  ['deleteRef', () => [refPush(undefined, 'delete')]],
  ['mergeBranch', (input) => [mergeInto(input)]],
  ['mergePullRequest', mergePull],
  [
    'enablePullRequestAutoMerge',
    (input) => mergePull(input).map((effect) => ({ ...effect, facts: { ...effect.facts, autoMerge: true } })),
  ],
  [
    'enqueuePullRequest',
    (input) => [merge(null, some({ autoMerge: true, bypass: flag(input['jump']), sha: text(input['expectedHeadOid']) }))],
  ],
  [
    'updatePullRequestBranch',
    (input) => [merge(null, some({ sha: text(input['expectedHeadOid']), mergeMethod: text(input['updateMethod']) }))],
  ],
  ['createPullRequest', openPull],
  [
    'revertPullRequest',
    (input) => [
      { ...pullRequest('create', null, some({ title: text(input['title']), draft: flag(input['draft']) })), sure: true },
    ],
  ],
  ['updatePullRequest', updatePull],
  ...[
    'closePullRequest',
    'reopenPullRequest',
    'markPullRequestReadyForReview',
    'convertPullRequestToDraft',
    'requestReviews',
    'disablePullRequestAutoMerge',
    'dequeuePullRequest',
  ].map((name): [string, Read] => [name, () => [pullRequest('update', null)]]),
  ['addPullRequestReview', review],
  ['submitPullRequestReview', review],
  ['dismissPullRequestReview', () => [plain('repo.approve', { gate: 'review' })]],
  ['approveDeployments', () => [plain('repo.approve', { gate: 'deployment' })]],
  ...['createCheckRun', 'updateCheckRun', 'createCheckSuite'].map((name): [string, Read] => [
    name,
    () => [plain('repo.approve', { gate: 'status' })],
  ]),
  ['createRepository', (input) => [plain('repo.create', some({ visibility: text(input['visibility'])?.toLowerCase() }))]],
  ['cloneTemplateRepository', (input) => [plain('repo.create', some({ visibility: text(input['visibility'])?.toLowerCase() }))]],
  ['deleteRepository', () => [plain('repo.delete')]],
]);

/** A family of mutations that one setting, or one harmless action, stands for. */
const FAMILIES: ReadonlyArray<readonly [RegExp, (name: string) => Effect]> = [
  [/^(?:create|update|delete)BranchProtectionRule$|RepositoryRuleset(?:Bypass)?$/, (name) => setting('protection', name)],
  [/^(?:create|update|delete|pin|unpin)Environment$/, (name) => setting('environment', name)],
  [/DeployKey$/, (name) => setting('key', name)],
  [
    /^(?:add|remove|update)(?:Collaborator|Outside|Enterprise)|^(?:invite|accept)Enterprise|^updateTeam|TeamReview/,
    (name) => setting('collaborator', name),
  ],
  [/^(?:archive|unarchive)Repository$/, () => setting('archive', 'update')],
  [/^transfer(?:Repository|EnterpriseOrganization)/, () => setting('transfer', 'update')],
  [
    /^updateRepository|^(?:create|update|delete)RepositoryCustomProperty|^set(?:Repository|Organization|Enterprise)|^update(?:Enterprise|Organization|Ip)|IpAllowListEntry$|VerifiableDomain$/,
    (name) => setting('settings', name),
  ],
  [
    /^(?:create|update|delete|close|reopen|transfer|pin|unpin)Issue$|^(?:add|remove|clear)(?:Labels|Assignees)|^(?:create|update|delete)(?:Label|IssueType|IssueField)$|SubIssue$|^(?:un)?[mM]ark(?:File|IssueAs|As)|^(?:add|remove)BlockedBy/,
    () => plain('repo.issue'),
  ],
  [
    /Comment$|^(?:add|remove)(?:Reaction|Upvote)$|^(?:un)?resolveReviewThread$|^addPullRequestReviewThread|Discussion(?:Poll|Comment)?(?:Vote|AsAnswer)?$|^deletePullRequestReview$|^updatePullRequestReview$/,
    () => plain('repo.comment'),
  ],
];

function setting(name: string, mutation: string): Effect {
  const change =
    mutation.startsWith('create') || mutation.startsWith('add')
      ? 'create'
      : /^(?:delete|remove)/.test(mutation)
        ? 'delete'
        : 'update';
  return plain('repo.config', { setting: name, change });
}

/** Never empty. */
export function mutationEffects(host: string, field: GraphqlField): readonly MutationEffect[] {
  const given = field.args?.['input'];
  const readable = isJsonObject(given);
  const input = readable ? given : NO_FIELDS;
  const repository = repositoryOf(host, input);
  return effectsOf(field.name, input).map((effect) => {
    // A push to who knows where must not pass a policy that permits all refs but some, or all repositories but some.
    const sure = effect.sure && readable && (effect.name !== 'repo.push' || repository.known);
    return { repository, effect: { ...effect, sure } };
  });
}

function effectsOf(name: string, input: JsonObject): readonly Effect[] {
  const read = MUTATIONS.get(name);
  if (read !== undefined) return read(input);
  const family = FAMILIES.find(([pattern]) => pattern.test(name));
  return [family === undefined ? UNKNOWN_WRITE : family[1](name)];
}

const IDS = ['repositoryId', 'pullRequestId', 'refId', 'branchProtectionRuleId', 'repositoryRulesetId', 'issueId', 'subjectId'];

function repositoryOf(host: string, input: JsonObject): Repository {
  const { branch } = input;
  if (isJsonObject(branch)) {
    const name = branch['repositoryNameWithOwner'];
    if (typeof name === 'string' && /^[\w.-]+\/[\w.-]+$/.test(name) && branch['id'] === undefined)
      return repositoryAt(host, name.split('/'));
    return unknownRepository(host, text(branch['id']) ?? 'none');
  }
  const id = IDS.map((name) => input[name]).find((one) => typeof one === 'string');
  return unknownRepository(host, text(id) ?? 'none');
}

/** GitHub appends to the branch's head, so nothing is lost. */
function commitOnBranch(input: JsonObject): readonly Effect[] {
  const { branch, fileChanges, message, expectedHeadOid } = input;
  const name = isJsonObject(branch) && branch['id'] === undefined ? branch['branchName'] : undefined;
  const ref = typeof name === 'string' ? branchRef(name) : null;
  const additions = isJsonObject(fileChanges) ? fileChanges['additions'] : undefined;
  const deletions = isJsonObject(fileChanges) ? fileChanges['deletions'] : undefined;
  const files = readFiles([...filesIn(additions), ...filesIn(deletions)]);
  const headline = isJsonObject(message) ? text(message['headline']) : undefined;
  const effect = push(ref, 'update', {}, { ...files.facts, ...some({ message: headline, sha: text(expectedHeadOid) }) });
  // A commit without files changes nothing, but one whose files can't be read may change anything.
  const noFiles = fileChanges === undefined || (isJsonObject(fileChanges) && Object.keys(fileChanges).length === 0);
  return [{ ...effect, sure: effect.sure && (files.sure || noFiles) }];
}

function filesIn(list: Json | undefined): ReadonlyArray<{ path: Json | undefined; bytes: number | undefined }> {
  if (list === undefined || list === null) return [];
  if (!isJsonArray(list)) return [{ path: undefined, bytes: undefined }];
  return list.map((file) => ({
    path: isJsonObject(file) ? file['path'] : undefined,
    bytes: isJsonObject(file) ? contentSize(file['contents'], true) : undefined,
  }));
}

function updateRefs(input: JsonObject): readonly Effect[] {
  const updates = input['refUpdates'];
  if (!isJsonArray(updates) || updates.length === 0) return [unreadRef()];
  return updates.map((update) => {
    if (!isJsonObject(update)) return unreadRef();
    const { name, beforeOid, afterOid, force } = update;
    if (typeof afterOid === 'string' && isZero(afterOid)) return refPush(name, 'delete');
    if (typeof beforeOid === 'string' && isZero(beforeOid)) return refPush(name, 'create', false, afterOid);
    return refPush(name, 'update', forced(force), afterOid);
  });
}

function unreadRef(): Effect {
  return push(null, 'update', { fastForward: 'unknown' });
}

function forced(force: Json | undefined): boolean {
  return force !== undefined && force !== null && force !== false;
}

function refPush(name: Json | undefined, change: 'create' | 'update' | 'delete', force?: boolean, oid?: Json): Effect {
  const ref = typeof name === 'string' ? readRefText(name) : null;
  return push(ref, change, change === 'update' && force !== undefined ? { force } : {}, some({ sha: text(oid) }));
}

/** `baseRefName` may be a full name too. */
function baseOf(base: Json | undefined): ReturnType<typeof branchOf> {
  return branchOf(typeof base === 'string' ? base.replace(/^refs\/heads\//, '') : base);
}

function mergeInto(input: JsonObject): Effect {
  const ref = baseOf(input['base']);
  return merge(ref, some({ source: text(input['head']), message: text(input['commitMessage']) }), ref?.sure ?? false);
}

function mergePull(input: JsonObject): readonly Effect[] {
  const { mergeMethod, expectedHeadOid, commitHeadline, commitBody } = input;
  const facts = {
    mergeMethod: text(mergeMethod)?.toLowerCase(),
    sha: text(expectedHeadOid),
    title: text(commitHeadline),
    message: text(commitBody),
  };
  return [merge(null, some(facts))];
}

function openPull(input: JsonObject): readonly Effect[] {
  const { baseRefName, headRefName, headRepositoryId, title, body, draft } = input;
  const crossRepo = text(headRepositoryId) !== undefined || (typeof headRefName === 'string' && headRefName.includes(':'));
  const facts = some({ source: text(headRefName), title: text(title), message: text(body), draft: flag(draft), crossRepo });
  return [pullRequest('create', baseOf(baseRefName), facts)];
}

function updatePull(input: JsonObject): readonly Effect[] {
  const { baseRefName, title, state, body } = input;
  const ref = baseOf(baseRefName);
  const effect = pullRequest('update', ref, some({ title: text(title), state: text(state)?.toLowerCase(), message: text(body) }));
  return [{ ...effect, sure: baseRefName === undefined || baseRefName === null || ref?.sure === true }];
}

function review(input: JsonObject): readonly Effect[] {
  const { event } = input;
  const harmless =
    event === undefined || event === null || event === 'COMMENT' || event === 'REQUEST_CHANGES' || event === 'DISMISS';
  return [harmless ? plain('repo.comment') : plain('repo.approve', { gate: 'review' })];
}
