// Python package uploads, on any host: a multipart form whose field `:action` is `file_upload`.

import type { Action } from '../../classify/action.ts';
import { mediaType } from '../../classify/content-type.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { publishAction } from './publish-action.ts';

/** Fields come before the file; more than this before it is no upload of a package. */
const MAX_PREFIX_BYTES = 64 * 1024;

export const pypi: Provider = {
  name: 'pypi',
  family: 'publish',
  hosts: ['*'],
  recognise(request) {
    if (isPlainRead(request) || request.method !== 'POST' || mediaType(request.headers).type !== 'multipart/form-data')
      return null;
    // The index's own path says it even when the form does not.
    const byPath = /(?:^|\/)legacy$/.test(request.segments.join('/'));
    return {
      need: { kind: 'prefix', measure },
      ...(byPath ? {} : { tentative: true }),
      classify: (body) => classify(request, body, byPath),
      // Fields that are larger than what is looked at: what stands behind them is not known.
      mayHide: (body) => body.bytes.length >= MAX_PREFIX_BYTES && !body.bytes.includes('filename='),
    };
  },
  refuse: (_request, refusal) => ({
    status: 403,
    headers: ['content-type', 'text/plain; charset=utf-8'],
    body: Buffer.from(`403 ${refusalSentence(refusal)}\n`),
  }),
};

/** Up to the first part that is a file, or as much as is ever looked at. */
function measure(bytes: Buffer): number | 'more' | 'invalid' {
  const file = bytes.indexOf('filename=');
  if (file !== -1) return file;
  if (bytes.length >= MAX_PREFIX_BYTES) return MAX_PREFIX_BYTES;
  return /\r\n--[^\r\n]{1,70}--\s*$/.test(bytes.toString('latin1', Math.max(0, bytes.length - 120))) ? bytes.length : 'more';
}

const FIELD = /form-data; name="?(:action|name|version|filetype)"?\r\n(?:[^\r\n]{1,200}\r\n){0,4}\r\n([^\r\n]{0,200})(?=\r\n)/gi;

/** The field's name or its value, written in a way that some form readers take and this one does not. */
const SMELL = /:action|%3aaction|file_upload/i;

function classify(request: RequestView, body: InspectedBody, byPath: boolean): readonly Action[] | null {
  const fields = new Map<string, string[]>();
  const text = body.bytes.toString('utf8');
  for (const [, name = '', value = ''] of text.matchAll(FIELD)) {
    const key = name.toLowerCase();
    fields.set(key, [...(fields.get(key) ?? []), value]);
  }
  const action = fields.get(':action');
  if (action === undefined && !byPath && !SMELL.test(text)) return null;
  const [name, another] = fields.get('name') ?? [];
  const [version] = fields.get('version') ?? [];
  const sure = body.problem === null && action?.length === 1 && another === undefined && !request.ambiguousPath;
  return [publishAction(request, { ecosystem: 'pypi', verb: 'package', inspected: sure, name, version })];
}
