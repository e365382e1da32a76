// Git LFS: an upload batch sends data out before any push is seen (git-lfs "Batch API").

import type { Action } from '../../classify/action.ts';
import { baseFacts, hostResource } from '../../classify/base-facts.ts';
import { isPlainRead, readAction } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, readJson } from '../../classify/strict-json.ts';
import type { Json, JsonObject } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { refusalSentence } from '../refusal.ts';
import type { Provider } from '../provider.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { repositoryAt } from './repository.ts';

export const gitLfs: Provider = {
  name: 'git-lfs',
  family: 'repo',
  hosts: ['*'],
  recognise(request) {
    if (isPlainRead(request)) return null;
    const at = lfsAt(request.segments);
    return at < 0 ? null : { need: { kind: 'whole' }, classify: (body) => [classify(request, at, body)] };
  },
  refuse,
};

/** Where `info/lfs` stands in a path that goes on with `objects` or `locks`. */
function lfsAt(segments: readonly string[]): number {
  return segments.findIndex(
    (part, at) => part === 'info' && segments[at + 1] === 'lfs' && /^(objects|locks)$/.test(segments[at + 2] ?? ''),
  );
}

function classify(request: RequestView, at: number, body: InspectedBody): Action {
  const rest = request.segments.slice(at + 2).join('/');
  const plain =
    request.method === 'POST' && request.claimedMethods.length === 0 && !request.ambiguousPath && request.query === '';
  const reading = body.problem === null ? readJson(body.bytes) : null;
  const value = reading?.problem === null ? reading.value : undefined;
  if (plain && isJsonObject(value) && onlyAsks(rest, value)) return readAction(request);
  const repository = repositoryAt(hostResource(request).id, request.segments.slice(0, at));
  const facts = { ...baseFacts(request, plain && value !== undefined), api: 'lfs', repoKnown: repository.known };
  return { name: 'repo.unknown-write', resource: repository.resource, parents: repository.parents, facts };
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
const isObject: Check = (value) =>
  members(value, { oid: (oid) => typeof oid === 'string' && /^[0-9a-f]{64}$/.test(oid), size: isNumber });

/** The LFS client prints `message`, and takes a 403 for "may read, may not write". */
function refuse(_request: RequestView, refusal: Refusal): NativeAnswer {
  const body = Buffer.from(JSON.stringify({ message: refusalSentence(refusal) }), 'utf8');
  return { status: refusal.status, headers: ['Content-Type', 'application/vnd.git-lfs+json'], body };
}
