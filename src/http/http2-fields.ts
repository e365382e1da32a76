// Between flat header lists and HTTP/2 field blocks (RFC 9113 §8.2): lower case, no connection-specific fields.

import type { RawHeaders } from './headers.ts';

export type Http2Fields = Record<string, string | string[]>;

/** RFC 9113 §8.2.2: a message with these is malformed. */
const CONNECTION_SPECIFIC = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'host',
]);

export function toHttp2Fields(headers: RawHeaders): Http2Fields {
  // Without a prototype: a field may be named `constructor` or `__proto__`, and goes out as it came.
  const fields: Http2Fields = Object.create(null);
  for (let i = 0; i < headers.length; i += 2) {
    const name = (headers[i] ?? '').toLowerCase();
    const value = headers[i + 1] ?? '';
    if (CONNECTION_SPECIFIC.has(name)) continue;
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [before, value];
  }
  return fields;
}

/** Without the pseudo-header fields. `raw` is what Node hands to the `stream` and `response` events. */
export function fromHttp2Raw(raw: readonly string[]): string[] {
  const headers: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (!name.startsWith(':')) headers.push(name, raw[i + 1] ?? '');
  }
  return headers;
}
