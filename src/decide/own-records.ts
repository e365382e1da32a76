// `context.plan` and its like: records that Interlock itself fills. Everything else in a context is flat and comes from the request.

import type { Action, Fact, OwnRecord, OwnRecords } from '../classify/action.ts';

/** What a bundle's schema may declare of each, all of it optional to the bundle. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plan: { expected: 'Bool', step: 'Long', id: 'String' },
  announcedBy: { tool: 'String', entry: 'String', equal: 'Bool' },
  taint: { hosts: 'Set', servers: 'Set', kinds: 'Set', untrusted: 'Bool', inSession: 'Bool', complete: 'Bool' },
};

interface Declared {
  readonly attributes?: ReadonlyMap<string, { readonly kind: string; readonly element?: { readonly kind: string } }>;
}

/** Why this record can't be the type of this fact; null when it can. INVARIANT: a member that nobody fills would be an error in every question. */
export function recordProblem(name: string, type: Declared): string | null {
  const known = KNOWN[name];
  if (known === undefined) return 'must be a String, Long, Bool or Set<String>';
  for (const [member, declared] of type.attributes ?? []) {
    const kind = known[member];
    if (kind === undefined) return `has no member \`${member}\`: it has ${Object.keys(known).join(', ')}`;
    if (declared.kind !== kind || (kind === 'Set' && declared.element?.kind !== 'String'))
      return `has a member \`${member}\` that is a ${kind === 'Set' ? 'Set<String>' : kind}`;
  }
  return null;
}

/** As it goes into keys: members in a fixed order, each with its type and length. */
export function recordKey(record: OwnRecord | undefined): string {
  if (record === undefined) return '-';
  const members = Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `r${members.length}:${members.map(([name, value]) => `${name}=${valueKey(value)}`).join('')}`;
}

function valueKey(value: Fact): string {
  if (typeof value === 'object') return `set${value.length}:${value.map((item) => `${item.length}:${item}`).join('')}`;
  return `${typeof value}${String(value).length}:${value}`;
}

/** As they are recorded: `plan.expected`, a name that no fact of a request can have. */
export function flatRecords(own: Action['own']): Action['facts'] {
  const flat: Record<string, Fact> = {};
  for (const [name, record] of Object.entries(own ?? {}))
    for (const [member, value] of Object.entries(record)) flat[`${name}.${member}`] = value;
  return flat;
}

/** The way back, from recorded facts. */
export function recordsOf(facts: Action['facts']): { readonly facts: Action['facts']; readonly own: OwnRecords } {
  const plain: Record<string, Fact> = {};
  const own: Record<string, Record<string, Fact>> = {};
  for (const [key, value] of Object.entries(facts)) {
    const [, name, member] = /^(\w+)\.(\w+)$/.exec(key) ?? [];
    if (name === undefined || member === undefined) plain[key] = value;
    else own[name] = { ...own[name], [member]: value };
  }
  return { facts: plain, own };
}
