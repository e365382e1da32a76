// Strict YAML for bodies that are judged: one document that is JSON in other clothes; anchors, tags, merge keys and repeats are problems (E20).

import { isUtf8 } from 'node:buffer';
import { parseDocument } from 'yaml';
import { type Json, readJson } from './strict-json.ts';

type YamlReading = { readonly value: Json; readonly problem: null } | { readonly value: undefined; readonly problem: string };

/** The parser builds a tree with positions and comments: larger bodies would hold the event loop (threat C9). */
const MAX_BYTES = 8192;
/** An alias or anchor, a tag, a merge key, a directive: what YAML 1.1 and 1.2 readers, or cautious and bold ones, take differently. */
const UNUSUAL = /(?:^|[\s[{,:-])(?:[&*!]\S|<<\s*:|\?\s)|^%/m;

/** Reads one document. Never throws. */
export function readYaml(bytes: Buffer): YamlReading {
  if (bytes.length > MAX_BYTES) return unsure(`the YAML is larger than ${MAX_BYTES} bytes`);
  if (!isUtf8(bytes)) return unsure('the YAML is not UTF-8');
  const text = bytes.toString('utf8');
  if (UNUSUAL.test(text)) return unsure('the YAML uses anchors, tags, merge keys or directives');
  const document = parseDocument(text, { uniqueKeys: true, strict: true, merge: false });
  if (document.errors.length > 0 || document.warnings.length > 0) return unsure('the YAML is not one readable document');
  return asJson(document.toJS({ maxAliasCount: 0 }));
}

/** Through JSON: keys that are no strings, and numbers that are none in JSON, are problems there. */
function asJson(value: unknown): YamlReading {
  const reading = readJson(Buffer.from(JSON.stringify(value) ?? ''));
  return reading.problem === null ? reading : unsure('the YAML holds what JSON can not');
}

function unsure(problem: string): YamlReading {
  return { value: undefined, problem };
}
