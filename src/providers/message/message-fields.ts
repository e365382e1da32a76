// The fields of a call to a messaging API, whatever they came in as: query, form, multipart or JSON, laid flat.

import { isFormType, isJsonType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { jsonFields, readField } from '../../classify/fields.ts';
import { type FormField, namePath, readForm, readPairs } from '../../classify/form.ts';
import { partText, readMultipart } from '../../classify/multipart.ts';
import { readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';

export interface MessageFields {
  readonly fields: readonly FormField[];
  /** Names of files in a multipart body. */
  readonly files: readonly string[];
}

/** Null when any of it can't be read surely. The same field in query and body must agree: which one counts depends on the server (E13). */
export function messageFields(request: RequestView, body: InspectedBody): MessageFields | null {
  if (body.problem !== null) return null;
  const query = readPairs(request.query);
  if (query.problem !== null) return null;
  if (body.bytes.length === 0) return { fields: query.fields, files: [] };
  const carried = bodyFields(request, body.bytes);
  return carried === null ? null : { fields: [...query.fields, ...carried.fields], files: carried.files };
}

function bodyFields(request: RequestView, bytes: Buffer): MessageFields | null {
  const media = mediaType(request.headers);
  if (media.problem !== null || !isUtf8Type(media)) return null;
  if (isJsonType(media)) {
    const { value } = readJson(bytes);
    const fields = value === undefined ? null : jsonFields(value);
    return fields === null ? null : { fields, files: [] };
  }
  if (isFormType(media)) {
    const { fields, problem } = readForm(bytes);
    return problem === null ? { fields, files: [] } : null;
  }
  return media.type === 'multipart/form-data' ? partFields(media, bytes) : null;
}

function partFields(media: ReturnType<typeof mediaType>, bytes: Buffer): MessageFields | null {
  const { parts, problem } = readMultipart(media, bytes);
  if (problem !== null) return null;
  const fields: FormField[] = [];
  const files: string[] = [];
  for (const part of parts) {
    if (part.filename !== undefined) {
      files.push(part.filename.slice(0, 200).toWellFormed());
      continue;
    }
    const path = namePath(part.name ?? '');
    const value = partText(part);
    if (path === null || value === null) return null;
    fields.push({ path, value });
  }
  return { fields, files };
}

/** Undefined: not there, or empty. Null: more than one reading. */
export function oneOf(fields: readonly FormField[], name: string): string | undefined | null {
  const reading = readField(fields, name);
  if (reading.state === 'one') return reading.value === '' ? undefined : reading.value;
  return reading.state === 'absent' ? undefined : null;
}

/** The first of several names that is there. INVARIANT: one that has two readings is not passed over for the next. */
export function firstOf(fields: readonly FormField[], ...names: readonly string[]): string | undefined | null {
  for (const name of names) {
    const value = oneOf(fields, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Every value of a field that may stand more than once (`MediaUrl`, `to[]`). */
export function everyOf(fields: readonly FormField[], name: string): string[] {
  return fields.filter(({ path }) => path[0] === name).map(({ value }) => value);
}
