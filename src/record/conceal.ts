// Splits an entry body into what is hashed and what lies beside. reveal.ts joins the two again.

import { isBudgetFact } from '../budget/budget.ts';
import { InterlockError } from '../errors.ts';
import { boundedList, boundedText, MAX_LIST_MEMBERS } from './bounded-text.ts';
import { canonical } from './canonical.ts';
import { commitText, newSalt } from './commitment.ts';
import type { EntryBody } from './entry.ts';
import { OPEN_FACTS } from './open-facts.ts';

interface Concealed {
  /** Canonical text (RFC 8785) of the body as it will be hashed. */
  readonly text: string;
  /** Text of the `HiddenValues` (reveal.ts); null when the entry hides nothing. */
  readonly hiddenText: string | null;
}

/** Resources whose id is a person's: a mail address, an account. */
const PERSONAL_RESOURCES: ReadonlySet<string> = new Set(['Mailbox', 'Account']);

/** Fields of bodies that may repeat what a fact says, or that an agent or a source address can write. */
const SENSITIVE_FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  verdict: new Set(['reason', 'changed', 'query', 'headers']),
  question: new Set(['reason', 'changed']),
  refusals: new Set(['source', 'sample']),
  ticket: new Set(['note']),
  disclosure: new Set(['reason']),
  erasure: new Set(['reason']),
  hold: new Set(['reason']),
  plan: new Set(['note']),
};
const NO_FIELDS: ReadonlySet<string> = new Set();
const CURLY = 0x7b;

/** Characters and members that one entry may hold in all. A push of a thousand refs stays far below; over it the action is refused. */
const MAX_SIZE = 1024 * 1024;

/**
 * The body as it will be hashed, each sensitive value replaced by its commitment, every text bounded and well formed; and the values
 * with their salts. Throws RECORD_FAILED for an oversized body or a value that JSON does not know.
 * INVARIANT: the text is what `canonical` would write. It is written directly because this runs twice for every request.
 */
export function conceal(body: EntryBody): Concealed {
  const work: Work = { hidden: '', size: 0 };
  const fields = SENSITIVE_FIELDS[body.type] ?? NO_FIELDS;
  const text = members(record(body), (key, value) => {
    if (fields.has(key) && !isEmpty(value)) return hide(work, key, value);
    return key === 'actions' || key === 'substitute' ? actionsText(work, key, value) : bounded(work, value);
  });
  return { text: joined(text), hiddenText: work.hidden === '' ? null : joined(`{${work.hidden}}`) };
}

/**
 * The same text in one piece. V8 only notes what was put together: some sixty objects for an entry, which it carries along while the entry
 * waits and walks through at each reading. To ask for one of its characters makes it join them.
 */
function joined(text: string): string {
  if (text.charCodeAt(0) === CURLY) return text;
  throw new InterlockError('RECORD_FAILED', 'an entry must be an object');
}

type Fields = Readonly<Record<string, unknown>>;

interface Work {
  /** Members of the hidden record so far. */
  hidden: string;
  /** Characters and members so far. */
  size: number;
}

function actionsText(work: Work, place: string, actions: unknown): string {
  if (!Array.isArray(actions)) return bounded(work, actions);
  return listOf(actions, (action, index) => actionText(work, `${place}/${index}`, action));
}

function actionText(work: Work, place: string, action: unknown): string {
  return members(record(action), (key, value) => {
    if (key === 'facts') return factsText(work, `${place}/facts`, record(value));
    if (key === 'resource') return resourceText(work, `${place}/resource`, record(value));
    return bounded(work, value);
  });
}

function factsText(work: Work, place: string, facts: Fields): string {
  return members(facts, (name, value) => {
    const open = typeof value === 'boolean' || OPEN_FACTS.has(name) || isBudgetFact(name);
    return open ? bounded(work, value) : hide(work, `${place}/${name}`, value);
  });
}

function resourceText(work: Work, place: string, resource: Fields): string {
  const type = resource['type'];
  const personal = typeof type === 'string' && PERSONAL_RESOURCES.has(type);
  return members(resource, (key, value) => (personal && key === 'id' ? hide(work, `${place}/id`, value) : bounded(work, value)));
}

function hide(work: Work, place: string, value: unknown): string {
  const salt = newSalt();
  const text = bounded(work, value);
  const comma = work.hidden === '' ? '' : ',';
  work.hidden += `${comma}${JSON.stringify(place)}:{"salt":"${salt}","value":${text}}`;
  return `{"commitment":"${commitText(text, salt)}"}`;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Canonical text of a value with every text in it bounded. */
function bounded(work: Work, value: unknown): string {
  if (typeof value === 'string') {
    const text = boundedText(value);
    spend(work, text.length);
    return quoted(text);
  }
  spend(work, 1);
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return canonical(value);
  if (Array.isArray(value)) return listText(work, value);
  return members(record(value), (_, member) => bounded(work, member));
}

/** A list of texts is cut with a digest of the rest; any other list is never cut, so that no action goes unnamed. */
function listText(work: Work, list: readonly unknown[]): string {
  const texts = list.length > MAX_LIST_MEMBERS && list.every((member) => typeof member === 'string');
  const kept: readonly unknown[] = texts ? boundedList(list) : list;
  return listOf(kept, (member) => bounded(work, member));
}

function listOf(list: readonly unknown[], text: (member: unknown, index: number) => string): string {
  let out = '[';
  for (let i = 0; i < list.length; i += 1) out += i === 0 ? text(list[i], i) : `,${text(list[i], i)}`;
  return `${out}]`;
}

const NEEDS_NO_ESCAPE = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return NEEDS_NO_ESCAPE.test(text) ? `"${text}"` : JSON.stringify(text);
}

function spend(work: Work, size: number): void {
  work.size += size;
  if (work.size > MAX_SIZE) throw new InterlockError('RECORD_FAILED', `an entry may hold at most ${MAX_SIZE} characters`);
}

interface KeyOrder {
  readonly keys: readonly string[];
  readonly sorted: ReadonlyArray<{ readonly key: string; readonly prefix: string }>;
}

/** The orders found for each number of keys: bodies of one type come in a few shapes, and sorting costs more than comparing. */
const orders: KeyOrder[][] = Array.from({ length: 64 }, () => []);
const MAX_SHAPES = 8;

function members(fields: Fields, text: (key: string, value: unknown) => string): string {
  const { sorted } = keyOrder(Object.keys(fields));
  let out = '{';
  for (const { key, prefix } of sorted) out += prefix + text(key, fields[key]);
  return `${out}}`;
}

function keyOrder(keys: readonly string[]): KeyOrder {
  const found = orders[keys.length];
  const known = found?.find((order) => sameKeys(order.keys, keys));
  if (known !== undefined) return known;
  const sorted = keys.toSorted().map((key, i) => ({ key, prefix: `${i === 0 ? '' : ','}${canonical(key)}:` }));
  const order = { keys, sorted };
  if (found !== undefined && found.length < MAX_SHAPES) found.push(order);
  return order;
}

function sameKeys(known: readonly string[], keys: readonly string[]): boolean {
  for (let i = 0; i < keys.length; i += 1) if (known[i] !== keys[i]) return false;
  return true;
}

function record(value: unknown): Fields {
  if (isFields(value)) return value;
  throw new InterlockError('RECORD_FAILED', `an entry can't hold a ${value === null ? 'null' : typeof value} there`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
