// Reads a proof file that came from anywhere: one strict JSON document of the very shape that is documented, or nothing.

import {
  isJsonArray,
  isJsonObject,
  type Json as Parsed,
  JsonNumber,
  type JsonObject,
  readJson,
} from '../classify/strict-json.ts';
import { InterlockError } from '../errors.ts';
import type { Json } from '../record/canonical.ts';
import type { Hidden } from '../record/commitment.ts';
import { MAX_NOTE_CHARS } from '../record/signed-note.ts';
import {
  CONSISTENCY_FORMAT,
  type ConsistencyFile,
  type KeyWord,
  MAX_KEYS,
  MAX_PROOF_BYTES,
  MAX_RELATED,
  PROOF_FORMAT,
  type ProofFile,
  type ProvenBundle,
  type ProvenEntry,
  type Since,
} from './proof-file.ts';

const MAX_ENTRY_CHARS = 4 * 1024 * 1024;
/** No tree that one could count has a longer path. */
const MAX_PATH = 64;
const MAX_FILES = 512;
const HASH = /^[0-9a-f]{64}$/;
const SALT = /^[0-9a-f]{32}$/;
/** In canonical form: the last digit has two bits that say nothing, and one key must have one spelling. */
const KEY = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/**
 * Throws USAGE, naming the member that is not as documented. Duplicate keys, unknown members and versions are refused: what two readers
 * could read differently proves nothing (threat F13).
 */
export function readProof(bytes: Buffer): ProofFile | ConsistencyFile {
  if (bytes.length > MAX_PROOF_BYTES) throw refused(`it is larger than ${MAX_PROOF_BYTES} bytes`);
  const { value, problem } = readJson(bytes);
  if (problem !== null) throw refused(problem.replace(/^the body/, 'the file'));
  const format = isJsonObject(value) ? value['format'] : undefined;
  if (format === PROOF_FORMAT) return proofOf(value);
  if (format === CONSISTENCY_FORMAT) return consistencyOf(value);
  throw refused(`\`format\` is neither "${PROOF_FORMAT}" nor "${CONSISTENCY_FORMAT}"`);
}

function proofOf(value: Parsed): ProofFile {
  const file = members(value, 'the file', ['format', 'publicKey', 'keys', 'checkpoint', 'entry', 'related', 'bundle', 'since']);
  const { bundle, since } = { bundle: file('bundle'), since: file('since') };
  const related = list(file('related'), 'related', MAX_RELATED);
  return {
    format: PROOF_FORMAT,
    ...keyWord(file),
    checkpoint: noteOf(file('checkpoint'), 'checkpoint'),
    entry: entryOf(file('entry'), 'entry'),
    related: related.map((one, i) => entryOf(one, `related/${i}`)),
    bundle: bundle === null ? null : bundleOf(bundle),
    since: since === null ? null : sinceOf(since),
  };
}

function consistencyOf(value: Parsed): ConsistencyFile {
  const file = members(value, 'the file', ['format', 'publicKey', 'keys', 'checkpoint', 'since']);
  return {
    format: CONSISTENCY_FORMAT,
    ...keyWord(file),
    checkpoint: noteOf(file('checkpoint'), 'checkpoint'),
    since: sinceOf(file('since')),
  };
}

type Member = (name: string) => Parsed;

function keyWord(file: Member): KeyWord {
  const publicKey = text(file('publicKey'), 'publicKey', 44);
  if (!KEY.test(publicKey)) throw refused('`publicKey` is not the base64 of 32 bytes');
  return { publicKey, keys: list(file('keys'), 'keys', MAX_KEYS).map((one, i) => entryOf(one, `keys/${i}`)) };
}

