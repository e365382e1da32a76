// What a request of S3's protocol does, by method, key and the sub-resource in its query: AWS, Google's XML API and compatible stores.

import { readPairs } from '../../classify/form.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { CloudVerb } from '../cloud/cloud-action.ts';

/** `put` and `part` carry bytes; `start`, `complete` frame a multipart upload; `form` is a browser's; the rest acts on what is there. */
export type ObjectOperation =
  | { readonly kind: 'put' | 'part' | 'start' | 'complete' | 'form' | 'delete' | 'delete-many' | 'abort' | 'unknown' }
  /** A setting of bucket or object: `name` as policies see it. */
  | { readonly kind: 'setting'; readonly verb: CloudVerb; readonly name: string };

const UNKNOWN: ObjectOperation = { kind: 'unknown' };

/** Query names that choose no operation: versions, signatures, the SDK's own label, the form of an answer. */
const MODIFIERS =
  /^(?:versionid|x-id|x-amz-[a-z0-9-]+|x-goog-[a-z0-9-]+|awsaccesskeyid|googleaccessid|signature|expires|response-[a-z-]+|generation|userproject)$/;

/** Who may read or write changes, or data starts to flow elsewhere. */
const ACCESS: ReadonlySet<string> = new Set(
  'acl policy publicaccessblock ownershipcontrols cors website replication notification inventory logging analytics'.split(' '),
);
const CHANGE: ReadonlySet<string> = new Set(
  (
    'versioning encryption tagging accelerate requestpayment object-lock intelligent-tiering metrics retention legal-hold restore ' +
    'metadatatable metadataconfiguration'
  ).split(' '),
);

/** INVARIANT: more than one sub-resource, or one that is not known, is unknown: stores differ on which of them counts. */
export function objectOperation(request: RequestView, hasBucket: boolean, hasKey: boolean): ObjectOperation {
  const names = operationNames(request.query);
  if (names === null || !hasBucket) return UNKNOWN;
  const asked = names.join(' ');
  if (names.length === 0) return plainOperation(request.method, hasKey);
  if (asked === 'partnumber uploadid') return request.method === 'PUT' && hasKey ? { kind: 'part' } : UNKNOWN;
  if (asked === 'uploadid') return multipartEnd(request.method, hasKey);
  if (asked === 'uploads') return request.method === 'POST' && hasKey ? { kind: 'start' } : UNKNOWN;
  if (asked === 'delete') return request.method === 'POST' && !hasKey ? { kind: 'delete-many' } : UNKNOWN;
  return setting(request.method, asked);
}

function plainOperation(method: string, hasKey: boolean): ObjectOperation {
  if (method === 'PUT') return hasKey ? { kind: 'put' } : { kind: 'setting', verb: 'create', name: 'CreateBucket' };
  if (method === 'DELETE') return hasKey ? { kind: 'delete' } : { kind: 'setting', verb: 'delete', name: 'DeleteBucket' };
  return method === 'POST' && !hasKey ? { kind: 'form' } : UNKNOWN;
}

function multipartEnd(method: string, hasKey: boolean): ObjectOperation {
  if (!hasKey) return UNKNOWN;
  if (method === 'POST') return { kind: 'complete' };
  return method === 'DELETE' ? { kind: 'abort' } : UNKNOWN;
}

/** A lifecycle rule deletes whatever it matches, without another call. */
function setting(method: string, name: string): ObjectOperation {
  if (method !== 'PUT' && method !== 'DELETE' && !(method === 'POST' && name === 'restore')) return UNKNOWN;
  const told = `${method === 'DELETE' ? 'Delete' : 'Put'} ${name}`;
  if (name === 'lifecycle') return { kind: 'setting', verb: method === 'PUT' ? 'delete' : 'change', name: told };
  if (ACCESS.has(name)) return { kind: 'setting', verb: 'access', name: told };
  return CHANGE.has(name) ? { kind: 'setting', verb: 'change', name: told } : UNKNOWN;
}

/** Lower case, sorted, `id` left out where it names one of several settings. Null when the query can't be read surely. */
function operationNames(query: string): readonly string[] | null {
  if (query === '') return [];
  const { fields, problem } = readPairs(query);
  if (problem !== null) return null;
  const names = fields.map(({ path }) => path.join('/').toLowerCase()).filter((name) => !MODIFIERS.test(name));
  const settings = names.length > 1 ? names.filter((name) => name !== 'id') : names;
  return settings.sort();
}
