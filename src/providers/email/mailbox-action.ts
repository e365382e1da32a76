// What an agent can do to a mailbox besides sending: settings that forward or delegate, deletion, mail put in without being sent.

import type { Action, EntityRef, Facts } from '../../classify/action.ts';
import { baseFacts, hostDomains, hostResource } from '../../classify/base-facts.ts';
import type { MailAddress } from '../../classify/email-address.ts';
import type { RequestView } from '../../http/request-view.ts';

/** A change of how a mailbox treats mail. */
interface MailSetting {
  /** `auto-forwarding`, `filter`, `delegate` … */
  readonly setting: string;
  /** Does it, or may it, send mail on, let others read it, or have answers go elsewhere? */
  readonly forwards: boolean;
  /** To whom; undefined when the request does not say it, or not surely. */
  readonly forwardTo?: readonly MailAddress[] | undefined;
}

export function settingsAction(request: RequestView, mailbox: EntityRef | null, change: MailSetting): Action {
  const { setting, forwards, forwardTo } = change;
  return onMailbox(request, mailbox, 'email.settings', true, {
    setting,
    forwards,
    change: request.method === 'DELETE' ? 'delete' : 'set',
    ...(forwardTo === undefined
      ? {}
      : {
          forwardTo: distinct(forwardTo.map((one) => one.address)),
          forwardDomains: distinct(forwardTo.map((one) => one.domain)),
        }),
  });
}

/** INVARIANT: a setting that could not be read may forward. */
export function unreadSettings(request: RequestView, mailbox: EntityRef | null, setting: string): Action {
  return onMailbox(request, mailbox, 'email.settings', false, { setting, forwards: true, change: 'set' });
}

interface MailDeletion {
  /** `message`, `thread`, `draft`, `folder`. */
  readonly what: string;
  /** It can't be got back from the bin. */
  readonly permanent: boolean;
  /** Undefined when the request does not say it: a thread, a folder. */
  readonly count?: number | undefined;
}

export function deleteAction(
  request: RequestView,
  mailbox: EntityRef | null,
  deletion: MailDeletion,
  inspected: boolean,
): Action {
  const { what, permanent, count } = deletion;
  return onMailbox(request, mailbox, 'email.delete', inspected, {
    what,
    permanent,
    ...(count === undefined || !inspected ? {} : { deleteCount: count }),
  });
}

/** `user@ex.com` in the path names the mailbox; `me` is the credential's own, which nothing here names. */
export function mailboxOf(address: MailAddress | null): EntityRef | null {
  return address === null ? null : { type: 'Mailbox', id: address.address };
}

function onMailbox(request: RequestView, mailbox: EntityRef | null, name: string, inspected: boolean, facts: Facts): Action {
  const domain = mailbox?.id.slice(mailbox.id.lastIndexOf('@') + 1);
  return {
    name,
    resource: mailbox ?? hostResource(request),
    parents: hostDomains(domain ?? request.authority.host),
    facts: { ...baseFacts(request, inspected), ...facts },
  };
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
