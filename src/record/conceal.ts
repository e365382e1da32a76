// Splits an entry body into what is hashed and what lies beside, and joins the two again.

import { InterlockError } from '../errors.ts';
import { boundedList, boundedText, MAX_LIST_MEMBERS } from './bounded-text.ts';
import type { Json } from './canonical.ts';
import { commit, isCommitment, newSalt } from './commitment.ts';
import type { Hidden } from './commitment.ts';
import type { EntryBody } from './entry.ts';

/** Hidden values of one entry by place, for instance `actions/0/facts/recipients`. */
export type HiddenValues = Readonly<Record<string, Hidden>>;

export interface Concealed {
  readonly body: Json;
  /** Null when the entry hides nothing. */
  readonly hidden: HiddenValues | null;
}

/**
 * Facts that are written as they are: what policies turn on and what names no person. Every other fact (recipients, sender,
 * counterparty, subject, path, query, attachments, and any that a new provider brings) is committed to: a forgotten line here hides
 * too much, never too little. Booleans are always open.
 */
const OPEN_FACTS: ReadonlySet<string> = new Set([
  'host', 'method', 'protocol', 'port', 'user', 'session', 'domains', 'ref', 'change', 'amountMinor', 'currency', 'currencySource',
  'actor', 'team', 'operation', 'encoding', 'count', 'recipientCount', 'attachmentCount',
]);

/** Resources whose id is a person's: a mail address, an account. */
const PERSONAL_RESOURCES: ReadonlySet<string> = new Set(['Mailbox', 'Account']);

/** Fields of bodies that may repeat what a fact says, or that an agent or a source address can write. */
const SENSITIVE_FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  verdict: new Set(['reason', 'changed', 'query', 'headers']),
  refusals: new Set(['source', 'sample']),
  ticket: new Set(['note']),
};
const NO_FIELDS: ReadonlySet<string> = new Set();

/** Characters and members that one entry may hold in all. A push of a thousand refs stays far below; over it the action is refused. */
const MAX_SIZE = 1024 * 1024;

/**
 * The body as it will be hashed, each sensitive value replaced by its commitment, every text bounded and well formed; and the values
 * with their salts. Keys come out sorted, which is the fast case of `canonical`. Throws RECORD_FAILED for an oversized body.
 */
export function conceal(body: EntryBody): Concealed {
  const work: Work = { hidden: null, size: 0 };
  const fields = SENSITIVE_FIELDS[body.type] ?? NO_FIELDS;
  const values = record(body);
  const out: Record<string, Json> = {};
  for (const key of sortedKeys(values)) {
    const value = values[key];
    if (fields.has(key) && !isEmpty(value)) out[key] = hide(work, key, value);
    else if (key === 'actions' || key === 'substitute') out[key] = concealActions(work, key, value);
    else out[key] = bounded(work, value);
  }
  return { body: out, hidden: work.hidden };
}

/**
 * The body with hidden values in their places. An erased one reads as the text `commitment:<hex>`, which no longer tells anything
 * but still can be compared.
 */
export function reveal(body: Json, hidden: HiddenValues | null): Json {
  return revealAt(body, hidden ?? {}, '');
}

/** Every commitment in a concealed body with its place. */
export function* commitmentsOf(body: Json, place = ''): Generator<readonly [string, string]> {
  if (body === null || typeof body !== 'object') return;
  if (isCommitment(body)) yield [place, body.commitment];
  else for (const [key, value] of Object.entries(body)) yield* commitmentsOf(value, join(place, key));
}

type Fields = Readonly<Record<string, unknown>>;

/** The last order found for each number of keys: bodies of one type come in one shape, and sorting costs more than comparing. */
const orders: Array<{ readonly keys: readonly string[]; readonly sorted: readonly string[] } | undefined> = [];
const MAX_ORDERS = 64;

interface Work {
  hidden: Record<string, Hidden> | null;
  size: number;
}

function concealActions(work: Work, place: string, actions: unknown): Json {
  if (!Array.isArray(actions)) return bounded(work, actions);
  return actions.map((action: unknown, index) => concealAction(work, `${place}/${index}`, action));
}

