// Google Cloud Storage: its JSON API, uploads and batches, and the XML API that speaks S3's protocol.

import type { Action } from '../../classify/action.ts';
import { readPairs } from '../../classify/form.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { cloudAction } from '../cloud/cloud-action.ts';
import { googleAnswer } from '../google-error.ts';
import type { Provider, Recognition } from '../provider.ts';
import { declaredBytes, fileAction } from './file-action.ts';
import { type GcsCall, gcsCall } from './gcs-json.ts';
import { type ObjectBatch, objectBatch } from './object-batch.ts';
import { objectAction, objectNeed, type ObjectStore } from './object-call.ts';
import { objectOperation } from './object-operation.ts';
import { type ObjectPlace, pathPlace } from './object-place.ts';

export const gcs: Provider = {
  name: 'gcs',
  family: 'file',
  hosts: ['storage.googleapis.com', 'www.googleapis.com', '*.storage.googleapis.com', '*.googleapis.com'],
  accountHeaders: ['x-goog-user-project'],
  recognise,
  refuse: (_request, refusal) => googleAnswer(refusal),
};

/** `storage.googleapis.com`, mTLS and regional ones, and `{bucket}.storage.googleapis.com`. */
const HOST = /^(?:(.+)\.)?storage(?:\.mtls|\.[a-z0-9-]+\.rep)?\.googleapis\.com$/;
const CLOUD = { provider: 'gcp', service: 'storage' };

function recognise(request: RequestView): Recognition | null {
  if (isPlainRead(request)) return null;
  const { host } = request.authority;
  const [, bucket] = HOST.exec(host) ?? [];
  if (host !== 'www.googleapis.com' && !HOST.test(host)) return null;
  const json = jsonRequest(request);
  if (json !== null && isBatch(request))
    return { need: { kind: 'whole' }, classify: (body) => objectBatch(request, body, BATCH) ?? [gcsAction(request, json)] };
  if (json !== null) return { need: { kind: 'none' }, classify: () => [gcsAction(request, json)] };
  return host === 'www.googleapis.com' ? null : xmlRequest(request, bucket);
}

/** At most a hundred calls. A call with a credential of its own is not judged for anybody. */
const BATCH: ObjectBatch = {
  maxItems: 100,
  classify(view) {
    const json = view.headers.has('authorization') ? null : jsonRequest(view);
    return json === null ? null : gcsAction(view, json);
  },
};

function isBatch(request: RequestView): boolean {
  return request.method === 'POST' && request.path === '/batch/storage/v1';
}

/** `/storage/v1/…`, `/upload/storage/v1/…`, `/resumable/upload/…`, `/batch/storage/v1`. Null: another API. */
function jsonRequest(request: RequestView): GcsCall | null {
  const segments = request.segments
    .flatMap((segment, at) => (at < 3 ? segment.split('/') : [segment]))
    .filter((one) => one !== '');
  const own = segments[0] === 'resumable' ? segments.slice(1) : segments;
  if (own[0] === 'batch') return own[1] === 'storage' ? { kind: 'unknown', bucket: undefined } : null;
  const isUpload = own[0] === 'upload';
  const path = isUpload ? own.slice(1) : own;
  if (path[0] !== 'storage' || path[1] !== 'v1') return null;
  return gcsCall(request, isUpload, path.slice(2)) ?? { kind: 'unknown', bucket: undefined };
}

function gcsAction(request: RequestView, call: GcsCall): Action {
  // `%2F` in an object's name is as it should be; anything else that is odd is not.
  const inspected = !request.ambiguousPath;
  const bucket = call.bucket === undefined ? undefined : `gcs/${call.bucket}`;
  const open = opensToAll(request.query) ? true : undefined;
  switch (call.kind) {
    case 'setting':
      return cloudAction(request, { ...CLOUD, verb: call.verb, inspected, bucket, operation: call.name, public: open });
    case 'upload': {
      const bytes = declaredBytes(
        request,
        request.headers.has('x-upload-content-length') ? 'x-upload-content-length' : undefined,
      );
      const part = call.part ? true : undefined;
      return fileAction(request, { verb: 'upload', inspected, bucket, name: call.name, bytes, part, public: open });
    }
    case 'copy':
      return fileAction(request, { verb: 'upload', inspected, bucket, name: call.name, source: call.source, public: open });
    case 'delete':
      return fileAction(request, { verb: 'delete', inspected, bucket, name: call.name, names: [call.name] });
    default:
      return fileAction(request, { verb: 'unknown-write', inspected: inspected && call.bucket !== undefined, bucket });
  }
}

function opensToAll(query: string): boolean {
  return readPairs(query).fields.some(
    ({ path, value }) =>
      /^(?:predefined(?:default)?(?:object)?acl|destinationpredefinedacl)$/i.test(path[0] ?? '') &&
      /^(?:public|authenticated)Read/i.test(value),
  );
}

function xmlRequest(request: RequestView, bucket: string | undefined): Recognition {
  const place: ObjectPlace =
    bucket === undefined
      ? pathPlace(request, 'gcs/', true)
      : { bucket: `gcs/${bucket}`, key: request.segments.join('/'), sure: !request.ambiguousPath };
  const operation = objectOperation(request, place.bucket !== undefined, place.key !== '');
  const store: ObjectStore = { cloud: CLOUD, prefix: 'gcs/', sure: true };
  return { need: objectNeed(operation), classify: (body) => [objectAction(request, store, place, operation, body)] };
}
