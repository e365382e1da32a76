// npm's registry API, on any host: publish, staged publish, unpublish, tags, tokens, logins.

import type { Action } from '../../classify/action.ts';
import { isJsonType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import { looseText } from '../../classify/loose-json.ts';
import { foldName, isJsonObject, type Json, type JsonObject, lookalikeKey, readJson } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { publishAction } from './publish-action.ts';

export const npm: Provider = {
  name: 'npm',
  family: 'publish',
  hosts: ['*'],
  recognise,
  refuse: (_request, refusal) => jsonAnswer(refusal, { error: refusalSentence(refusal) }),
};

const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]{0,100}\/)?[a-z0-9~-][a-z0-9._~-]{0,200}$/i;
const DOCUMENT_NAMES = new Set(['_id', 'name', 'versions', 'dist-tags', '_attachments', 'access']);

function recognise(request: RequestView): Recognition | null {
  if (isPlainRead(request)) return null;
  const [root = '', ...rest] = request.segments;
  if (root === '-') return special(request, rest);
  const at = request.segments.indexOf('-rev');
  // `/{name}/-rev/{rev}`, also behind the file of one version: versions are taken away, or all of it.
  if (at > 0 && at === request.segments.length - 2) return known(() => removal(request, request.segments.slice(0, at)));
  return request.method === 'PUT' && packageName(request) !== null && mayBeDocument(request) ? document(request) : null;
}

function known(classify: () => Action): Recognition {
  return { need: { kind: 'none' }, classify: () => [classify()] };
}

/** Below `/-/`: staged publishing, tags, tokens, logins. Reads by POST (audits) are not taken for any of them. */
function special(request: RequestView, rest: readonly string[]): Recognition | null {
  const [kind = '', second = ''] = rest;
  if (kind === 'stage' && second === 'package') return staged(request, rest.slice(2).join('/'));
  const isConfig =
    (kind === 'package' && rest.includes('dist-tags')) ||
    (kind === 'user' && second.startsWith('org.couchdb.user:')) ||
    (kind === 'npm' && /^(?:tokens|user|trust)$/.test(rest[2] ?? '')) ||
    kind === 'team' ||
    kind === 'org';
  if (!isConfig) return null;
  const name = kind === 'package' ? rest.slice(1, rest.indexOf('dist-tags')).join('/') : undefined;
  const tag = kind === 'package' ? rest[rest.indexOf('dist-tags') + 1] : undefined;
  const publication = { ecosystem: 'npm', verb: 'config', inspected: !request.ambiguousPath, name, tag } as const;
  return known(() => publishAction(request, publication));
}

function staged(request: RequestView, name: string): Recognition {
  const sure = !request.ambiguousPath && PACKAGE_NAME.test(name);
  return known(() => publishAction(request, { ecosystem: 'npm', verb: 'package', inspected: sure, name, part: true }));
}

function removal(request: RequestView, path: readonly string[]): Action {
  const file = path.indexOf('-');
  const name = (file > 0 ? path.slice(0, file) : path).join('/');
  return publishAction(request, {
    ecosystem: 'npm',
    verb: 'remove',
    inspected: !request.ambiguousPath && PACKAGE_NAME.test(name),
    name,
  });
}

/** The whole path is the name, its slash encoded or not; anything else is somebody else's PUT. */
function packageName({ segments }: RequestView): string | null {
  const name = segments.join('/');
  return PACKAGE_NAME.test(name) ? name : null;
}

/** Registries take a package as JSON alone: an upload of anything else goes on streaming. */
function mayBeDocument({ headers }: RequestView): boolean {
  const media = mediaType(headers);
  return media.problem !== null || isJsonType(media);
}

/** A PUT to `/{name}` is npm's when its document says so: CouchDB and many others take one as well. */
function document(request: RequestView): Recognition | null {
  return {
    need: { kind: 'whole' },
    tentative: true,
    classify(body) {
      if (body.problem !== null) return isClients(request) ? [unread(request)] : null;
      const { value, problem } = readJson(body.bytes);
      // INVARIANT: what readers differ on and holds a package's own names is one that could not be read, not somebody else's write (E17).
      if (problem !== null) return SMELL.test(looseText(body.bytes)) ? [unread(request)] : null;
      return isJsonObject(value) && isPackage(value) ? [publish(request, value)] : null;
    },
  };
}

/** Members that no other document has. */
const SMELL = /"(?:dist-tags|_attachments)"/;

/** A scope in the path, or the client's own fields. */
function isClients({ segments, headers }: RequestView): boolean {
  return (segments[0] ?? '').startsWith('@') || headers.has('npm-command') || headers.has('npm-otp');
}

function unread(request: RequestView): Action {
  return publishAction(request, {
    ecosystem: 'npm',
    verb: 'package',
    inspected: false,
    name: packageName(request) ?? undefined,
  });
}

/** In whatever case: registries written in Go take `Versions` as well. */
function isPackage(value: JsonObject): boolean {
  const names = new Set(Object.keys(value).map(foldName));
  return names.has('name') && ['versions', 'dist-tags'].some((name) => names.has(name));
}

/** Without `_attachments` only what is said of it changes: a deprecation. */
function publish(request: RequestView, value: JsonObject): Action {
  const path = packageName(request);
  const name = value['name'];
  const versions = membersOf(value['versions']);
  const tags = membersOf(value['dist-tags']);
  const sure =
    !request.ambiguousPath &&
    isUtf8Type(mediaType(request.headers)) &&
    mediaType(request.headers).problem === null &&
    name === path &&
    (value['_id'] ?? name) === name &&
    lookalikeKey(value, DOCUMENT_NAMES) === undefined;
  const access = value['access'];
  return publishAction(request, {
    ecosystem: 'npm',
    verb: membersOf(value['_attachments']).length > 0 ? 'package' : 'config',
    inspected: sure,
    name: typeof name === 'string' ? name : undefined,
    version: versions.length === 1 ? versions[0] : undefined,
    tag: tags.length === 1 ? tags[0] : undefined,
    public: typeof access === 'string' ? access === 'public' : undefined,
  });
}

function membersOf(value: Json | undefined): string[] {
  return isJsonObject(value) ? Object.keys(value) : [];
}
