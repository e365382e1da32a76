// Google Cloud Storage's JSON API: what a request does to which bucket, by its path.

import { readField } from '../../classify/fields.ts';
import { readPairs } from '../../classify/form.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { CloudVerb } from '../cloud/cloud-action.ts';

export type GcsCall =
  | { readonly kind: 'upload'; readonly bucket: string; readonly name: string | undefined; readonly part: boolean }
  | { readonly kind: 'copy'; readonly bucket: string; readonly name: string | undefined; readonly source: string | undefined }
  | { readonly kind: 'delete'; readonly bucket: string; readonly name: string }
  | { readonly kind: 'setting'; readonly verb: CloudVerb; readonly bucket: string | undefined; readonly name: string }
  | { readonly kind: 'unknown'; readonly bucket: string | undefined };

const ACCESS: ReadonlySet<string> = new Set(['iam', 'acl', 'defaultObjectAcl', 'notificationConfigs', 'managedFolders']);

/** `own` are the segments behind `storage/v1`. Null: not this API's. */
export function gcsCall(request: RequestView, isUpload: boolean, own: readonly string[]): GcsCall | null {
  const [root, bucket, collection, name, verb] = own;
  if (root === 'projects') return { kind: 'setting', verb: 'access', bucket: undefined, name: 'hmacKeys' };
  if (root !== 'b') return null;
  if (bucket === undefined) return { kind: 'setting', verb: 'create', bucket: undefined, name: 'buckets.insert' };
  if (isUpload) return upload(request, bucket, own);
  if (collection === undefined) return bucketCall(request, bucket);
  if (collection !== 'o')
    return { kind: 'setting', verb: ACCESS.has(collection) ? 'access' : 'change', bucket, name: `buckets.${collection}` };
  if (verb === undefined) return objectCall(request, bucket, name);
  if (verb === 'acl' || verb === 'iam') return { kind: 'setting', verb: 'access', bucket, name: `objects.${verb}` };
  return copied(request, bucket, own);
}

function upload(request: RequestView, bucket: string, own: readonly string[]): GcsCall {
  if (own.length !== 3 || own[2] !== 'o') return { kind: 'unknown', bucket };
  const { fields, problem } = readPairs(request.query);
  const [name, type] = [readField(fields, 'name'), readField(fields, 'uploadType')];
  if (problem !== null || name.state === 'many' || type.state !== 'one') return { kind: 'unknown', bucket };
  // A resumable upload is opened without a byte; its pieces say which one they are by its id alone.
  return { kind: 'upload', bucket, name: name.state === 'one' ? name.value : undefined, part: type.value === 'resumable' };
}

function bucketCall({ method }: RequestView, bucket: string): GcsCall {
  if (method === 'DELETE') return { kind: 'setting', verb: 'delete', bucket, name: 'buckets.delete' };
  const isPatch = method === 'PATCH' || method === 'PUT';
  // Its body may hold ACLs, and lifecycle rules that delete: told as what gives access.
  return isPatch ? { kind: 'setting', verb: 'access', bucket, name: 'buckets.patch' } : { kind: 'unknown', bucket };
}

function objectCall({ method }: RequestView, bucket: string, name: string | undefined): GcsCall {
  if (name === undefined) return { kind: 'unknown', bucket };
  if (method === 'DELETE') return { kind: 'delete', bucket, name };
  const isPatch = method === 'PATCH' || method === 'PUT';
  return isPatch ? { kind: 'setting', verb: 'access', bucket, name: 'objects.patch' } : { kind: 'unknown', bucket };
}

/** `b/{b}/o/{o}/copyTo|rewriteTo/b/{b2}/o/{o2}`, `b/{b}/o/{o}/compose`. */
function copied({ method }: RequestView, bucket: string, own: readonly string[]): GcsCall {
  const [, , , name = '', verb, root, into, collection, target] = own;
  if (method !== 'POST') return { kind: 'unknown', bucket };
  if (verb === 'compose' && own.length === 5) return { kind: 'copy', bucket, name, source: `gcs/${bucket}` };
  const isCopy = (verb === 'copyTo' || verb === 'rewriteTo') && root === 'b' && collection === 'o' && own.length === 9;
  if (!isCopy || into === undefined) return { kind: 'unknown', bucket };
  return { kind: 'copy', bucket: into, name: target, source: `gcs/${bucket}/${name}` };
}
