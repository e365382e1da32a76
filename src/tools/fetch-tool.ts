// A tool that asks a URL, as the actions that the request itself would be.

import type { Action } from '../classify/action.ts';
import { recognise } from '../classify/registry.ts';
import type { JsonObject } from '../classify/strict-json.ts';
import { NO_BODY, unread } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';
import { readWrittenRequest } from '../http/written-request.ts';
import { textAt } from './argument-at.ts';
import type { ToolMapping } from './tool-mapping.ts';

/** No user information, no backslash, no blank, no fragment: readers of URLs differ on what those mean (E7). */
const URL_TEXT = /^https?:\/\/[^/?#\\\s@]+(?:[/?][^#\\\s]*)?$/i;
const MAX_CHARACTERS = 8192;

/** `args`: null when they could not be read. What nobody can say the address of is a write to an unknown host. */
export function fetchTool(view: RequestView, mapping: ToolMapping, args: JsonObject | null): readonly Action[] {
  const url = args === null ? null : textAt(args, mapping.given['url']);
  const request = typeof url === 'string' ? requestFor(url, mapping.action === 'http.read' ? 'GET' : 'POST') : null;
  if (request === null) return [unreadFetch(view)];
  // What such a tool sends along is not in its arguments as it will be.
  return recognise(request).classify(request.method === 'GET' ? NO_BODY : unread('the tool makes it')).actions;
}

function requestFor(url: string, method: 'GET' | 'POST'): RequestView | null {
  if (!URL_TEXT.test(url) || url.length > MAX_CHARACTERS || !/^[\x21-\x7e]*$/.test(url)) return null;
  // The scheme in lower case is how a request line has it.
  const target = url.replace(/^https?/i, (scheme) => scheme.toLowerCase());
  try {
    return readWrittenRequest(Buffer.from(`${method} ${target} HTTP/1.1\r\n\r\n`, 'latin1')).view;
  } catch {
    return null;
  }
}

function unreadFetch({ method, path }: RequestView): Action {
  const facts = { host: 'unknown', method, path, inspected: false };
  return { name: 'http.write', resource: { type: 'Host', id: 'unknown' }, parents: [], facts };
}
