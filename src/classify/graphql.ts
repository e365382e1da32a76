// What a GraphQL request runs: the selected operation's root fields with their arguments, aliases, fragments and variables resolved.

import { createHash } from 'node:crypto';
import { Kind, parse } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, SelectionNode, ValueNode } from 'graphql';
import { hasMoreThan } from './sign-count.ts';
import { JsonNumber, foldName, isJsonArray, isJsonObject, readJson } from './strict-json.ts';
import type { Json, JsonObject } from './strict-json.ts';

/** One root field. `args` holds what could be resolved; null when something in it could not be read surely. */
export interface GraphqlField {
  /** The schema's name, not the alias: `mergePullRequest`. */
  readonly name: string;
  /** Where its result stands in `data`: the alias, or the name. */
  readonly key: string;
  readonly args: JsonObject | null;
}

export interface GraphqlOperation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly fields: readonly GraphqlField[];
}

/** `operations` has one entry for each element of a batch; null for one whose effect can't be told. */
export interface GraphqlRequest {
  readonly operations: readonly (GraphqlOperation | null)[];
  /** True when the body was an array, so that the answer must be one too. */
  readonly batch: boolean;
}

const MAX_TOKENS = 20_000;
/** Comments are no tokens to the parser, and cost as much. Signs of them in strings count too. */
const MAX_COMMENTS = 5000;
const MAX_BATCH = 100;
const MAX_FIELDS = 1000;
const MAX_DEPTH = 32;
/** Members by which a server may run a document stored there, beside or instead of the one that is sent (E25). */
export const STORED_NAMES: readonly string[] = ['id', 'documentId', 'queryId', 'doc_id'];
const ENVELOPE: ReadonlySet<string> = new Set(['query', 'operationName', 'variables', 'extensions', ...STORED_NAMES]);
const FOLDED: ReadonlySet<string> = new Set([...ENVELOPE].map(foldName));

/** The text behind the SHA-256 of a persisted document, when an earlier request showed it. */
export type StoredDocument = (sha256: string) => string | undefined;

const NOTHING_STORED: StoredDocument = () => undefined;

/** Reads a JSON body. Null when it is no GraphQL request that every server reads alike. */
export function readGraphql(bytes: Buffer, stored: StoredDocument = NOTHING_STORED): GraphqlRequest | null {
  const reading = readJson(bytes);
  return reading.problem === null ? readEnvelopes(reading.value, stored) : null;
}

/** The same for a document that came another way: as form fields, or as a message of a socket. */
export function readEnvelopes(value: Json, stored: StoredDocument = NOTHING_STORED): GraphqlRequest | null {
  if (!isJsonArray(value)) return isJsonObject(value) ? { operations: [readOperation(value, stored)], batch: false } : null;
  if (value.length === 0 || value.length > MAX_BATCH) return null;
  return { operations: value.map((element) => (isJsonObject(element) ? readOperation(element, stored) : null)), batch: true };
}

/** The hash by which an envelope names its document, lower case; undefined when it names none. */
export function persistedHash(envelope: JsonObject): string | undefined {
  const { extensions } = envelope;
  const persisted = isJsonObject(extensions) ? extensions['persistedQuery'] : undefined;
  const hash = isJsonObject(persisted) ? persisted['sha256Hash'] : undefined;
  return typeof hash === 'string' ? hash.toLowerCase() : undefined;
}

function readOperation(envelope: JsonObject, stored: StoredDocument): GraphqlOperation | null {
  const { operationName, variables, extensions } = envelope;
  const query = documentOf(envelope, stored);
  // A hash without its text says nothing of what will run (threat C16).
  if (query === null || !query.isWellFormed() || STORED_NAMES.some((name) => name in envelope)) return null;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return null;
  if (variables !== undefined && variables !== null && !isJsonObject(variables)) return null;
  if (extensions !== undefined && extensions !== null && !isJsonObject(extensions)) return null;
  if (Object.keys(envelope).some((key) => !ENVELOPE.has(key) && FOLDED.has(foldName(key)))) return null;
  const document = parseDocument(query);
  if (document === null) return null;
  const operation = selectOperation(document, operationName ?? null);
  if (operation === null) return null;
  const fields = rootFields(document, operation, variablesOf(operation, variables ?? null));
  return fields === null ? null : { kind: operation.operation, fields };
}

