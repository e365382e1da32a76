// What GitLab's GraphQL mutations do. They name projects by their path, other things by global ids, which are opaque.

import type { GraphqlField } from '../../classify/graphql.ts';
import { isJsonArray, isJsonObject } from '../../classify/strict-json.ts';
import type { Json, JsonObject } from '../../classify/strict-json.ts';
import { NO_FIELDS } from './call-fields.ts';
import { UNKNOWN_WRITE, branchOf, flag, merge, plain, pullRequest, push, refOnly, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { contentSize, readFiles } from './file-changes.ts';
import type { MutationEffect } from './graphql-call.ts';
import { quickActions } from './gitlab-quick-actions.ts';
import { repositoryAt, unknownRepository } from './repository.ts';

type Read = (input: JsonObject) => readonly Effect[];

const MUTATIONS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['commitCreate', commit],
  ['createBranch', (input) => [push(branchOf(input['name']), 'create', {}, some({ source: text(input['ref']) }))]],
  ['branchDelete', (input) => [push(branchOf(input['name']), 'delete')]],
  ['tagCreate', (input) => [push(tagOf(input['name']), 'create', {}, some({ source: text(input['ref']) }))]],
  ['tagDelete', (input) => [push(tagOf(input['name']), 'delete')]],
  ['mergeRequestCreate', openMerge],
  ['mergeRequestUpdate', updateMerge],
  ['mergeRequestAccept', accept],
  ['mergeRequestSetReviewers', () => [pullRequest('update', null)]],
  ['mergeRequestSetDraft', () => [pullRequest('update', null)]],
  ['pipelineCreate', (input) => [plain('repo.run', refOnly(branchOf(input['ref'])))]],
  ['pipelineRetry', () => [plain('repo.run')]],
  ['jobPlay', () => [plain('repo.run')]],
  ['projectDelete', () => [plain('repo.delete')]],
  ['createSnippet', () => [plain('repo.gist', { change: 'create' })]],
  ['updateSnippet', () => [plain('repo.gist', { change: 'update' })]],
  ['createNote', (input) => [plain('repo.comment'), ...quickActions(input['body'])]],
  ['updateNote', (input) => [plain('repo.comment'), ...quickActions(input['body'])]],
  ['createIssue', (input) => [plain('repo.issue', some({ title: text(input['title']) })), ...quickActions(input['description'])]],
  ['updateIssue', (input) => [plain('repo.issue', some({ title: text(input['title']) })), ...quickActions(input['description'])]],
]);

const SETTINGS: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /^(?:branchRule|projectSetBranch|branchProtection|approvalProjectRule|externalStatusCheck|mergeRequestApproval)/i,
    'protection',
  ],
  [/(?:Member|Invitation)/, 'collaborator'],
  [/(?:DeployKey|DeployToken|AccessToken|clusterAgent)/i, 'key'],
  [/Variable/, 'variable'],
  [/(?:Hook|integration)/i, 'hook'],
  [/^(?:project|namespace|group)[A-Z]\w*(?:Settings|Update|Archive|Unarchive|Transfer)/, 'settings'],
  [/^pipelineSchedule/, 'schedule'],
];

/** Never empty; null for a name that GitLab is not known to have, so that another reader may know it. */
export function gitlabMutationEffects(host: string, field: GraphqlField): readonly MutationEffect[] | null {
  const given = field.args?.['input'];
  const readable = isJsonObject(given);
  const input = readable ? given : NO_FIELDS;
  const read = MUTATIONS.get(field.name);
  const setting = SETTINGS.find(([pattern]) => pattern.test(field.name))?.[1];
  if (read === undefined && setting === undefined) return null;
  const path = input['projectPath'] ?? input['fullPath'];
  const named = typeof path === 'string' && /^[\w.-]+(?:\/[\w.-]+)+$/.test(path);
  const repository = named ? repositoryAt(host, [path]) : unknownRepository(host, text(input['id']) ?? 'none');
  const effects = read?.(input) ?? [plain('repo.config', some({ setting }))];
  // As for GitHub: a push to who knows where must not pass a policy that permits all repositories but some.
  return effects.map((effect) => ({
    repository,
    effect: { ...effect, sure: effect.sure && readable && (effect.name !== 'repo.push' || repository.known) },
  }));
}

/** For a host that is known to be GitLab's: what is not known is an unknown write. */
export function gitlabEffects(host: string, field: GraphqlField): readonly MutationEffect[] {
  return gitlabMutationEffects(host, field) ?? [{ repository: unknownRepository(host, 'graphql'), effect: UNKNOWN_WRITE }];
}

function commit(input: JsonObject): readonly Effect[] {
  const { branch, startBranch: from, startSha: sha, actions, message } = input;
  const force = flag(input['force']);
  const files = readFiles(isJsonArray(actions) ? actions.flatMap(pathsOf) : []);
  const started = [from, sha].some((one) => one !== undefined && one !== null);
  const change = started && force !== true && from !== branch ? 'create' : 'update';
  const facts = { ...files.facts, ...some({ message: text(message), source: text(sha) ?? text(from) }) };
  const effect = push(branchOf(branch), change, force === undefined ? {} : { force }, facts);
  return [{ ...effect, sure: effect.sure && files.sure }];
}

function pathsOf(action: Json): ReadonlyArray<{ path: Json | undefined; bytes?: number | undefined }> {
  if (!isJsonObject(action)) return [{ path: undefined }];
  const { filePath: path, previousPath: previous, content, encoding } = action;
  const one = { path, bytes: contentSize(content, encoding === 'BASE64') };
  return previous === undefined || previous === null ? [one] : [one, { path: previous }];
}

function tagOf(name: Json | undefined): ReturnType<typeof branchOf> {
  const ref = branchOf(name);
  return ref === null ? null : { ...ref, text: ref.text.replace(/^refs\/heads\//, 'refs/tags/') };
}

function openMerge(input: JsonObject): readonly Effect[] {
  const { targetBranch, sourceBranch, title, description } = input;
  const facts = some({
    source: text(sourceBranch),
    title: text(title),
    message: text(description),
    removesSource: flag(input['removeSourceBranch']),
  });
  return [pullRequest('create', branchOf(targetBranch), facts), ...quickActions(description)];
}

function updateMerge(input: JsonObject): readonly Effect[] {
  const { targetBranch: target, title, description, state } = input;
  const facts = some({ title: text(title), message: text(description), state: text(state)?.toLowerCase() });
  const effect = pullRequest('update', branchOf(target), facts);
  return [
    { ...effect, sure: target === undefined || target === null || branchOf(target)?.sure === true },
    ...quickActions(description),
  ];
}

/** `strategy` is merged later by itself. */
function accept(input: JsonObject): readonly Effect[] {
  const { strategy, squash, sha, commitMessage } = input;
  const facts = {
    autoMerge: strategy === undefined || strategy === null ? undefined : true,
    mergeMethod: flag(squash) === true ? 'squash' : undefined,
    sha: text(sha),
    message: text(commitMessage),
    removesSource: flag(input['shouldRemoveSourceBranch']),
  };
  return [merge(null, some(facts))];
}
