// What a search of Elasticsearch names besides its path: other indexes in its body, and scripts.

import { isJsonArray, isJsonObject, type Json, readJson } from '../../classify/strict-json.ts';

interface SearchReading {
  /** Indexes that the body names. */
  readonly indexes: readonly string[];
  readonly scripts: boolean;
  /** It searches what was opened before, under a key that tells nothing. */
  readonly opaque: boolean;
  /** Of a change by query: it says which documents. */
  readonly where: boolean;
}

const MAX_INDEXES = 200;
/** Any member of these names counts, whatever it means where it stands: a look-up of terms, a percolated document, one of many gets. */
const INDEX_KEYS: ReadonlySet<string> = new Set(['index', '_index', 'indices']);

/** Null: it can't be read. `lines`: each line is a document (`_msearch`). */
export function readSearch(bytes: Buffer, lines: boolean): SearchReading | null {
  const texts = lines ? splitLines(bytes) : [bytes];
  if (texts === null) return null;
  const documents: Json[] = [];
  for (const text of texts) {
    const { value } = readJson(text);
    if (!isJsonObject(value)) return null;
    documents.push(value);
  }
  const found = { indexes: new Set<string>(), scripts: false, opaque: false };
  // A stack and not a recursion; the reader has bounded depth and number.
  const open: Json[] = [...documents];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (isJsonArray(value)) open.push(...value);
    else if (isJsonObject(value)) for (const [key, member] of Object.entries(value)) note(key, member, found, open);
    if (found.indexes.size > MAX_INDEXES) return null;
  }
  const [first] = documents;
  return { ...found, indexes: [...found.indexes], where: isJsonObject(first) && selects(first['query']) };
}

interface Found {
  readonly indexes: Set<string>;
  scripts: boolean;
  opaque: boolean;
}

function note(key: string, member: Json, found: Found, open: Json[]): void {
  if (key.includes('script') || key === 'runtime_mappings') found.scripts = true;
  if (key === 'pit' || key === 'scroll_id') found.opaque = true;
  if (INDEX_KEYS.has(key)) {
    const names = isJsonArray(member) ? member : [member];
    for (const name of names) if (typeof name === 'string') for (const one of name.split(',')) found.indexes.add(one);
  }
  open.push(member);
}

/** Is it more than everything? No proof: other queries may match all as well. */
export function selects(query: Json | undefined): boolean {
  if (!isJsonObject(query)) return false;
  const [kind] = Object.keys(query);
  const inner = kind === undefined ? undefined : query[kind];
  const isEmpty = isJsonObject(inner) && Object.keys(inner).length === 0;
  return kind !== undefined && kind !== 'match_all' && !isEmpty;
}

/** More hold the event loop for over 20 ms (measured). */
const MAX_LINES = 5000;

/** Lines without their break; the last may be left open. Null: too many, or an empty one, which servers differ on. */
export function splitLines(bytes: Buffer): Buffer[] | null {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(0x0a, from);
    const end = found === -1 ? bytes.length : found;
    const line = bytes.subarray(from, end);
    if (line.length === 0 || lines.length >= MAX_LINES) return null;
    lines.push(line);
    from = end + 1;
  }
  return lines.length === 0 ? null : lines;
}