function entryOf(value: Parsed, at: string): ProvenEntry {
  const entry = members(value, at, ['text', 'path', 'values']);
  const values = entry('values');
  if (!isJsonObject(values)) throw refused(`\`${at}/values\` is not an object`);
  const kept = Object.entries(values).map(([place, one]) => [place, hiddenOf(one, `${at}/values/${place}`)] as const);
  return {
    text: text(entry('text'), `${at}/text`, MAX_ENTRY_CHARS),
    path: hashes(entry('path'), `${at}/path`),
    values: Object.fromEntries(kept),
  };
}

function hiddenOf(value: Parsed, at: string): Hidden {
  const hidden = members(value, at, ['salt', 'value']);
  const salt = text(hidden('salt'), `${at}/salt`, 32);
  if (!SALT.test(salt)) throw refused(`\`${at}/salt\` is not 32 hex digits`);
  return { salt, value: plain(hidden('value'), at, 0) };
}

/** Hidden values are texts, integers and lists or records of them. */
function plain(value: Parsed, at: string, depth: number): Json {
  if (value instanceof JsonNumber) throw refused(`\`${at}\` holds a number that no entry holds`);
  if (depth > 8) throw refused(`\`${at}\` is nested too deep`);
  if (isJsonArray(value)) return value.map((one) => plain(one, at, depth + 1));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, at, depth + 1)]));
}

function bundleOf(value: Parsed): ProvenBundle {
  const bundle = members(value, 'bundle', ['digest', 'files']);
  const files = bundle('files');
  if (!isJsonObject(files)) throw refused('`bundle/files` is not an object');
  const names = Object.keys(files);
  if (names.length > MAX_FILES) throw refused(`\`bundle/files\` has more than ${MAX_FILES} members`);
  const digest = text(bundle('digest'), 'bundle/digest', 64);
  if (!HASH.test(digest)) throw refused('`bundle/digest` is not 64 hex digits');
  return {
    digest,
    files: new Map(names.map((name) => [name, text(files[name], `bundle/files/${name}`, MAX_ENTRY_CHARS)])),
  };
}

function sinceOf(value: Parsed): Since {
  const since = members(value, 'since', ['checkpoint', 'path']);
  return { checkpoint: noteOf(since('checkpoint'), 'since/checkpoint'), path: hashes(since('path'), 'since/path') };
}

function noteOf(value: Parsed | undefined, at: string): string {
  return text(value, at, MAX_NOTE_CHARS);
}

/** Every one of these members and no other. */
function members(value: Parsed | undefined, at: string, names: readonly string[]): Member {
  if (!isJsonObject(value)) throw refused(`\`${at}\` is not an object`);
  const object: JsonObject = value;
  const unknown = Object.keys(object).find((name) => !names.includes(name));
  if (unknown !== undefined) throw refused(`\`${at}\` has a member that this version does not know: ${JSON.stringify(unknown)}`);
  return (name) => {
    const found = object[name];
    if (found === undefined) throw refused(`\`${at}\` has no \`${name}\``);
    return found;
  };
}

function list(value: Parsed, at: string, most: number): readonly Parsed[] {
  if (!isJsonArray(value)) throw refused(`\`${at}\` is not a list`);
  if (value.length > most) throw refused(`\`${at}\` has more than ${most} members`);
  return value;
}

function hashes(value: Parsed, at: string): string[] {
  return list(value, at, MAX_PATH).map((one) => {
    const found = text(one, at, 64);
    if (!HASH.test(found)) throw refused(`\`${at}\` holds something else than 64 hex digits`);
    return found;
  });
}

function text(value: Parsed | undefined, at: string, most: number): string {
  if (typeof value !== 'string') throw refused(`\`${at}\` is not a text`);
  if (value.length > most) throw refused(`\`${at}\` is longer than ${most} characters`);
  if (!value.isWellFormed()) throw refused(`\`${at}\` holds half a character`);
  return value;
}

function refused(why: string): InterlockError {
  return new InterlockError('USAGE', `this is no proof file that can be checked: ${why}`, {
    hint: 'it is what `interlock ledger prove` writes; docs/ledger-proofs.md says what is in it',
  });
}
