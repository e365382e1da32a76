// GitHub's REST routes that move a branch, merge, or loosen what guards one. Everything else that writes is unknown.

import { readRefText } from '../../classify/git-ref.ts';
import type { ReadableRef } from '../../classify/git-ref.ts';
import type { Json, JsonObject } from '../../classify/strict-json.ts';
import type { Effect } from './github-call.ts';
import { branchRef } from './repository.ts';

/** `rest` is the path below the repository, `%2F` undone: branch names and file paths hold slashes either way. */
type Read = (fields: JsonObject, rest: readonly string[], method: string) => readonly Effect[];

export interface Route {
  readonly methods: readonly string[];
  /** Words, `*` for one segment, `**` for one or more. */
  readonly path: readonly string[];
  readonly read: Read;
}

const UNKNOWN: Effect = { name: 'repo.unknown-write', moves: null, sure: true };
const CONFIG: Effect = { name: 'repo.config', moves: null, sure: true };
const ANY_WRITE = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** GitHub takes POST wherever it documents PATCH. */
const ROUTES: readonly Route[] = [
  route('PUT POST DELETE', 'contents/**', writeContents),
  route('POST', 'git/refs', createRef),
  route('PATCH POST PUT', 'git/refs/**', moveRef),
  route('DELETE', 'git/refs/**', (_fields, rest) => [push(refAt(rest), 'delete', 'no')]),
  route('POST', 'merges', (fields) => [merge(fields['base'])]),
  route('POST', 'merge-upstream', (fields) => [merge(fields['branch'])]),
  route('POST', 'branches/**/rename', renameBranch),
  route('PUT POST', 'pulls/*/merge', mergePull),
  route('PUT POST', 'pulls/*/merge-async', mergePull),
  route('PUT POST', 'pulls/*/update-branch', mergePull),
  route('POST', 'pulls', openPull),
  route('POST PUT', 'pulls/*/reviews', review),
  route('POST PUT', 'pulls/*/reviews/*/events', review),
  route('POST', 'releases/generate-notes', () => [UNKNOWN]),
  route('POST PATCH', 'releases', release),
  route('POST PATCH', 'releases/*', release),
];

/** Settings that decide who may push, what runs with the repository's secrets, or whether it stays. */
const GUARDS = [
  '',
  'transfer',
  'branches/**/protection',
  'branches/**/protection/**',
  'tags/protection',
  'tags/protection/**',
  'rulesets',
  'rulesets/**',
  'collaborators/*',
  'invitations/*',
  'keys',
  'keys/*',
  'hooks',
  'hooks/**',
  'autolinks',
  'environments/**',
  'pages',
  'pages/**',
  'actions/secrets/**',
  'actions/variables',
  'actions/variables/**',
  'actions/permissions',
  'actions/permissions/**',
  'actions/runners/**',
  'dependabot/secrets/**',
  'codespaces/secrets/**',
  'vulnerability-alerts',
  'automated-security-fixes',
  'private-vulnerability-reporting',
  'interaction-limits',
  'code-scanning/default-setup',
  'properties/values',
  'immutable-releases',
].map((path) => route(ANY_WRITE.join(' '), path, () => [CONFIG]));

/** The route of a call, or null: then it is an unknown write. */
export function routeOf(method: string, rest: readonly string[]): Route | null {
  const words = rest.map((word) => word.toLowerCase());
  return [...ROUTES, ...GUARDS].find((one) => one.methods.includes(method) && matches(one.path, words)) ?? null;
}

function route(methods: string, path: string, read: Read): Route {
  return { methods: methods.split(' '), path: path === '' ? [] : path.split('/'), read };
}

function matches(path: readonly string[], words: readonly string[]): boolean {
  const [head, ...tail] = path;
  if (head === undefined) return words.length === 0;
  if (words.length === 0) return false;
  if (head !== '**') return (head === '*' || head === words[0]) && matches(tail, words.slice(1));
  if (tail.length === 0) return true;
  // At most one `**` a route, so what follows it is as long as it is.
  return words.length > tail.length && matches(tail, words.slice(-tail.length));
}

function push(ref: ReadableRef | null, change: 'create' | 'update' | 'delete', fastForward: 'yes' | 'no', sure = true): Effect {
  return { name: 'repo.push', moves: { ref, change, fastForward }, sure: sure && (ref?.sure ?? false) };
}

/** An absent branch is the default branch; an empty or null one might be. */
function writeContents(fields: JsonObject): readonly Effect[] {
  const { branch } = fields;
  const named = typeof branch === 'string' && branch !== '';
  const ref = named ? branchRef(branch) : null;
  const sure = branch === undefined || ref?.sure === true;
  return [{ name: 'repo.push', moves: { ref, change: 'update', fastForward: 'yes', defaultBranch: !named }, sure }];
}

function createRef(fields: JsonObject): readonly Effect[] {
  const { ref } = fields;
  return [push(typeof ref === 'string' ? readRefText(ref) : null, 'create', 'yes')];
}

/** Without `force` GitHub itself refuses whatever is no fast-forward. */
function moveRef(fields: JsonObject, rest: readonly string[]): readonly Effect[] {
  const { force } = fields;
  const forced = force !== undefined && force !== false;
  const ref = refAt(rest);
  const sure = ref.sure && (force === undefined || typeof force === 'boolean');
  return [{ name: 'repo.push', moves: { ref, change: 'update', fastForward: forced ? 'no' : 'yes', force: forced }, sure }];
}

function refAt(rest: readonly string[]): ReadableRef {
  return readRefText(`refs/${rest.slice(2).join('/')}`);
}

function merge(base: Json | undefined): Effect {
  const ref = typeof base === 'string' ? branchRef(base) : null;
  return { name: 'repo.merge', moves: { ref, change: 'update', fastForward: 'yes' }, sure: ref?.sure ?? false };
}

/** Which branch takes the merge is the pull request's to know and not in the call, so `ref` stays absent. */
function mergePull(): readonly Effect[] {
  return [{ name: 'repo.merge', moves: { ref: null, change: 'update', fastForward: 'yes' }, sure: true }];
}

/** The old name goes, the new one comes; protection rules move along. */
function renameBranch(fields: JsonObject, rest: readonly string[]): readonly Effect[] {
  const name = fields['new_name'];
  const old = branchRef(rest.slice(1, -1).join('/'));
  return [push(old, 'delete', 'no'), push(typeof name === 'string' ? branchRef(name) : null, 'create', 'yes')];
}

function openPull(fields: JsonObject): readonly Effect[] {
  const { base } = fields;
  const ref = typeof base === 'string' ? branchRef(base) : null;
  return [{ name: 'repo.pull-request', moves: { ref, change: 'create', fastForward: 'yes' }, sure: ref?.sure ?? false }];
}

/** An approval may be all that a protected branch was waiting for. */
function review(fields: JsonObject): readonly Effect[] {
  const { event } = fields;
  const harmless = event === undefined || event === 'COMMENT' || event === 'REQUEST_CHANGES' || event === 'PENDING';
  return [harmless ? UNKNOWN : CONFIG];
}

/** Publishing a release creates its tag when there is none. */
function release(fields: JsonObject, rest: readonly string[]): readonly Effect[] {
  const tag = fields['tag_name'];
  if (tag === undefined && rest.length > 1) return [UNKNOWN];
  return [push(typeof tag === 'string' ? readRefText(`refs/tags/${tag}`) : null, 'create', 'yes')];
}
