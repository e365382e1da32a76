// The normal form of messages that an API is asked to send, and the `email.send` actions that they are.

import type { Action, EntityRef, Facts } from '../../classify/action.ts';
import { baseFacts, hostDomains, hostResource } from '../../classify/base-facts.ts';
import type { MailAddress } from '../../classify/email-address.ts';
import type { RequestView } from '../../http/request-view.ts';

/** One message as its API would send it: every address that gets it, whatever field it stood in. */
export interface MailMessage {
  readonly sender: MailAddress;
  /** To, cc and bcc together: policy asks who gets it, not who sees whom. Never empty. */
  readonly recipients: readonly MailAddress[];
  /** Undefined when a template or nothing sets it. */
  readonly subject: string | undefined;
  /** File names, or the URL that the API would fetch. */
  readonly attachments: readonly string[];
  /** The API checks and throws away. */
  readonly sandbox: boolean;
}

const SUBJECT_LENGTH = 200;

/** A request that holds more different messages than this names none of them: each is a question to the engine. */
const MAX_ACTIONS = 100;

/**
 * One action for each sender and subject, holding the union of what those messages do. The API takes or refuses the request as a whole,
 * so more actions would not be judged otherwise, and a policy that limits recipients or domains sees them together, the stricter way.
 */
export function sendActions(request: RequestView, messages: readonly MailMessage[]): Action[] {
  const alike = Map.groupBy(messages, (message) =>
    JSON.stringify([message.sender.address, message.subject ?? null, message.sandbox]),
  );
  return alike.size > MAX_ACTIONS ? [unreadSend(request)] : [...alike.values()].map((group) => sendAction(request, group));
}

function sendAction(request: RequestView, messages: readonly MailMessage[]): Action {
  const [first] = messages;
  if (first === undefined) throw new Error('a group of messages is empty');
  const { address, domain } = first.sender;
  const recipients = distinct(messages.flatMap((message) => message.recipients.map((recipient) => recipient.address)));
  const attachments = messages.flatMap((message) => message.attachments);
  const facts: Facts = {
    ...baseFacts(request, true),
    sender: address,
    senderDomain: domain,
    recipients,
    domains: distinct(messages.flatMap((message) => message.recipients.map((recipient) => recipient.domain))),
    recipientCount: recipients.length,
    attachments: distinct(attachments),
    attachmentCount: attachments.length,
    sandbox: first.sandbox,
    ...(first.subject === undefined ? {} : { subject: first.subject.slice(0, SUBJECT_LENGTH).toWellFormed() }),
  };
  return { name: 'email.send', resource: { type: 'Mailbox', id: address }, parents: mailboxDomains(domain), facts };
}

/** A send whose sender or recipients could not be read surely: it names no mailbox and grants nothing. */
export function unreadSend(request: RequestView): Action {
  return {
    name: 'email.send',
    resource: { type: 'Mailbox', id: 'unknown' },
    parents: [],
    facts: { ...baseFacts(request, false) },
  };
}

/** Every other write to a mail API: campaigns, contacts, keys, senders … */
export function unknownMailWrite(request: RequestView, inspected: boolean): Action {
  return {
    name: 'email.unknown-write',
    resource: hostResource(request),
    parents: hostDomains(request.authority.host),
    facts: { ...baseFacts(request, inspected) },
  };
}

/** The domain itself stands even when it is a single label. */
function mailboxDomains(domain: string): EntityRef[] {
  return [{ type: 'Domain', id: domain }, ...hostDomains(domain).filter((parent) => parent.id !== domain)];
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
