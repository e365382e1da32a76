// From a request of S3's protocol to its action: a file that goes out or away, or a setting of a bucket.

import type { Action } from '../../classify/action.ts';
import type { BodyNeed, InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { type CloudCall, cloudAction } from '../cloud/cloud-action.ts';
import { declaredBytes, type FileCall, fileAction } from './file-action.ts';
import { deletedKeys } from './object-deletion.ts';
import { grantsByBody, grantsByHeader } from './object-grant.ts';
import type { ObjectOperation } from './object-operation.ts';
import type { ObjectPlace } from './object-place.ts';

/** Where the request is heard: which cloud, and whether head and signature agree. */
export interface ObjectStore {
  readonly cloud: Pick<CloudCall, 'provider' | 'service' | 'region'>;
  /** Ids of copy sources start with it: `s3/`. */
  readonly prefix: string;
  readonly sure: boolean;
}

/** File bytes are never held: only what says who may read, and what is deleted. */
export function objectNeed(operation: ObjectOperation): BodyNeed {
  const isJudged =
    operation.kind === 'delete-many' || (operation.kind === 'setting' && /^Put (?:acl|policy)$/.test(operation.name));
  return { kind: isJudged ? 'whole' : 'none' };
}

export function objectAction(
  request: RequestView,
  store: ObjectStore,
  place: ObjectPlace,
  operation: ObjectOperation,
  body: InspectedBody,
): Action {
  const inspected = store.sure && place.sure && body.problem === null;
  const call = { inspected, bucket: place.bucket, name: place.key === '' ? undefined : place.key };
  switch (operation.kind) {
    case 'setting':
      return settingAction(request, store, place, operation, body);
    case 'unknown':
      return fileAction(request, { verb: 'unknown-write', ...call });
    case 'delete-many':
      return manyDeleted(request, call, body);
    case 'delete':
    case 'abort':
      return fileAction(request, {
        verb: 'delete',
        ...call,
        names: [place.key],
        part: operation.kind === 'abort' ? true : undefined,
      });
    default:
      return uploadAction(request, store, call, operation.kind);
  }
}

type Call = Pick<FileCall, 'inspected' | 'bucket' | 'name'>;

function manyDeleted(request: RequestView, call: Call, body: InspectedBody): Action {
  const names = deletedKeys(body);
  return fileAction(request, { verb: 'delete', ...call, inspected: call.inspected && names !== null, names: names ?? undefined });
}

function uploadAction(request: RequestView, store: ObjectStore, call: Call, kind: ObjectOperation['kind']): Action {
  const source = copySource(request, store.prefix);
  const carriesFile = source === undefined && (kind === 'put' || kind === 'part');
  return fileAction(request, {
    verb: 'upload',
    ...call,
    inspected: call.inspected && source !== null,
    bytes: carriesFile ? fileBytes(request) : undefined,
    source: source ?? undefined,
    public: grantsByHeader(request) ? true : undefined,
    part: kind === 'put' || kind === 'form' ? undefined : true,
  });
}

function settingAction(
  request: RequestView,
  store: ObjectStore,
  place: ObjectPlace,
  { verb, name }: Extract<ObjectOperation, { kind: 'setting' }>,
  body: InspectedBody,
): Action {
  const isJudged = objectNeed({ kind: 'setting', verb, name }).kind === 'whole';
  const open = isJudged ? grantsByBody(name, body) : false;
  return cloudAction(request, {
    ...store.cloud,
    verb,
    inspected: store.sure && place.sure && body.problem === null && open !== null,
    bucket: place.bucket,
    operation: name,
    targets: place.key === '' ? undefined : [place.key],
    public: grantsByHeader(request) || open === true ? true : undefined,
  });
}

/** aws-chunked frames the file inside the body, so the body's length says more than the file's. */
function fileBytes(request: RequestView): number | undefined {
  const isFramed =
    request.headers.get('x-amz-content-sha256')?.startsWith('STREAMING-') === true ||
    request.headers.has('x-amz-decoded-content-length');
  return declaredBytes(request, isFramed ? 'x-amz-decoded-content-length' : 'content-length');
}

/** `s3/bucket/key` of a copy; undefined when it is none; null when the field can't be read surely. */
function copySource(request: RequestView, prefix: string): string | undefined | null {
  const values = [...request.headers.all('x-amz-copy-source'), ...request.headers.all('x-goog-copy-source')];
  const [value, second] = values;
  if (value === undefined) return undefined;
  if (second !== undefined) return null;
  try {
    const source = decodeURIComponent(value.trim().replace(/\?versionId=[^?]*$/, '')).replace(/^\//, '');
    return /^[^/]{1,255}\/./.test(source) ? `${prefix}${source}` : null;
  } catch {
    return null;
  }
}
