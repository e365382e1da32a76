// Git LFS: an upload batch sends data out before any push is seen (git-lfs "Batch API").

import type { Action } from '../../classify/action.ts';
import { baseFacts, hostResource } from '../../classify/base-facts.ts';
import { isPlainRead, readAction } from '../../classify/plain-action.ts';
import { isJsonObject, lookalikeKey, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { refusalSentence } from '../provider.ts';
import type { NativeAnswer, Provider, Refusal } from '../provider.ts';
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
  return segments.findIndex((part, at) => part === 'info' && segments[at + 1] === 'lfs' && /^(objects|locks)$/.test(segments[at + 2] ?? ''));
}

function classify(request: RequestView, at: number, body: InspectedBody): Action {
  const rest = request.segments.slice(at + 2).join('/');
  const plain = request.method === 'POST' && request.claimedMethods.length === 0 && !request.ambiguousPath && request.query === '';
  const operation = rest === 'objects/batch' ? readOperation(body) : rest === 'locks/verify' ? 'download' : 'upload';
  if (operation === 'download' && plain && body.problem === null) return readAction(request);
  const repository = repositoryAt(hostResource(request).id, request.segments.slice(0, at));
  const inspected = plain && body.problem === null && operation !== null;
  const facts = { ...baseFacts(request, inspected), api: 'lfs', repoKnown: repository.known };
  return { name: 'repo.unknown-write', resource: repository.resource, parents: repository.parents, facts };
}

/** Null when the batch can't be read surely. */
function readOperation(body: InspectedBody): 'upload' | 'download' | null {
  const reading = body.problem === null ? readJson(body.bytes) : null;
  if (reading === null || reading.problem !== null || !isJsonObject(reading.value)) return null;
  if (lookalikeKey(reading.value, new Set(['operation'])) !== undefined) return null;
  const operation = reading.value['operation'];
  return operation === 'upload' || operation === 'download' ? operation : null;
}

/** The LFS client prints `message`, and takes a 403 for "may read, may not write". */
function refuse(_request: RequestView, refusal: Refusal): NativeAnswer {
  const body = Buffer.from(JSON.stringify({ message: refusalSentence(refusal) }), 'utf8');
  return { status: refusal.status, headers: ['Content-Type', 'application/vnd.git-lfs+json'], body };
}
