// The `keep-recipients` constraint on one message: everybody outside the named domains is taken out of to, cc and bcc.

import type { MailAddress } from '../../classify/email-address.ts';
import type { Json } from '../../classify/strict-json.ts';
import { InterlockError } from '../../errors.ts';

export const RECIPIENT_FIELDS = ['to', 'cc', 'bcc'] as const;
export type RecipientField = (typeof RECIPIENT_FIELDS)[number];

/** One entry of a list as the API takes it, with the addresses that it holds (mostly one). */
export interface Recipient {
  readonly entry: Json;
  readonly addresses: readonly MailAddress[];
}

export type RecipientLists = Readonly<Record<RecipientField, readonly Recipient[]>>;

/** Just the addresses, for the message's normal form. */
export function addressesOf(lists: RecipientLists): Readonly<Record<RecipientField, readonly MailAddress[]>> {
  const all = (field: RecipientField): MailAddress[] => lists[field].flatMap((recipient) => recipient.addresses);
  return { to: all('to'), cc: all('cc'), bcc: all('bcc') };
}

/** Null: nobody is left. `changed` is for people, and empty when everybody may stay. */
interface KeptRecipients {
  readonly lists: RecipientLists | null;
  readonly changed: readonly string[];
}

/** Domains are compared whole, as A-labels: `ex.com` keeps neither `sub.ex.com` nor `evilex.com`. Throws CONSTRAINT_FAILED. */
export function keepRecipients(lists: RecipientLists, domains: ReadonlySet<string>): KeptRecipients {
  const changed: string[] = [];
  const kept = {
    to: lists.to.filter((recipient) => mayStay('to', recipient, domains, changed)),
    cc: lists.cc.filter((recipient) => mayStay('cc', recipient, domains, changed)),
    bcc: lists.bcc.filter((recipient) => mayStay('bcc', recipient, domains, changed)),
  };
  if (changed.length === 0) return { lists, changed };
  return { lists: withSomebodyInTo(kept, changed), changed };
}

function mayStay(field: RecipientField, recipient: Recipient, domains: ReadonlySet<string>, changed: string[]): boolean {
  const outside = recipient.addresses.filter((address) => !domains.has(address.domain));
  if (outside.length === 0) return true;
  if (outside.length < recipient.addresses.length) {
    throw new InterlockError(
      'CONSTRAINT_FAILED',
      `one text in \`${field}\` names recipients that may stay and some that may not`,
      {
        hint: 'send each recipient as an entry of its own',
      },
    );
  }
  for (const address of outside) changed.push(`${field}: removed ${address.address}`);
  return false;
}

/**
 * The APIs demand a `to`. Whoever was in cc is seen by all anyway and moves up; somebody who was to stay hidden moves up only when there
 * is nobody else who would learn of them.
 */
function withSomebodyInTo(lists: RecipientLists, changed: string[]): RecipientLists | null {
  if (lists.to.length > 0) return lists;
  if (lists.cc.length > 0) {
    changed.push('cc: moved to `to`, where nobody was left');
    return { ...lists, to: lists.cc, cc: [] };
  }
  if (lists.bcc.length > 1) {
    throw new InterlockError(
      'CONSTRAINT_FAILED',
      'only hidden recipients (bcc) may stay, and one of them would have to be shown to the others',
      {
        hint: 'send to each of them in a message of its own',
      },
    );
  }
  if (lists.bcc.length === 1) {
    changed.push('bcc: moved to `to`, where nobody was left');
    return { to: lists.bcc, cc: [], bcc: [] };
  }
  return null;
}

export function nobodyLeft(): InterlockError {
  return new InterlockError('CONSTRAINT_FAILED', 'none of the recipients is in a domain that mail may go to', {
    hint: 'send only to the domains that the policy names',
  });
}
