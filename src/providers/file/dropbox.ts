// Dropbox and Box: uploads to the content hosts; Dropbox names the path in a header.

import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonObject, readJson } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { declaredBytes, type FileVerb, fileAction } from './file-action.ts';

export const dropbox: Provider = {
  name: 'dropbox',
  family: 'file',
  hosts: ['content.dropboxapi.com', 'api.dropboxapi.com', 'upload.box.com', 'api.box.com'],
  recognise(request) {
    if (isPlainRead(request)) return null;
    const verb = verbOf(request);
    const path = verb === 'upload' && request.authority.host.endsWith('.dropboxapi.com') ? dropboxPath(request) : undefined;
    const call = {
      verb,
      inspected: !request.ambiguousPath && path !== null,
      bytes: declaredBytes(request),
      name: path ?? undefined,
    };
    return { need: { kind: 'none' }, classify: () => [fileAction(request, call)] };
  },
  refuse: (_request, refusal) =>
    jsonAnswer(refusal, { error_summary: `no_permission/${refusalSentence(refusal)}`, message: refusalSentence(refusal) }),
};

function verbOf({ authority, segments }: RequestView): FileVerb {
  const path = segments.join('/');
  if (authority.host === 'content.dropboxapi.com')
    return /^2\/files\/upload(?:_session\/(?:start|append|append_v2|start_batch|append_batch|finish|finish_batch|finish_batch_v2))?$/.test(
      path,
    )
      ? 'upload'
      : 'unknown-write';
  if (authority.host === 'upload.box.com') return 'upload';
  return /^2\/files\/(?:delete(?:_v2|_batch)?|permanently_delete)$/.test(path) ? 'delete' : 'unknown-write';
}

/** `Dropbox-API-Arg` is JSON with every character beyond ASCII escaped. Undefined: it names no path. Null: it can't be read surely. */
function dropboxPath(request: RequestView): string | undefined | null {
  const [argument, second] = request.headers.all('dropbox-api-arg');
  if (argument === undefined) return undefined;
  const { value } = readJson(Buffer.from(argument, 'latin1'));
  if (second !== undefined || !isJsonObject(value)) return null;
  const commit = isJsonObject(value['commit']) ? value['commit'] : value;
  const path = commit['path'];
  return path === undefined ? undefined : typeof path === 'string' ? path.slice(0, 500) : null;
}
