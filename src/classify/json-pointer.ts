// Sets one member of a JSON document by RFC 6901 pointer, on a copy: the document that was judged stays as it was.

import { InterlockError } from '../errors.ts';
import { isJsonArray, isJsonObject, type Json, JsonNumber } from './strict-json.ts';

/**
 * The document with one value replaced, or added to an object that is there. Throws CONSTRAINT_FAILED when the pointer is not one, or
 * runs through something that does not exist: a constraint that quietly changes nothing would be a grant.
 */
export function setPointer(document: Json, pointer: string, value: string | number | boolean): Json {
  const tokens = pointerTokens(pointer);
  return setAt(document, tokens, toJson(value), pointer);
}

/** `/a~1b/0` is `['a/b', '0']`. Throws CONSTRAINT_FAILED. */
export function pointerTokens(pointer: string): readonly string[] {
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer))
    throw failed(`\`${pointer}\` is not a JSON pointer such as \`/from/email\``);
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A value of a constraint as JSON: fractions keep their shortest text. */
export function toJson(value: string | number | boolean): Json {
  return typeof value !== 'number' || Number.isSafeInteger(value) ? value : new JsonNumber(JSON.stringify(value));
}

function setAt(node: Json, tokens: readonly string[], value: Json, pointer: string): Json {
  const [token, ...rest] = tokens;
  if (token === undefined) return value;
  if (isJsonArray(node))
    return node.with(arrayIndex(node, token, pointer), setAt(node[Number(token)] ?? null, rest, value, pointer));
  if (!isJsonObject(node)) throw failed(`the body has nothing at \`${pointer}\` to set`);
  const child = node[token];
  if (child === undefined && rest.length > 0) throw failed(`the body has nothing at \`${pointer}\` to set`);
  const copy: Record<string, Json> = Object.create(null);
  Object.assign(copy, node);
  copy[token] = setAt(child ?? null, rest, value, pointer);
  return copy;
}

function arrayIndex(node: readonly Json[], token: string, pointer: string): number {
  if (!/^(?:0|[1-9][0-9]{0,6})$/.test(token) || Number(token) >= node.length)
    throw failed(`the body has nothing at \`${pointer}\` to set`);
  return Number(token);
}

function failed(message: string): InterlockError {
  return new InterlockError('CONSTRAINT_FAILED', message, {
    hint: 'check the field named in constraints.yaml against the request',
  });
}
