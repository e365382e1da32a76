// One YAML file with its positions: what it holds, and where each thing stands.

import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type Document } from 'yaml';
import { InterlockError } from '../errors.ts';

type KeyPath = readonly PropertyKey[];

export interface YamlSource {
  readonly file: string;
  readonly value: unknown;
  /** `file:line:column` of the value at `path`, or of the nearest thing above it. With `key`, of that key inside it. */
  where(path: KeyPath, key?: string): string;
}

/** More than this is no configuration; the parser is quick, but nothing is read without a bound. */
const MAX_CHARS = 1024 * 1024;

/** Parses one document. Throws CONFIG_INVALID with line and column; duplicate keys and alias bombs are errors too. */
export function parseYaml(text: string, file: string): YamlSource {
  if (text.length > MAX_CHARS) throw new InterlockError('CONFIG_INVALID', `${file}: larger than ${MAX_CHARS} characters`);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true, stringKeys: true, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const document = 'empty' in documents ? undefined : documents[0];
  if (document === undefined) return { file, value: null, where: () => `${file}:1:1` };
  const second = 'empty' in documents ? undefined : documents[1];
  if (second !== undefined)
    throw new InterlockError('CONFIG_INVALID', `${at(second.range[0])}: expected one YAML document, found a second`);
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) throw new InterlockError('CONFIG_INVALID', `${at(problem.pos[0])}: ${oneLine(problem.message)}`);
  return { file, value: toValue(document, file), where: (path, key) => at(offsetOf(document, path, key)) };
}

function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new InterlockError('CONFIG_INVALID', `${file}: ${oneLine(String(error))}`, { cause: error });
  }
}

function offsetOf(document: Document, path: KeyPath, key: string | undefined): number {
  let node: unknown = document.contents;
  for (const step of path) {
    const next = child(node, step);
    if (next === undefined) break;
    node = next;
  }
  const target = key === undefined ? node : (keyNode(node, key) ?? node);
  return isNode(target) ? startOf(target) : 0;
}

function child(node: unknown, step: PropertyKey): Node | undefined {
  if (isSeq(node) && typeof step === 'number') return asNode(node.items[step]);
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isScalar(item.key) && item.key.value === step);
  // A key without a value has an empty node: its place is the key's.
  return asNode(pair?.value) ?? asNode(pair?.key);
}

function keyNode(node: unknown, key: string): Node | undefined {
  if (!isMap(node)) return undefined;
  return asNode(node.items.find((item) => isScalar(item.key) && item.key.value === key)?.key);
}

function asNode(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').replace(/[:.]\s*$/, '');
}
