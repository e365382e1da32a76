// The Kubernetes API on any host: known by its paths, since a cluster may be called anything.

import type { Action } from '../../classify/action.ts';
import { hostResource } from '../../classify/base-facts.ts';
import { isJsonType, mediaType } from '../../classify/content-type.ts';
import { readPairs } from '../../classify/form.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, type Json, readJson } from '../../classify/strict-json.ts';
import { readYaml } from '../../classify/strict-yaml.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';
import { cloudAction, type CloudVerb } from './cloud-action.ts';
import { type KubernetesPath, kubernetesPath } from './kubernetes-path.ts';
import { kubernetesOperation, kubernetesVerb } from './kubernetes-verb.ts';

export const kubernetes: Provider = {
  name: 'kubernetes',
  family: 'cloud',
  hosts: ['*'],
  accountHeaders: ['impersonate-user', 'impersonate-group', 'impersonate-uid'],
  recognise,
  refuse,
};

function recognise(request: RequestView): Recognition | null {
  const path = kubernetesPath(request.segments);
  if (path === null) return null;
  const verb = kubernetesVerb(request, path, isPlainRead(request));
  if (verb === null) return null;
  return {
    need: { kind: request.hasBody && verb !== 'execute' ? 'whole' : 'none' },
    classify: (body) => [kubernetesAction(request, path, verb, body)],
  };
}

function kubernetesAction(request: RequestView, path: KubernetesPath, verb: CloudVerb, body: InspectedBody): Action {
  const document = readManifest(request, verb, body);
  const cluster = `kubernetes/${hostResource(request).id}${path.cluster === undefined ? '' : `~${path.cluster}`}`;
  const name = path.name ?? (document === undefined ? undefined : manifestName(document));
  return cloudAction(request, {
    verb,
    provider: 'kubernetes',
    inspected: body.problem === null && document !== undefined && !hasAmbiguousPath(request),
    scopes: path.namespace === undefined ? [cluster] : [`${cluster}/${path.namespace}`, cluster],
    service: path.group,
    operation: kubernetesOperation(request, path),
    targets: [`${path.resource}/${name ?? '*'}`],
    dryRun: isDryRun(request, verb, document) ? true : undefined,
    command: verb === 'execute' ? queryCommand(request.query) : undefined,
  });
}

/**
 * Undefined: it could not be read. Protobuf and CBOR are not; a JSON Patch is a list. Bodies that only `execute` would read are not asked for,
 * and an absent one is null.
 */
function readManifest(request: RequestView, verb: CloudVerb, body: InspectedBody): Json | undefined {
  if (verb === 'execute' || !request.hasBody) return null;
  if (body.problem !== null) return undefined;
  const media = mediaType(request.headers);
  if (media.problem !== null) return undefined;
  if (isJsonType(media)) return readJson(body.bytes).value;
  if (/^application\/(?:yaml|apply-patch\+yaml)$/.test(media.type)) {
    // kubectl sends JSON under YAML's name, which it is.
    const json = body.bytes[0] === 0x7b ? readJson(body.bytes).value : undefined;
    return json ?? readYaml(body.bytes).value;
  }
  return undefined;
}

function manifestName(document: Json): string | undefined {
  const metadata = isJsonObject(document) ? document['metadata'] : undefined;
  const name = isJsonObject(metadata) ? (metadata['name'] ?? metadata['generateName']) : undefined;
  return typeof name === 'string' ? name : undefined;
}

/**
 * `dryRun=All`, once and exactly (E32). A deletion with a body is told by its DeleteOptions alone: the server then does not look at the query.
 */
function isDryRun(request: RequestView, verb: CloudVerb, document: Json | undefined): boolean {
  if (verb === 'execute' || verb === 'secret' || document === undefined) return false;
  if (request.method === 'DELETE' && request.hasBody) {
    const asked = isJsonObject(document) ? document['dryRun'] : undefined;
    return isJsonArray(asked) && asked.length === 1 && asked[0] === 'All';
  }
  const { fields, problem } = readPairs(request.query);
  const asked = fields.filter(({ path }) => path[0]?.toLowerCase() === 'dryrun');
  return problem === null && asked.length === 1 && asked[0]?.path.join() === 'dryRun' && asked[0].value === 'All';
}

/** `command=sh&command=-c&command=…`, one argument each. */
function queryCommand(query: string): string | undefined {
  const words = readPairs(query).fields.filter(({ path }) => path[0] === 'command');
  return words.length === 0 ? undefined : words.map(({ value }) => value).join(' ');
}

function refuse(_request: RequestView, refusal: Refusal): NativeAnswer {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: refusalSentence(refusal) };
  return jsonAnswer(refusal, { ...status, reason: 'Forbidden', code: refusal.kind === 'failed' ? refusal.status : 403 });
}
