// Strict YAML for bodies that are judged: one document that is JSON in other clothes; anchors, tags, merge keys and repeats are problems (E20).
// Aliases, tags, merge keys and lists as keys meet two layers: the pattern here, and behind it the parser's warnings, nodes that are no
// value, and what a plain scalar is to all readers. Either alone refuses them.

import { isUtf8 } from 'node:buffer';
import { isMap, isScalar, isSeq, type Pair, parseDocument } from 'yaml';
import { readPlainYaml } from './plain-yaml.ts';
import type { Json } from './strict-json.ts';
import { plainScalar } from './yaml-scalar.ts';

type YamlReading = { readonly value: Json; readonly problem: null } | { readonly value: undefined; readonly problem: string };

/** Larger documents are an attack on the reader, not a client (threat C9). */
const MAX_BYTES = 65_536;
/** The whole parser builds a tree with positions and comments, some 5 ms for this many. */
const MAX_WHOLE_BYTES = 8192;
const MAX_DEPTH = 64;
/** An alias or anchor, a tag, a merge key, a directive: what YAML 1.1 and 1.2 readers, or cautious and bold ones, take differently. */
const UNUSUAL = /(?:^|[\s[{,:-])(?:[&*!]\S|<<\s*:|\?\s)|^%/m;
/** Line breaks to some readers only (a lone CR, what YAML 1.1 has beside it), a byte order mark, and what YAML does not allow. */
const UNCLEAR = /\r(?!\n)|[^\t\n\r -~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]/;

/** Reads one document. Never throws. */
export function readYaml(bytes: Buffer): YamlReading {
  if (bytes.length > MAX_BYTES) return unsure(`the YAML is larger than ${MAX_BYTES} bytes`);
  if (!isUtf8(bytes)) return unsure('the YAML is not UTF-8');
  const text = bytes.toString('utf8');
  const plain = readPlainYaml(text);
  return plain === undefined ? readWholeYaml(text) : { value: plain, problem: null };
}

/** With the whole grammar, at twenty times the cost. */
function readWholeYaml(text: string): YamlReading {
  if (text.length > MAX_WHOLE_BYTES) return unsure(`the YAML is not plain and larger than ${MAX_WHOLE_BYTES} bytes`);
  if (UNUSUAL.test(text)) return unsure('the YAML uses anchors, tags, merge keys or directives');
  if (UNCLEAR.test(text)) return unsure('the YAML holds characters that not all readers take alike');
  // `failsafe` leaves plain scalars as they are written: what they mean is told here, once for every version of YAML.
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: false, strict: true, prettyErrors: false });
  if (document.errors.length > 0 || document.warnings.length > 0) return unsure('the YAML is not one readable document');
  const value = valueOf(document.contents, 0);
  return value === undefined ? unsure('the YAML holds what readers of YAML differ on') : { value, problem: null };
}

/** The depth is bounded here; the parser gives up by itself where it nests too deep for it. */
function valueOf(node: unknown, depth: number): Json | undefined {
  if (node === null || depth > MAX_DEPTH) return undefined;
  if (isScalar(node)) return scalarOf(node.value, node.type, node.source);
  if (isMap(node)) return objectOf(node.items, depth);
  if (!isSeq(node)) return undefined;
  const list: Json[] = [];
  for (const item of node.items) {
    const value = valueOf(item, depth + 1);
    if (value === undefined) return undefined;
    list.push(value);
  }
  return list;
}

function objectOf(pairs: readonly Pair[], depth: number): Json | undefined {
  const object: Record<string, Json> = Object.create(null);
  for (const { key, value } of pairs) {
    const name = keyOf(key);
    const member = value === null ? null : valueOf(value, depth + 1);
    // INVARIANT: of a repeated key readers keep the first, the last or both, so none of them is taken (threat C5).
    if (name === undefined || member === undefined || Object.hasOwn(object, name)) return undefined;
    object[name] = member;
  }
  return object;
}

/** A whole number is a text where the document becomes JSON, so `1` and `"1"` are one key. */
function keyOf(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  const name = scalarOf(key.value, key.type, key.source);
  return typeof name === 'string' || typeof name === 'number' ? String(name) : undefined;
}

function scalarOf(value: unknown, type: string | undefined, source: string | undefined): Json | undefined {
  if (type === 'PLAIN') return plainScalar(source ?? '');
  return typeof value === 'string' ? value : undefined;
}

function unsure(problem: string): YamlReading {
  return { value: undefined, problem };
}
