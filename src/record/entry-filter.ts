// Which entries somebody wants to see: by what they can be found by, and by whom they name.

import { eachTerm, type TermKind, type WantedTerm } from './entry-terms.ts';
import { FOUND_BY_TYPE } from './entry-types.ts';
import type { Entry, EntryBody } from './entry.ts';

/** Every kind that is given must hold; of the values of one kind any will do. An empty filter passes everything. */
export type EntryFilter = { readonly [kind in FilterKind]?: readonly string[] };

export type FilterKind = TermKind | 'user' | 'session' | 'policy';

/** Exhaustive, for options, schemas and tables. */
const KINDS: Readonly<Record<FilterKind, string>> = {
  type: 'what it tells: verdict, outcome, ticket, …',
  verdict: 'ALLOW, ALLOW_LOG, CONSTRAIN, WAIT or BLOCK',
  agent: 'the agent',
  user: 'whom the agent acts for; of a ticket move, who made it',
  session: "the agent's session",
  action: 'an action of the exchange, such as email.send',
  host: 'the host of the first action',
  policy: 'a policy that decided, by its id',
  exchange: 'the exchange, and what Interlock itself asked on its behalf',
  ticket: 'the ticket',
  plan: 'the plan',
};

/** What each kind means, in one phrase. */
export const FILTER_KINDS = Object.entries(KINDS).flatMap(([kind, meaning]) => (isKind(kind) ? [{ kind, meaning }] : []));

const TERM_KINDS: ReadonlySet<FilterKind> = new Set(['verdict', 'agent', 'action', 'host', 'exchange', 'ticket', 'plan']);

/** Does it pass by what it says itself? An outcome names no agent and no host: see `passes`. */
export function matchesFilter(entry: Entry, filter: EntryFilter): boolean {
  for (const { kind } of FILTER_KINDS) {
    const wanted = filter[kind];
    if (wanted === undefined) continue;
    if (kind === 'type') {
      if (!wanted.includes(entry.body.type)) return false;
    } else if (TERM_KINDS.has(kind)) {
      if (!hasTerm(entry.body, kind, wanted)) return false;
    } else if (!othersOf(entry.body, kind).some((value) => wanted.includes(value))) return false;
  }
  return true;
}

function hasTerm(body: EntryBody, kind: FilterKind, wanted: readonly string[]): boolean {
  let has = false;
  eachTerm(body, (found, value) => {
    has ||= found === kind && wanted.includes(value);
  });
  return has;
}

/** As `matchesFilter`; what tells more of a verdict passes when the verdict does, so that a request and its outcome stay together. */
export async function passes(
  entry: Entry,
  filter: EntryFilter,
  get: (sequence: number) => Promise<Entry | undefined>,
): Promise<boolean> {
  if (matchesFilter(entry, filter)) return true;
  const { body } = entry;
  if (body.type !== 'outcome' || !/^\d{1,15}$/.test(body.verdictEntry)) return false;
  const { type, ...ofVerdict } = filter;
  if (type !== undefined && !type.includes('outcome')) return false;
  const verdict = await get(Number(body.verdictEntry));
  return verdict !== undefined && matchesFilter(verdict, ofVerdict);
}

/** Values of one kind that are looked for in the index at once: each is read for itself. */
const MAX_VALUES = 32;

/** Terms of the index that narrow the search. A type that is not indexed narrows nothing, alone or among others. */
export function filterTerms(filter: EntryFilter): WantedTerm[] {
  const terms: WantedTerm[] = [];
  for (const kind of ['type', 'verdict', 'agent', 'action', 'host', 'exchange', 'ticket', 'plan'] as const) {
    const values = filter[kind] ?? [];
    const [value, ...or] = values;
    if (value === undefined || values.length > MAX_VALUES) continue;
    if (kind === 'type' && !values.every((type) => FOUND_BY_TYPE.has(type))) continue;
    terms.push(or.length === 0 ? { kind, value } : { kind, value, or });
  }
  return terms;
}

export function isEmptyFilter(filter: EntryFilter): boolean {
  return FILTER_KINDS.every(({ kind }) => filter[kind] === undefined);
}

function othersOf(body: EntryBody, kind: FilterKind): readonly string[] {
  if (kind === 'user') return texts('user' in body ? body.user : 'by' in body ? body.by : null);
  if (kind === 'session') return texts('session' in body ? body.session : null);
  return 'policies' in body && typeof body.policies === 'object' ? body.policies : [];
}

function texts(value: string | null): readonly string[] {
  return value === null ? [] : [value];
}

function isKind(name: string): name is FilterKind {
  return Object.hasOwn(KINDS, name);
}
