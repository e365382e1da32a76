// The fields of a REST call, wherever its API takes them from: a JSON body, a form, the query.

import { isFormType, isJsonType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { namePath, readForm, readPairs } from '../../classify/form.ts';
import type { FormField } from '../../classify/form.ts';
import { partText, readMultipart } from '../../classify/multipart.ts';
import type { MultipartPart } from '../../classify/multipart.ts';
import { foldName, isJsonArray, isJsonObject, readJson } from '../../classify/strict-json.ts';
import type { Json, JsonObject } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';

/** What a call without a body says: nothing. */
export const NO_FIELDS: JsonObject = Object.create(null);

export interface FieldSources {
  /** Names that routes judge, as the API spells them. Spelt in another case they make a request unsure (threat C5). */
  readonly judged: ReadonlySet<string>;
  /** The same with case folded, each with its own spelling. */
  readonly folded: ReadonlyMap<string, string>;
  /** The server takes forms as well as JSON. */
  readonly form: boolean;
  /** The server merges the query into the fields, or never looks there for them; if false, a judged name there makes a request unsure (E13). */
  readonly query: boolean | 'ignored';
  /** The server reads JSON whatever the content type says (E16). */
  readonly anyType: boolean;
  /** The server's JSON reader ignores the case of keys at every depth (Go, .NET). */
  readonly foldedKeys: boolean;
}

/** Where an API takes fields from: JSON of that type alone, unless said otherwise. */
export function fieldSources(
  given: { readonly judged: readonly string[] } & Partial<Omit<FieldSources, 'judged' | 'folded'>>,
): FieldSources {
  const folded = new Map(given.judged.map((name) => [foldName(name), name]));
  return { form: false, query: false, anyType: false, foldedKeys: false, ...given, judged: new Set(given.judged), folded };
}

export interface CallFields {
  readonly fields: JsonObject;
  readonly document: Json;
}

/** Null when they can't be read surely. Never throws. */
export function readCallFields(request: RequestView, body: InspectedBody, sources: FieldSources): CallFields | null {
  if (body.problem !== null) return null;
  const query = queryFields(request, sources);
  if (query === null) return null;
  const given = bodyFields(request, body, sources);
  if (given === null || hasLookalike(given, sources)) return null;
  if (!isJsonObject(given)) return { fields: query, document: given };
  const fields = merged(given, query);
  return fields === null ? null : { fields, document: given };
}

function bodyFields(request: RequestView, body: InspectedBody, sources: FieldSources): Json {
  if (body.bytes.length === 0) return NO_FIELDS;
  const media = mediaType(request.headers);
  if (sources.form && isFormType(media)) {
    const reading = readForm(body.bytes);
    return reading.problem === null && isUtf8Type(media) ? objectOf(reading.fields, sources) : null;
  }
  if (sources.form && media.type === 'multipart/form-data') {
    const reading = readMultipart(media, body.bytes);
    const fields = reading.problem === null ? reading.parts.map(partField) : [null];
    return fields.every((field) => field !== null) ? objectOf(fields, sources) : null;
  }
  // INVARIANT: no other charset and no second type, whoever says that he ignores both (threat C4).
  if (media.problem !== null || !isUtf8Type(media) || (!sources.anyType && !isJsonType(media))) return null;
  const reading = readJson(body.bytes);
  if (reading.problem !== null || (!isJsonObject(reading.value) && !isJsonArray(reading.value))) return null;
  return reading.value;
}

/** A file is there, and says nothing. */
function partField(part: MultipartPart): FormField | null {
  const path = namePath(part.name ?? '');
  const value = part.filename === undefined ? partText(part) : '';
  return path === null || value === null ? null : { path, value };
}

/** Rack splits at `;` too: what stands behind one counts as a name. */
function queryFields(request: RequestView, sources: FieldSources): JsonObject | null {
  if (request.query === '' || sources.query === 'ignored') return NO_FIELDS;
  if (sources.query) {
    const reading = readPairs(request.query);
    return reading.problem === null ? objectOf(reading.fields, sources) : null;
  }
  const names = [...new URLSearchParams(request.query.replaceAll(';', '&')).keys()];
  return names.some((name) => sources.folded.has(foldName(name.split('[')[0] ?? ''))) ? null : NO_FIELDS;
}

/**
 * A form as an object of texts. INVARIANT: null when a judged name is repeated with another value, or is a container: which one a server
 * takes is its own affair (E13). Containers that nobody judges are only there.
 */
function objectOf(fields: readonly FormField[], { judged, folded }: FieldSources): JsonObject | null {
  const object: Record<string, Json> = Object.create(null);
  const nested = new Map<string, Record<string, Json>>();
  for (const { path, value } of fields) {
    const [root = '', ...inner] = path;
    const known = object[root];
    if (isLookalike(root, { judged, folded })) return null;
    if (judged.has(root) && (inner.length > 0 || (known !== undefined && known !== value))) return null;
    if (inner.length === 0) object[root] = value;
    else {
      const container: Record<string, Json> = nested.get(root) ?? Object.create(null);
      container[inner.join('.')] = value;
      nested.set(root, container);
      object[root] = container;
    }
  }
  return object;
}

/** The same field in the body and in the query must say the same. */
function merged(given: JsonObject, query: JsonObject): JsonObject | null {
  const names = Object.keys(query);
  if (names.length === 0) return given;
  const object: Record<string, Json> = Object.create(null);
  Object.assign(object, given);
  for (const name of names) {
    const value = query[name] ?? null;
    const there = object[name];
    if (there !== undefined && (typeof there === 'object' || String(there) !== value)) return null;
    object[name] = there ?? value;
  }
  return object;
}

function hasLookalike(document: Json, sources: FieldSources): boolean {
  const open: Json[] = [document];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (isJsonObject(value) && Object.keys(value).some((key) => isLookalike(key, sources))) return true;
    if (!sources.foldedKeys) return false;
    if (isJsonArray(value)) open.push(...value.filter((item) => typeof item === 'object' && item !== null));
    else if (isJsonObject(value)) open.push(...Object.values(value).filter((item) => typeof item === 'object' && item !== null));
  }
  return false;
}

/** Most keys are in lower case already, and folding costs. */
function isLookalike(key: string, { judged, folded }: Pick<FieldSources, 'judged' | 'folded'>): boolean {
  return !judged.has(key) && folded.has(/^[a-z0-9_]*$/.test(key) ? key : foldName(key));
}