/** INVARIANT: a text beside the hash of another is not what runs on every server. */
function documentOf(envelope: JsonObject, stored: StoredDocument): string | null {
  const { query, extensions } = envelope;
  const hash = persistedHash(envelope);
  if (hash === undefined) {
    // Another way of naming a stored document is not known, so it is not what the text says.
    const opaque =
      isJsonObject(extensions) && extensions['persistedQuery'] !== undefined && extensions['persistedQuery'] !== null;
    return typeof query === 'string' && !opaque ? query : null;
  }
  if (query === undefined || query === null) return stored(hash) ?? null;
  return typeof query === 'string' && createHash('sha256').update(query).digest('hex') === hash ? query : null;
}

function parseDocument(text: string): DocumentNode | null {
  if (hasMoreThan(text, '#', MAX_COMMENTS)) return null;
  try {
    return parse(text, { maxTokens: MAX_TOKENS, noLocation: true });
  } catch {
    return null; // a syntax error, too many tokens, or a nest so deep that the parser's stack ran out (RangeError)
  }
}

/** Only the named operation runs; without a name there must be exactly one. */
function selectOperation(document: DocumentNode, name: string | null): OperationDefinitionNode | null {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const wanted = name === null || name === '' ? operations : operations.filter((node) => node.name?.value === name);
  return wanted.length === 1 ? (wanted[0] ?? null) : null;
}

/** What the client gave, else the default of the operation. */
function variablesOf(operation: OperationDefinitionNode, given: JsonObject | null): Map<string, Json> {
  const values = new Map<string, Json>();
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const value = given?.[name] ?? undefined;
    if (value !== undefined) values.set(name, value);
    else if (given !== null && name in given) values.set(name, null);
    else if (definition.defaultValue !== undefined) {
      const fallback = readValue(definition.defaultValue, values, 0);
      if (fallback !== undefined) values.set(name, fallback);
    }
  }
  return values;
}

/** Every root field, those in fragments included; `@skip` and `@include` count as executed. Null when there are too many or a fragment is amiss. */
function rootFields(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: ReadonlyMap<string, Json>,
): GraphqlField[] | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.FRAGMENT_DEFINITION) continue;
    if (fragments.has(node.name.value)) return null;
    fragments.set(node.name.value, node);
  }
  const fields: GraphqlField[] = [];
  const spread = new Set<string>();
  const open: SelectionNode[] = [...operation.selectionSet.selections];
  for (let node = open.shift(); node !== undefined; node = open.shift()) {
    if (fields.length >= MAX_FIELDS) return null;
    if (node.kind === Kind.FIELD) {
      const name = node.name.value;
      fields.push({ name, key: node.alias?.value ?? name, args: readArguments(node.arguments ?? [], variables) });
    } else if (node.kind === Kind.INLINE_FRAGMENT) open.unshift(...node.selectionSet.selections);
    else if (!spread.has(node.name.value)) {
      // The same fragment twice selects the same fields, which run once: results merge by key.
      spread.add(node.name.value);
      const fragment = fragments.get(node.name.value);
      if (fragment === undefined) return null;
      open.unshift(...fragment.selectionSet.selections);
    }
  }
  return fields;
}

interface Named {
  readonly name: { readonly value: string };
  readonly value: ValueNode;
}

function readArguments(nodes: readonly Named[], variables: ReadonlyMap<string, Json>): JsonObject | null {
  return readMembers(nodes, variables, 0) ?? null;
}

function readMembers(nodes: readonly Named[], variables: ReadonlyMap<string, Json>, depth: number): JsonObject | undefined {
  const object: Record<string, Json> = Object.create(null);
  for (const node of nodes) {
    if (node.value.kind === Kind.VARIABLE && !variables.has(node.value.name.value)) continue;
    const value = readValue(node.value, variables, depth + 1);
    if (value === undefined || node.name.value in object) return undefined;
    object[node.name.value] = value;
  }
  return object;
}

/** A literal or variable as JSON; undefined when it is too deep, repeats a key, or lists a variable that has no value. */
function readValue(node: ValueNode, variables: ReadonlyMap<string, Json>, depth: number): Json | undefined {
  if (depth > MAX_DEPTH) return undefined;
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables.get(node.name.value);
    case Kind.INT:
    case Kind.FLOAT:
      return Number.isSafeInteger(Number(node.value)) && /^-?\d+$/.test(node.value)
        ? Number(node.value)
        : new JsonNumber(node.value);
    case Kind.STRING:
    case Kind.ENUM:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.NULL:
      return null;
    case Kind.OBJECT:
      return readMembers(node.fields, variables, depth);
    case Kind.LIST: {
      const items = node.values.map((value) => readValue(value, variables, depth + 1));
      return items.every((item) => item !== undefined) ? items : undefined;
    }
  }
}
