// Which entries belong to an entry: what became of it, who decided about it, what was disclosed of it.

import type { Json } from '../record/canonical.ts';
import type { StoredEntry } from '../record/entry-codec.ts';

type Body = { readonly [key: string]: Json };
type Placed = Pick<StoredEntry, 'sequence' | 'body'>;

/**
 * Does `other` tell more of `entry`? By what both say themselves, so a reader of a proof asks the same.
 * INVARIANT: an approval or an outcome of something else is never shown beside an entry.
 */
export function belongs(entry: Placed, other: Placed): boolean {
  if (entry.sequence === other.sequence) return false;
  const [own, its] = [entry.body, other.body];
  switch (its['type']) {
    case 'outcome':
      return isVerdict(own) && its['verdictEntry'] === String(entry.sequence) && same(own, its, 'exchange');
    case 'verdict':
      if (own['type'] === 'outcome') return own['verdictEntry'] === String(other.sequence) && same(own, its, 'exchange');
      return sameTicket(own, its);
    case 'ticket':
    case 'question':
      return sameTicket(own, its);
    case 'plan':
      return planOf(own) !== null && planOf(own) === planOf(its);
    case 'disclosure':
      return its['entry'] === String(entry.sequence);
    default:
      return false;
  }
}

/** The ticket that an entry is about, waits for or was let out by. */
export function ticketOf(body: Body): string | null {
  return textOf(body['ticket']);
}

export function planOf(body: Body): string | null {
  const plan = body['plan'];
  if (body['type'] === 'plan') return textOf(plan);
  return typeof plan === 'object' && plan !== null && 'id' in plan ? textOf(plan['id']) : null;
}

function isVerdict(body: Body): boolean {
  return body['type'] === 'verdict';
}

function sameTicket(own: Body, its: Body): boolean {
  return ticketOf(own) !== null && ticketOf(own) === ticketOf(its);
}

function same(own: Body, its: Body, key: string): boolean {
  return textOf(own[key]) !== null && own[key] === its[key];
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
