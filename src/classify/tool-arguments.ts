// A tool's arguments as facts: policies have sets and strings, so the tree is told as lines, and what it points at is named apart.

import { domainToASCII } from 'node:url';
import { isJsonArray, isJsonObject, type Json, JsonNumber, type JsonObject } from './strict-json.ts';
import type { Fact } from './action.ts';

const MAX_LEAVES = 200;
const MAX_VALUE_CHARACTERS = 1024;
const MAX_TEXT_CHARACTERS = 12_000;
/** Marks looked at in all texts together: each may stand before a host. With more of them the hosts are not known. */
const MAX_MARKS = 200;
const AFTER_SCHEME = /(?:[^\s/?#@"'<>\\]{0,200}@)?([^\s/?#@:"'<>\\[\]]{1,253}|\[[0-9a-f:.]{2,45}\])/iy;
const AFTER_AT = /[a-z0-9.\u0080-\uffff-]{1,253}/iy;
const PATH = /^(?:~|\.{1,2}|[a-z]:)?[\\/]|^file:\/\//i;

/** Facts about the arguments. `argumentsKnown` is false when some of them were too many or too long to be told. */
export function argumentFacts(args: JsonObject): Record<string, Fact> {
  const leaves = leavesOf(args);
  if (leaves === null) return { argumentsKnown: false, argumentNames: Object.keys(args).slice(0, MAX_LEAVES).map(escaped) };
  const lines = leaves.map(({ place, value }) =>
    value.length > MAX_VALUE_CHARACTERS ? `${place}~` : `${place}=${escaped(value)}`,
  );
  const text = `\n${[...new Set(lines)].join('\n')}\n`;
  const texts = leaves.map(({ value }) => value);
  const hosts = hostsAfter('://', texts, AFTER_SCHEME);
  const domains = hostsAfter('@', texts, AFTER_AT);
  const fits = text.length <= MAX_TEXT_CHARACTERS;
  return {
    argumentsKnown:
      fits && hosts !== null && domains !== null && leaves.every(({ value }) => value.length <= MAX_VALUE_CHARACTERS),
    argumentNames: [...new Set(leaves.map(({ place }) => place))],
    ...(fits ? { arguments: [...new Set(lines)], argumentText: text } : {}),
    ...(hosts === null ? {} : { argumentHosts: hosts }),
    ...(domains === null ? {} : { argumentDomains: domains }),
    argumentPaths: [...new Set(texts.filter((value) => value.length <= MAX_VALUE_CHARACTERS && PATH.test(value)))],
  };
}

interface Leaf {
  readonly place: string;
  readonly value: string;
}

/** Every scalar with its place, in order: `to[]`, `filter.owner`. Null when there are too many. */
function leavesOf(args: JsonObject): Leaf[] | null {
  const leaves: Leaf[] = [];
  const open: (readonly [place: string, value: Json])[] = [['', args]];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const [place, value] = next;
    if (leaves.length + open.length > MAX_LEAVES || place.length > MAX_VALUE_CHARACTERS) return null;
    if (isJsonObject(value) || isJsonArray(value)) {
      if (Object.keys(value).length > MAX_LEAVES) return null;
    }
    if (isJsonObject(value)) open.unshift(...membersOf(place === '' ? '' : `${place}.`, value));
    else if (isJsonArray(value)) open.unshift(...value.map((item) => [`${place}[]`, item] as const));
    else leaves.push({ place, value: spelled(value) });
  }
  return leaves;
}

function membersOf(prefix: string, object: JsonObject): (readonly [string, Json])[] {
  // INVARIANT: no key can imitate a place: what parts places and values is escaped in keys.
  return Object.keys(object).map((key) => [`${prefix}${escaped(key).replace(/[.=~[\]]/g, '\\$&')}`, object[key] ?? null]);
}

function spelled(value: Json): string {
  if (typeof value === 'string') return value.toWellFormed();
  return value instanceof JsonNumber ? value.raw : String(value);
}

/** INVARIANT: a line of `argumentText` holds no line break but its own, so no value can imitate another argument. */
function escaped(text: string): string {
  return text.toWellFormed().replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
}

/** The hosts of all URLs in a text, as A-labels; null when there are too many to be told. */
export function urlHosts(text: string): readonly string[] | null {
  return hostsAfter('://', [text], AFTER_SCHEME);
}

/**
 * What stands behind each mark; null when there are too many marks, because a list with some left out would be a lie. By the marks, because
 * a pattern that looks for its own beginning is quadratic in a hostile text.
 */
function hostsAfter(mark: string, texts: readonly string[], pattern: RegExp): string[] | null {
  const hosts = new Set<string>();
  let marks = 0;
  for (const text of texts) {
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
      marks += 1;
      if (marks > MAX_MARKS) return null;
      pattern.lastIndex = at + mark.length;
      const match = pattern.exec(text);
      const host = (match?.[1] ?? match?.[0] ?? '').toLowerCase().replace(/[.-]+$/, '');
      if (host !== '') hosts.add(/^[a-z0-9.-]+$/.test(host) ? host : domainToASCII(host) || host);
    }
  }
  return [...hosts];
}
