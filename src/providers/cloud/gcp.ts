// Google Cloud's control plane: Compute, IAM, secrets and the like, told by method, path and custom verb.

import type { Action } from '../../classify/action.ts';
import { jsonFields } from '../../classify/fields.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import { readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { googleAnswer } from '../google-error.ts';
import type { Provider, Recognition } from '../provider.ts';
import { cloudAction, type CloudVerb } from './cloud-action.ts';
import { type GcpRequest, gcpRequest } from './gcp-request.ts';
import { gcpVerb, verbWord } from './gcp-verb.ts';

export const gcp: Provider = {
  name: 'gcp',
  family: 'cloud',
  hosts: ['www.googleapis.com', '*.googleapis.com'],
  accountHeaders: ['x-goog-user-project'],
  recognise,
  unknownWrite: (request) => cloudAction(request, { provider: 'gcp', verb: 'unknown-write', inspected: true }),
  refuse: (_request, refusal) => googleAnswer(refusal),
};

function recognise(request: RequestView): Recognition | null {
  const call = gcpRequest(request);
  if (call === null) return null;
  const verb = call.opaque ? 'unknown-write' : gcpVerb(request, call, isPlainRead(request));
  if (verb === null) return null;
  return {
    need: { kind: request.hasBody && !call.opaque ? 'whole' : 'none' },
    classify: (body) => [gcpAction(request, call, verb, body)],
  };
}

function gcpAction(request: RequestView, call: GcpRequest, verb: CloudVerb, body: InspectedBody): Action {
  const open = request.hasBody && !call.opaque ? opensToAll(body) : false;
  const word = verbWord(request, call);
  const things = word !== undefined && call.customVerb === undefined ? call.path.slice(0, -1) : call.path;
  return cloudAction(request, {
    verb,
    provider: 'gcp',
    inspected: !call.opaque && body.problem === null && open !== null && !hasAmbiguousPath(request),
    scopes: call.project === undefined ? [] : [`gcp/${call.project}`],
    service: call.service,
    operation: call.opaque ? undefined : operationName(request, things, word),
    targets: call.opaque || things.length === 0 ? undefined : [things.join('/')],
    public: open === true ? true : undefined,
  });
}

/** `instances.stop`, `instances.delete`, `secrets.create`. */
function operationName({ method }: RequestView, things: readonly string[], word: string | undefined): string | undefined {
  const isItem = method === 'DELETE' || method === 'PUT' || method === 'PATCH' || method === 'GET' || isForItem(word);
  const collection = things.at(isItem && things.length > 1 ? -2 : -1);
  const verb = word ?? { DELETE: 'delete', PUT: 'update', PATCH: 'patch', POST: 'create', GET: 'get' }[method];
  return collection === undefined || verb === undefined ? undefined : `${collection}.${verb}`;
}

/** `stop` is for one of them, `bulkInsert` for the collection. */
function isForItem(word: string | undefined): boolean {
  return word !== undefined && !/^(?:bulk|batch|insert$)/.test(word);
}

/** A rule for every address, a binding for everybody. Null: the body could not be read surely. */
function opensToAll(body: InspectedBody): boolean | null {
  if (body.problem !== null) return null;
  const { value } = readJson(body.bytes);
  if (value === undefined) return null;
  const fields = jsonFields(value);
  if (fields === null) return null;
  return fields.some(({ value: text }) => /^(?:0\.0\.0\.0\/0|::\/0|allUsers|allAuthenticatedUsers)$/.test(text));
}
