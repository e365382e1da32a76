// Azure Resource Manager: resources by path, actions by their last segment, and batches of such calls.

import type { Action } from '../../classify/action.ts';
import { mergedSegments } from '../../classify/merged-segments.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, type Json, lookalikeKey, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { dnsAction } from '../dns/dns-action.ts';
import type { Provider, Recognition } from '../provider.ts';
import { armCall } from './arm-call.ts';
import { azureAnswer } from './azure-answer.ts';
import { cloudAction } from './cloud-action.ts';

export const azureArm: Provider = {
  name: 'azure-arm',
  family: 'cloud',
  hosts: ['management.azure.com', 'management.usgovcloudapi.net', 'management.chinacloudapi.cn'],
  recognise,
  refuse: (_request, refusal) => azureAnswer(refusal),
};

/** Azure's own limit. */
const MAX_REQUESTS = 20;
const KEYS: ReadonlySet<string> = new Set(['requests', 'httpmethod', 'relativeurl', 'url']);
/** Its batches spell keys so; .NET would read any other spelling too (threat C5). */
const SPELT: ReadonlySet<string> = new Set(['requests', 'httpMethod', 'relativeUrl', 'url']);

function recognise(request: RequestView): Recognition | null {
  if (isPlainRead(request)) return null;
  const path = mergedSegments(request.segments);
  const isBatch = path.length === 1 && path[0]?.toLowerCase() === 'batch';
  if (!isBatch) return { need: { kind: 'none' }, classify: () => [armAction(request, request.method, path)] };
  return { need: { kind: 'whole' }, classify: (body) => batchActions(request, body) };
}

function armAction(request: RequestView, method: string, path: readonly string[]): Action {
  const call = armCall(method, path);
  const inspected = !hasAmbiguousPath(request);
  if (call.record !== undefined) {
    const { zone, type, name } = call.record;
    const kind = method === 'DELETE' ? 'delete' : 'upsert';
    const shared = { provider: 'azure', inspected, zone, zoneId: `azure/${path[1]?.toLowerCase() ?? ''}/${zone}` };
    const full = name === '@' ? zone : `${name}.${zone}`;
    return dnsAction(request, { verb: 'change', ...shared, changes: [{ kind, name: full, type }] });
  }
  const { verb, scopes, service, operation, target } = call;
  return cloudAction(request, { verb, provider: 'azure', inspected, scopes, service, operation, targets: [target] });
}

/** Each inner call that is not a GET is an action of its own. INVARIANT: a batch that is not read to the end names none of them. */
function batchActions(request: RequestView, body: InspectedBody): readonly Action[] {
  const calls = body.problem === null ? innerCalls(readJson(body.bytes).value) : null;
  if (calls === null) return [cloudAction(request, { verb: 'unknown-write', provider: 'azure', inspected: false })];
  const writes = calls.filter(({ method }) => method !== 'GET');
  if (writes.length > 0) return writes.map(({ method, path }) => armAction(request, method, path));
  return [cloudAction(request, { verb: 'change', provider: 'azure', inspected: true, operation: 'batch' })];
}

interface InnerCall {
  readonly method: string;
  readonly path: readonly string[];
}

function innerCalls(document: Json | undefined): readonly InnerCall[] | null {
  if (!isJsonObject(document) || hasLookalike(document)) return null;
  const list = document['requests'];
  if (!isJsonArray(list) || list.length === 0 || list.length > MAX_REQUESTS) return null;
  const calls = list.map(innerCall);
  const known = calls.filter((call) => call !== null);
  return known.length === calls.length ? known : null;
}

/** `relativeUrl` may be relative or whole, of this API alone. */
function innerCall(item: Json): InnerCall | null {
  if (!isJsonObject(item) || hasLookalike(item)) return null;
  const [method, relative, url] = [item['httpMethod'], item['relativeUrl'], item['url']];
  const target = relative ?? url;
  if (typeof method !== 'string' || typeof target !== 'string' || (relative !== undefined && url !== undefined)) return null;
  if (
    !/^(?:https:\/\/management\.azure\.com)?\/[!-~]*$/i.test(target) ||
    /%|\/\/(?!management)|\\|\/\.\.?(?:\/|$)|;/.test(target.split('?', 1)[0] ?? '')
  )
    return null;
  const path = target.replace(/^https:\/\/[^/]*/i, '').split('?', 1)[0] ?? '';
  return { method: method.toUpperCase(), path: path.split('/').filter((segment) => segment !== '') };
}

function hasLookalike(object: Readonly<Record<string, Json>>): boolean {
  return (
    lookalikeKey(object, KEYS) !== undefined && Object.keys(object).some((key) => KEYS.has(key.toLowerCase()) && !SPELT.has(key))
  );
}
