// Azure Blob storage: files put, copied, deleted, and containers opened; requests may be signed in the query (SAS), which changes nothing here.

import type { Action } from '../../classify/action.ts';
import { readPairs } from '../../classify/form.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { azureStorageAnswer } from '../cloud/azure-answer.ts';
import { cloudAction, type CloudVerb } from '../cloud/cloud-action.ts';
import type { Provider, Recognition } from '../provider.ts';
import { declaredBytes, fileAction } from './file-action.ts';
import { type ObjectBatch, objectBatch } from './object-batch.ts';

export const azureBlob: Provider = {
  name: 'azure-blob',
  family: 'file',
  hosts: ['core.windows.net', 'core.usgovcloudapi.net', 'core.chinacloudapi.cn', 'storage.azure.net'].map((name) => `*.${name}`),
  recognise,
  unknownWrite: serviceWrite,
  refuse: (_request, refusal) => azureStorageAnswer(refusal),
};

const HOST =
  /^([a-z0-9-]{1,40})(?:\.z[0-9]{1,3})?\.(?:blob|dfs)\.(?:core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)|storage\.azure\.net)$/;
const UPLOADS: ReadonlySet<string> = new Set(['', 'block', 'blocklist', 'appendblock', 'page', 'copy', 'incrementalcopy']);
const SETTINGS: ReadonlySet<string> = new Set(
  'metadata properties tags lease tier snapshot undelete expiry seal rename'.split(' '),
);

/** Azure's own limit. */
const MAX_ITEMS = 256;

function recognise(request: RequestView): Recognition | null {
  const account = HOST.exec(request.authority.host)?.[1];
  if (account === undefined || isPlainRead(request)) return null;
  const batch = batchOf(request, account);
  if (batch === null) return { need: { kind: 'none' }, classify: () => [blobAction(request, account)] };
  return { need: { kind: 'whole' }, classify: (body) => objectBatch(request, body, batch) ?? [blobAction(request, account)] };
}

/**
 * `POST /?comp=batch`, or `POST /{container}?restype=container&comp=batch` for blobs of that container. Each item has a signature of its own,
 * so whose it is is not compared.
 */
function batchOf(request: RequestView, account: string): ObjectBatch | null {
  const { fields } = readPairs(request.query);
  const of = (name: string): string =>
    fields.flatMap(({ path, value }) => (path[0]?.toLowerCase() === name ? [value.toLowerCase()] : [])).join();
  const [container, another] = request.path === '/' ? [] : request.segments;
  const isWhole = another === undefined && of('restype') === (container === undefined ? '' : 'container');
  if (request.method !== 'POST' || request.ambiguousPath || of('comp') !== 'batch' || !isWhole) return null;
  const isIn = (view: RequestView): boolean =>
    view.segments.length > 1 && (container === undefined || view.segments[0] === container);
  return { maxItems: MAX_ITEMS, classify: (view) => (isIn(view) ? blobAction(view, account) : null) };
}

function blobAction(request: RequestView, account: string): Action {
  const { fields, problem } = readPairs(request.query);
  const of = (name: string): readonly string[] =>
    fields.filter(({ path }) => path[0]?.toLowerCase() === name).map(({ value }) => value.toLowerCase());
  const [comps, types] = [of('comp'), of('restype')];
  const [container, ...rest] = request.segments;
  const name = rest.length === 0 ? undefined : rest.join('/');
  const readable = problem === null && comps.length <= 1 && types.length <= 1 && !request.ambiguousPath && container !== '';
  // With one segment it is a container where `restype` says so, else a file in the root container.
  const isContainer = types[0] === 'container';
  const sure = readable && !(isContainer && name !== undefined);
  const bucket =
    container === undefined ? undefined : `azure/${account}/${isContainer || name !== undefined ? container : '$root'}`;
  const call: BlobCall = { bucket, name: name ?? (isContainer ? undefined : container), comp: comps[0] ?? '', sure };
  if (types[0] === 'service' || container === undefined)
    return settingAction(request, call, call.comp === 'batch' ? 'unknown-write' : 'access');
  return isContainer ? containerAction(request, call) : fileCall(request, call);
}

/** The account's other services (queues, tables, file shares), and whatever comes to live beside them (E39). */
function serviceWrite(request: RequestView): Action {
  const service = /\.(queue|table|file)\./.exec(request.authority.host)?.[1];
  return cloudAction(request, { verb: 'unknown-write', provider: 'azure', service, inspected: true });
}

interface BlobCall {
  readonly bucket: string | undefined;
  readonly name: string | undefined;
  readonly comp: string;
  readonly sure: boolean;
}

function containerAction(request: RequestView, call: BlobCall): Action {
  if (call.comp === 'acl') return settingAction(request, call, 'access');
  if (call.comp === 'batch') return fileAction(request, { verb: 'unknown-write', inspected: false, bucket: call.bucket });
  if (request.method === 'DELETE') return settingAction(request, call, 'delete');
  return settingAction(request, call, call.comp === '' && request.method === 'PUT' ? 'create' : 'change');
}

function settingAction(request: RequestView, { bucket, comp, sure }: BlobCall, verb: CloudVerb): Action {
  const open = request.headers.all('x-ms-blob-public-access').some((value) => /^(?:container|blob|true)$/i.test(value.trim()));
  return cloudAction(request, {
    verb,
    provider: 'azure',
    service: 'blob',
    inspected: sure,
    bucket,
    operation: `${request.method.toLowerCase()} ${comp || 'container'}`,
    public: open ? true : undefined,
  });
}

function fileCall(request: RequestView, { bucket, name, comp, sure }: BlobCall): Action {
  const { method } = request;
  if (method === 'DELETE' && comp === '')
    return fileAction(request, { verb: 'delete', inspected: sure, bucket, name, names: name === undefined ? [] : [name] });
  if ((method === 'PUT' && UPLOADS.has(comp)) || (method === 'PATCH' && comp === '')) {
    const sources = [...request.headers.all('x-ms-copy-source'), ...request.headers.all('x-ms-rename-source')];
    const isPart = comp !== '' && comp !== 'copy';
    return fileAction(request, {
      verb: 'upload',
      inspected: sure && sources.length <= 1,
      bucket,
      name,
      bytes: sources.length === 0 && comp !== 'blocklist' ? declaredBytes(request) : undefined,
      source: sources[0]?.split('?', 1)[0],
      part: isPart ? true : undefined,
    });
  }
  if (SETTINGS.has(comp) && method === 'PUT')
    return cloudAction(request, {
      verb: 'change',
      provider: 'azure',
      service: 'blob',
      inspected: sure,
      bucket,
      operation: `put ${comp}`,
    });
  return fileAction(request, { verb: 'unknown-write', inspected: sure, bucket, name });
}
