// What is asked of an upstream whose answer will be read: codings that can be undone, and the whole of it.

import { contentCodings } from '../http/content-decoder.ts';
import { HeaderList, type RawHeaders } from '../http/headers.ts';

/** A part of an answer can't be rewritten by what it means. */
const PARTS: ReadonlySet<string> = new Set(['range', 'if-range']);

/** Only what the client accepts too, so that what passes untouched can be read by it. */
export function readableCodings(headers: RawHeaders): RawHeaders {
  const fields = new HeaderList(headers);
  const asked = fields.all('accept-encoding');
  const codings = asked.flatMap((value) => value.split(',')).map((coding) => coding.trim());
  const kept = codings.filter((coding) => contentCodings([coding.split(';', 1)[0] ?? '']) !== null);
  if (kept.length === codings.length) return headers;
  return fields.with('accept-encoding', kept.length === 0 ? 'identity' : kept.join(', ')).raw;
}

export function wholeAnswer(headers: RawHeaders): RawHeaders {
  const fields = new HeaderList(headers);
  return [...PARTS].some((name) => fields.has(name)) ? fields.without(PARTS).raw : headers;
}
