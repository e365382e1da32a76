// Azure DevOps' REST routes below a git repository (`…/_apis/git/repositories/{repository}`). What is not here is an unknown write.

import { isZero } from '../../classify/git-commands.ts';
import { readRefText } from '../../classify/git-ref.ts';
import type { ReadableRef } from '../../classify/git-ref.ts';
import { isJsonArray, isJsonObject } from '../../classify/strict-json.ts';
import type { Json, JsonObject } from '../../classify/strict-json.ts';
import { autoMerge, pullRequestFacts, pullRequestStatus } from './azure-devops-pulls.ts';
import { plain, pullRequest, push, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { contentSize, readFiles } from './file-changes.ts';
import type { FileChange } from './file-changes.ts';
import { config, within } from './guard-routes.ts';
import { route, routes } from './rest-route.ts';
import type { Route, RouteCall } from './rest-route.ts';

export const AZURE_ROUTES: readonly Route[] = [
  route('POST', 'pushes', pushes),
  route('POST', 'refs', ({ document }) =>
    (isJsonArray(document) && document.length > 0 ? document : [document]).map((update) => moveRef(update)),
  ),
  // One ref is locked for everybody but its owner, or unlocked.
  route('PATCH', 'refs', () => [config('lock', 'PATCH')]),
  route('POST', 'annotatedtags', ({ fields }) => [
    push(
      tagOf(fields['name']),
      'create',
      {},
      some({ sha: text(within(fields['taggedObject'], 'objectId')), message: text(fields['message']) }),
    ),
  ]),
  ...routes('POST', ['cherrypicks', 'reverts'], ({ fields }) => [
    push(refOf(fields['generatedRefName']), 'create', {}, some({ source: text(fields['ontoRefName']) })),
  ]),
  route('POST', 'merges', ({ fields }) => [plain('repo.stage', some({ message: text(fields['comment']) }))]),
  route('POST', 'forksyncrequests', syncFork),
  route('POST', 'importrequests', () => [{ ...push(null, 'update', { fastForward: 'unknown' }), sure: true }]),
  route('POST', 'pullrequests', openPull),
  route('PATCH', 'pullrequests/*', updatePull),
  route('PUT PATCH', 'pullrequests/*/reviewers/*', ({ fields }) => [vote(fields)]),
  route('POST', 'pullrequests/*/reviewers', ({ document }) =>
    (isJsonArray(document) && document.length > 0 ? document : [document]).map(vote),
  ),
  ...routes('PATCH DELETE', ['pullrequests/*/reviewers', 'pullrequests/*/reviewers/*'], () => [pullRequest('update', null)]),
  ...routes(
    'POST PATCH DELETE',
    [
      'pullrequests/*/statuses',
      'pullrequests/*/statuses/*',
      'pullrequests/*/iterations/*/statuses',
      'pullrequests/*/iterations/*/statuses/*',
      'commits/*/statuses',
    ],
    () => [plain('repo.approve', { gate: 'status' })],
  ),
  ...routes('ANY', ['pullrequests/*/labels', 'pullrequests/*/labels/*', 'pullrequests/*/properties'], () => [
    pullRequest('update', null),
  ]),
  ...routes('ANY', ['pullrequests/*/threads', 'pullrequests/*/threads/**', 'pullrequests/*/share'], () => [
    plain('repo.comment'),
  ]),
  route('POST', 'pullrequests/*/attachments/*', ({ rest }) => [plain('repo.upload', { paths: rest.slice(3) })]),
  route('DELETE', '', () => [plain('repo.delete')]),
  route('PATCH', '', repositorySettings),
];

/** A full name, as this API wants it. */
function refOf(name: Json | undefined): ReadableRef | null {
  return typeof name === 'string' ? readRefText(name) : null;
}

function tagOf(name: Json | undefined): ReadableRef | null {
  return typeof name === 'string' ? readRefText(name.startsWith('refs/') ? name : `refs/tags/${name}`) : null;
}

/** Every ref that is named gets every file that is written: which commit goes where is not told apart. */
function pushes({ fields }: RouteCall): readonly Effect[] {
  const { refUpdates, commits } = fields;
  const given = isJsonArray(commits) ? commits.filter(isJsonObject) : [];
  const files = readFiles(given.flatMap(changesOf));
  const [first] = given;
  // A commit that names its parents may start anywhere; else it goes on top of what the ref holds.
  const rewrites = given.some((one) => one['parents'] !== undefined);
  const facts = { ...files.facts, ...some({ message: text(first?.['comment']) }) };
  const updates = isJsonArray(refUpdates) && refUpdates.length > 0 ? refUpdates : [null];
  return updates.map((update) => {
    const effect = moveRef(update, rewrites ? 'unknown' : 'yes');
    const sure = effect.sure && isJsonArray(commits) && given.length === commits.length && (files.sure || commits.length === 0);
    return { ...effect, facts: { ...effect.facts, ...facts }, sure };
  });
}

function changesOf(commit: JsonObject): readonly FileChange[] {
  const { changes } = commit;
  if (!isJsonArray(changes)) return [{ path: undefined }];
  return changes.flatMap((change): readonly FileChange[] => {
    if (!isJsonObject(change)) return [{ path: undefined }];
    const content = within(change['newContent'], 'content');
    const base64 = within(change['newContent'], 'contentType') !== 'rawtext';
    const from = change['sourceServerItem'];
    const one = { path: within(change['item'], 'path'), bytes: contentSize(content, base64) };
    return from === undefined || from === null ? [one] : [one, { path: from }];
  });
}

/** Zeros stand for no commit: as the old one of a ref that is made, as the new one of a ref that is deleted. */
function moveRef(update: Json, fastForward: 'yes' | 'unknown' = 'unknown'): Effect {
  if (!isJsonObject(update)) return push(null, 'update', { fastForward: 'unknown' });
  const { name, oldObjectId, newObjectId } = update;
  const ref = refOf(name);
  const facts = some({ sha: text(newObjectId) });
  if (typeof newObjectId === 'string' && isZero(newObjectId)) return push(ref, 'delete');
  if (typeof oldObjectId === 'string' && isZero(oldObjectId)) return push(ref, 'create', {}, facts);
  return push(ref, 'update', { fastForward }, facts);
}

function syncFork({ fields }: RouteCall): readonly Effect[] {
  const pairs = fields['sourceToTargetRefs'];
  if (!isJsonArray(pairs) || pairs.length === 0) return [{ ...push(null, 'update', { fastForward: 'unknown' }), sure: true }];
  return pairs.map((pair) =>
    push(
      refOf(within(pair, 'targetRef')),
      'update',
      { fastForward: 'unknown' },
      some({ source: text(within(pair, 'sourceRef')) }),
    ),
  );
}

function openPull({ fields }: RouteCall): readonly Effect[] {
  const opened = pullRequest('create', refOf(fields['targetRefName']), pullRequestFacts(fields));
  return autoMerge(fields) === null ? [opened] : [opened, ...(autoMerge(fields) ?? [])];
}

/** `status: completed` merges; `autoCompleteSetBy` merges later. Everything else is a change of the pull request. */
function updatePull({ fields }: RouteCall): readonly Effect[] {
  const target = fields['targetRefName'];
  const ref = refOf(target);
  const merges = [...(pullRequestStatus(fields) ?? []), ...(autoMerge(fields) ?? [])];
  const changed = pullRequest('update', ref, pullRequestFacts(fields));
  const rest = { ...changed, sure: target === undefined || ref?.sure === true };
  if (merges.length === 0) return [rest];
  return target === undefined ? merges : [...merges, rest];
}

/** 10 approves, 5 approves with suggestions; 0, -5 and -10 do not. */
function vote(reviewer: Json): Effect {
  const cast = within(reviewer, 'vote');
  if (cast === undefined) return pullRequest('update', null);
  return typeof cast === 'number' && cast <= 0 ? plain('repo.comment') : plain('repo.approve', { gate: 'review' });
}

function repositorySettings({ fields }: RouteCall): readonly Effect[] {
  const branch = fields['defaultBranch'];
  if (branch !== undefined) return [config('default-branch', 'PATCH', some({ settingName: text(branch) }))];
  return [config(fields['isDisabled'] === undefined ? 'settings' : 'archive', 'PATCH')];
}