function concealAction(work: Work, place: string, action: unknown): Json {
  const fields = record(action);
  const out: Record<string, Json> = {};
  for (const key of sortedKeys(fields)) {
    if (key === 'facts') out[key] = concealFacts(work, `${place}/facts`, record(fields[key]));
    else if (key === 'resource') out[key] = concealResource(work, `${place}/resource`, record(fields[key]));
    else out[key] = bounded(work, fields[key]);
  }
  return out;
}

function concealFacts(work: Work, place: string, facts: Fields): Json {
  const out: Record<string, Json> = {};
  for (const name of sortedKeys(facts)) {
    const open = typeof facts[name] === 'boolean' || OPEN_FACTS.has(name);
    out[name] = open ? bounded(work, facts[name]) : hide(work, `${place}/${name}`, facts[name]);
  }
  return out;
}

function concealResource(work: Work, place: string, resource: Fields): Json {
  const type = resource['type'];
  const personal = typeof type === 'string' && PERSONAL_RESOURCES.has(type);
  const out: Record<string, Json> = {};
  for (const key of sortedKeys(resource)) {
    out[key] = personal && key === 'id' ? hide(work, `${place}/id`, resource[key]) : bounded(work, resource[key]);
  }
  return out;
}

function hide(work: Work, place: string, value: unknown): Json {
  const salt = newSalt();
  const kept = bounded(work, value);
  work.hidden ??= {};
  work.hidden[place] = { salt, value: kept };
  return { commitment: commit(kept, salt) };
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** A copy with every text bounded and keys sorted. */
function bounded(work: Work, value: unknown): Json {
  if (typeof value === 'string') {
    const text = boundedText(value);
    spend(work, text.length);
    return text;
  }
  spend(work, 1);
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (Array.isArray(value)) return boundedMembers(work, value);
  const fields = record(value);
  const out: Record<string, Json> = {};
  for (const key of sortedKeys(fields)) out[key] = bounded(work, fields[key]);
  return out;
}

/** A list of texts is cut with a digest of the rest; any other list is never cut, so that no action goes unnamed. */
function boundedMembers(work: Work, list: readonly unknown[]): Json {
  if (list.length > MAX_LIST_MEMBERS && list.every((member) => typeof member === 'string')) {
    return boundedList(list).map((text) => bounded(work, text));
  }
  return list.map((member) => bounded(work, member));
}

function spend(work: Work, size: number): void {
  work.size += size;
  if (work.size > MAX_SIZE) throw new InterlockError('RECORD_FAILED', `an entry may hold at most ${MAX_SIZE} characters`);
}

function sortedKeys(fields: Fields): readonly string[] {
  const keys = Object.keys(fields);
  const known = orders[keys.length];
  if (known !== undefined && keys.every((key, i) => key === known.keys[i])) return known.sorted;
  // Assigning it would set a prototype and drop the value from the record.
  if (keys.includes('__proto__')) throw new InterlockError('RECORD_FAILED', "an entry can't hold a member named __proto__");
  const order = { keys, sorted: keys.toSorted() };
  if (keys.length < MAX_ORDERS) orders[keys.length] = order;
  return order.sorted;
}

function record(value: unknown): Fields {
  if (isFields(value)) return value;
  throw new InterlockError('RECORD_FAILED', `an entry can't hold a ${value === null ? 'null' : typeof value} there`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function revealAt(body: Json, hidden: HiddenValues, place: string): Json {
  if (body === null || typeof body !== 'object') return body;
  if (isCommitment(body)) return hidden[place]?.value ?? `commitment:${body.commitment}`;
  if (Array.isArray(body)) return body.map((member: Json, index) => revealAt(member, hidden, join(place, String(index))));
  const out: Record<string, Json> = {};
  for (const [key, value] of Object.entries(body)) out[key] = revealAt(value, hidden, join(place, key));
  return out;
}

function join(place: string, key: string): string {
  return place === '' ? key : `${place}/${key}`;
}
