// Git LFS: an upload batch sends data out before any push is seen (git-lfs "Batch API").

import type { Action } from '../../classify/action.ts';
import { hostResource } from '../../classify/base-facts.ts';
import { readRefText } from '../../classify/git-ref.ts';
import { isPlainRead, readAction } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, lookalikeKey, readJson } from '../../classify/strict-json.ts';
import type { Json, JsonObject } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { refusalSentence } from '../refusal.ts';
import type { Provider } from '../provider.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { UNKNOWN_WRITE, effectAction, plain, refOnly, some } from './effect.ts';
import type { Effect } from './effect.ts';
import { repositoryAt } from './repository.ts';

export const gitLfs: Provider = {
  name: 'git-lfs',
  family: 'repo',
  hosts: ['*'],
  recognise(request) {
    if (isPlainRead(request)) return null;
    const put = storedAt(request);
    // The bytes of one object may be of any size, and are no document.
    if (put >= 0) return { need: { kind: 'none' }, classify: () => [stored(request, put)] };
    const at = lfsAt(request.segments);
    return at < 0 ? null : { need: { kind: 'whole' }, classify: (body) => [classify(request, at, body)] };
  },
  refuse,
};

/**
 * Where the servers that store objects themselves take them: `PUT {repo}.git/gitlab-lfs/objects/{oid}/{size}` (GitLab),
 * `PUT {repo}.git/info/lfs/objects/{oid}[/{size}]` (Gitea, Azure DevOps). -1 elsewhere.
 */
function storedAt({ method, segments }: RequestView): number {
  if (method !== 'PUT') return -1;
  const objects = segments.findLastIndex((part) => part === 'objects');
  const [oid = '', size = '0', ...more] = segments.slice(objects + 1);
  if (objects < 2 || !/^[0-9a-f]{64}$/.test(oid) || !/^\d{1,15}$/.test(size) || more.length > 0) return -1;
  if (segments[objects - 1] === 'gitlab-lfs') return objects - 1;
  return segments[objects - 1] === 'lfs' && segments[objects - 2] === 'info' ? objects - 2 : -1;
}

function stored(request: RequestView, at: number): Action {
  const size = request.segments.at(-1) ?? '';
  const sure = request.claimedMethods.length === 0 && !request.ambiguousPath;
  const facts = some({ pathCount: 1, contentBytes: /^\d{1,15}$/.test(size) ? Number(size) : undefined });
  return effectAction(
    request,
    repositoryAt(hostResource(request).id, request.segments.slice(0, at)),
    plain('repo.upload', facts),
    'lfs',
    sure,
  );
}

/** Where `info/lfs` stands in a path that goes on with `objects`, `locks` or `verify`. */
function lfsAt(segments: readonly string[]): number {
  return segments.findIndex(
    (part, at) => part === 'info' && segments[at + 1] === 'lfs' && /^(objects|locks|verify)$/.test(segments[at + 2] ?? ''),
  );
}

function classify(request: RequestView, at: number, body: InspectedBody): Action {
  const rest = request.segments.slice(at + 2).join('/');
  const isPlain =
    request.method === 'POST' && request.claimedMethods.length === 0 && !request.ambiguousPath && request.query === '';
  const reading = body.problem === null ? readJson(body.bytes) : null;
  const value = reading?.problem === null ? reading.value : undefined;
  if (isPlain && isJsonObject(value) && onlyAsks(rest, value)) return readAction(request);
  const repository = repositoryAt(hostResource(request).id, request.segments.slice(0, at));
  const sure = isPlain && value !== undefined;
  if (rest === 'objects/batch' && isJsonObject(value) && value['operation'] === 'upload')
    return effectAction(request, repository, upload(value), 'lfs', sure);
  // Told after the bytes of an object went elsewhere: nothing more leaves.
  if (rest === 'verify' || rest === 'objects/verify')
    return effectAction(
      request,
      repository,
      plain('repo.upload', { pathCount: 1 }),
      'lfs',
      sure && isJsonObject(value) && members(value, { oid: isOid, size: isNumber }),
    );
  // A lock keeps everybody else from pushing a file.
  const isLock = /^locks(?:\/[^/]+\/unlock)?$/.test(rest);
  return effectAction(request, repository, isLock ? plain('repo.config', { setting: 'lock' }) : UNKNOWN_WRITE, 'lfs', sure);
}

/** LFS servers are written in Go, which reads keys in any case. */
const NAMES: ReadonlySet<string> = new Set(['operation', 'objects', 'ref', 'size', 'oid']);

/** What is offered: the bytes themselves go by PUT, to a host that the answer names. */
function upload(value: JsonObject): Effect {
  const { ref, objects } = value;
  const name = isJsonObject(ref) ? ref['name'] : undefined;
  const twice = lookalikeKey(value, NAMES) !== undefined;
  const target = typeof name === 'string' ? readRefText(name) : null;
  const sizes = isJsonArray(objects)
    ? objects.map((one) => (isJsonObject(one) && lookalikeKey(one, NAMES) === undefined ? one['size'] : undefined))
    : [];
  let contentBytes = 0;
  for (const size of sizes) contentBytes += typeof size === 'number' && size >= 0 ? size : Number.NaN;
  const sure =
    !twice &&
    isJsonArray(objects) &&
    Number.isSafeInteger(contentBytes) &&
    (ref === undefined || ref === null || target?.sure === true);
  return plain('repo.upload', sure ? { ...refOnly(target), pathCount: sizes.length, contentBytes } : {}, sure);
}

/**
 * A download batch or a look at the locks, with nothing in it but what the protocol names. INVARIANT: other members make it a write,
 * or any host with such a path would take whatever an agent wants to get out.
 */
function onlyAsks(rest: string, value: JsonObject): boolean {
  if (rest === 'locks/verify') return members(value, { cursor: isWord, limit: isNumber, ref: isRef });
  if (rest !== 'objects/batch' || value['operation'] !== 'download') return false;
  return members(value, {
    operation: isWord,
    transfers: isWords,
    ref: isRef,
    hash_algo: isWord,
    objects: (list) => isJsonArray(list) && list.every(isObject),
  });
}

type Check = (value: Json) => boolean;

function members(value: Json, checks: Readonly<Record<string, Check>>): boolean {
  return (
    isJsonObject(value) &&
    Object.keys(value).every((key) => Object.hasOwn(checks, key) && checks[key]?.(value[key] ?? null) === true)
  );
}

const isNumber: Check = (value) => typeof value === 'number';
const isWord: Check = (value) =>
  value === null || typeof value === 'number' || (typeof value === 'string' && /^[\w.-]{0,40}$/.test(value));
const isWords: Check = (value) => isJsonArray(value) && value.length < 10 && value.every(isWord);
const isRef: Check = (value) => members(value, { name: (name) => typeof name === 'string' && name.length <= 250 });
const isOid: Check = (oid) => typeof oid === 'string' && /^[0-9a-f]{64}$/.test(oid);
const isObject: Check = (value) => members(value, { oid: isOid, size: isNumber });

/** The LFS client prints `message`, and takes a 403 for "may read, may not write". */
function refuse(_request: RequestView, refusal: Refusal): NativeAnswer {
  const body = Buffer.from(JSON.stringify({ message: refusalSentence(refusal) }), 'utf8');
  return { status: refusal.status, headers: ['Content-Type', 'application/vnd.git-lfs+json'], body };
}
