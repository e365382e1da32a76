// Google Cloud DNS: changes (`additions`, `deletions`) and single record sets.

import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { googleAnswer } from '../google-error.ts';
import type { Provider, Recognition } from '../provider.ts';
import { dnsAction, type RecordChange, type RecordChangeKind } from './dns-action.ts';

export const cloudDns: Provider = {
  name: 'cloud-dns',
  family: 'dns',
  hosts: ['dns.googleapis.com', 'dns.mtls.googleapis.com', 'www.googleapis.com'],
  recognise,
  refuse: (_request, refusal) => googleAnswer(refusal),
};

const MAX_CHANGES = 1000;

function recognise(request: RequestView): Recognition | null {
  const { authority, segments } = request;
  if (isPlainRead(request) || (authority.host === 'www.googleapis.com' && segments[0] !== 'dns')) return null;
  const place = zonePlace(segments);
  const sure = !hasAmbiguousPath(request);
  if (place === null)
    return {
      need: { kind: 'none' },
      classify: () => [dnsAction(request, { verb: 'unknown-write', provider: 'gcp', inspected: sure })],
    };
  return {
    need: { kind: request.hasBody ? 'whole' : 'none' },
    classify: (body) => {
      const changes = readChanges(request, place, body);
      const { project, zone } = place;
      const verb = changes === undefined ? 'unknown-write' : 'change';
      const inspected = sure && changes !== null && body.problem === null;
      return [
        dnsAction(request, {
          verb,
          provider: 'gcp',
          inspected,
          zone,
          zoneId: `gcp/${project}/${zone}`,
          changes: changes ?? undefined,
        }),
      ];
    },
  };
}

interface ZonePlace {
  readonly project: string;
  readonly zone: string;
  /** Behind the zone: `changes`, `rrsets`, `rrsets/{name}/{type}`. */
  readonly rest: readonly string[];
}

/** `/dns/v1/projects/{p}[/locations/{l}]/managedZones/{z}/…`. */
function zonePlace(segments: readonly string[]): ZonePlace | null {
  const at = segments.indexOf('managedZones');
  const project = segments[3];
  const zone = segments[at + 1];
  const isZone = segments[0] === 'dns' && segments[2] === 'projects' && (at === 4 || (at === 6 && segments[4] === 'locations'));
  if (!isZone || project === undefined || zone === undefined) return null;
  return { project, zone, rest: segments.slice(at + 2) };
}

/** Undefined: no change of records. Null: one that could not be read surely. */
function readChanges(
  { method }: RequestView,
  { rest }: ZonePlace,
  body: InspectedBody,
): readonly RecordChange[] | undefined | null {
  const [word, name, type, ...more] = rest;
  if (word === 'rrsets' && name !== undefined && type !== undefined && more.length === 0) {
    if (method === 'DELETE') return [{ kind: 'delete', name, type }];
    return method === 'PATCH' ? [{ kind: 'upsert', name, type }] : undefined;
  }
  if (method !== 'POST' || name !== undefined || (word !== 'changes' && word !== 'rrsets')) return undefined;
  if (body.problem !== null) return null;
  const { value } = readJson(body.bytes);
  if (!isJsonObject(value)) return null;
  if (word === 'rrsets') return records([value], 'create');
  const additions = recordList(value, 'additions', 'create');
  const deletions = recordList(value, 'deletions', 'delete');
  if (additions === null || deletions === null || additions.length + deletions.length === 0) return null;
  return [...additions, ...deletions];
}

function recordList(document: JsonObject, key: string, kind: RecordChangeKind): readonly RecordChange[] | null {
  const list = document[key];
  if (list === undefined) return [];
  return isJsonArray(list) && list.length <= MAX_CHANGES ? records(list, kind) : null;
}

function records(list: readonly Json[], kind: RecordChangeKind): readonly RecordChange[] | null {
  const changes: RecordChange[] = [];
  for (const record of list) {
    const [name, type] = isJsonObject(record) ? [record['name'], record['type']] : [];
    if (typeof name !== 'string' || typeof type !== 'string') return null;
    changes.push({ kind, name, type });
  }
  return changes;
}
