// Cloudflare's DNS records: one at a time, and its batch of posts, puts, patches and deletes.

import { mergedSegments } from '../../classify/merged-segments.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, type Json, lookalikeKey, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { cloudflareAnswer } from '../cloud/cloudflare-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import { dnsAction, type RecordChange, type RecordChangeKind } from './dns-action.ts';

export const cloudflareDns: Provider = {
  name: 'cloudflare-dns',
  family: 'dns',
  hosts: ['api.cloudflare.com'],
  recognise,
  refuse: (_request, refusal) => cloudflareAnswer(refusal),
};

const ZONE = /^[0-9a-f]{32}$/;
const MAX_CHANGES = 1000;
const KEYS: ReadonlySet<string> = new Set(['name', 'type', 'posts', 'puts', 'patches', 'deletes']);
const BATCH: Readonly<Record<string, RecordChangeKind>> = {
  posts: 'create',
  puts: 'upsert',
  patches: 'upsert',
  deletes: 'delete',
};

function recognise(request: RequestView): Recognition | null {
  if (isPlainRead(request)) return null;
  const segments = mergedSegments(request.segments);
  const [, , root, zone = '', word, id, ...more] = segments;
  if (root !== 'zones' || word !== 'dns_records') return null;
  const sure = !hasAmbiguousPath(request) && ZONE.test(zone);
  const call = more.length === 0 ? operationOf(request.method, id) : null;
  const shared = { provider: 'cloudflare', zone, zoneId: `cloudflare/${zone}` };
  return {
    need: { kind: call === null || call === 'delete' ? 'none' : 'whole' },
    classify: (body) => {
      if (call === null) return [dnsAction(request, { verb: 'unknown-write', inspected: sure, ...shared })];
      const changes = readChanges(call, body);
      return [
        dnsAction(request, { verb: 'change', inspected: sure && changes !== null, ...shared, changes: changes ?? undefined }),
      ];
    },
  };
}

type Operation = RecordChangeKind | 'batch';

/** Null: an import, a scan, and whatever comes next. */
function operationOf(method: string, id: string | undefined): Operation | null {
  if (id === undefined) return method === 'POST' ? 'create' : null;
  if (id === 'batch') return method === 'POST' ? 'batch' : null;
  if (method === 'DELETE') return 'delete';
  return method === 'PUT' || method === 'PATCH' ? 'upsert' : null;
}

function readChanges(call: Operation, body: InspectedBody): readonly RecordChange[] | null {
  if (call === 'delete') return [{ kind: 'delete', name: undefined, type: undefined }];
  const { value } = readJson(body.bytes);
  if (body.problem !== null || !isJsonObject(value) || lookalikeKey(value, KEYS) !== undefined) return null;
  if (call !== 'batch') {
    const one = change(value, call);
    return one === null ? null : [one];
  }
  const changes = Object.entries(BATCH).flatMap(([key, kind]) => changeList(value[key], kind));
  const known = changes.filter((one) => one !== null);
  return known.length === changes.length && known.length > 0 && known.length <= MAX_CHANGES ? known : null;
}

function changeList(list: Json | undefined, kind: RecordChangeKind): Array<RecordChange | null> {
  if (list === undefined || list === null) return [];
  return isJsonArray(list) ? list.map((item) => change(item, kind)) : [null];
}

function change(item: Json, kind: RecordChangeKind): RecordChange | null {
  if (!isJsonObject(item) || lookalikeKey(item, KEYS) !== undefined) return null;
  const [name, type] = [item['name'], item['type']];
  // A record is made with both, or it is not made; a patch may leave either as it is.
  if (kind === 'create' && (typeof name !== 'string' || typeof type !== 'string')) return null;
  return { kind, name: typeof name === 'string' ? name : undefined, type: typeof type === 'string' ? type : undefined };
}
