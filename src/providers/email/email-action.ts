// The actions of the mail APIs: messages that are sent, campaigns to stored lists, and every other write.

import type { Action, EntityRef, Facts } from '../../classify/action.ts';
import { baseFacts, hostDomains, hostResource } from '../../classify/base-facts.ts';
import type { MailAddress } from '../../classify/email-address.ts';
import type { RequestView } from '../../http/request-view.ts';
import { type MailAttachment, type MailMessage, recipientsOf } from './mail-message.ts';

const SUBJECT_LENGTH = 200;

/** A request that holds more different messages than this names none of them: each is a question to the engine. */
const MAX_ACTIONS = 100;

/**
 * One action for each sender and subject, holding the union of what those messages do. The API takes or refuses the request as a whole,
 * so more actions would not be judged otherwise, and a policy that limits recipients or domains sees them together, the stricter way.
 */
export function sendActions(request: RequestView, messages: readonly MailMessage[]): Action[] {
  const alike = Map.groupBy(messages, likeness);
  return messages.some(isUnsure) || alike.size > MAX_ACTIONS
    ? [unreadSend(request)]
    : [...alike.values()].map((group) => sendAction(request, group));
}

function likeness(message: MailMessage): string {
  const { sender, envelopeSender, subject, sandbox, recipientsKnown } = message;
  return JSON.stringify([sender?.address, envelopeSender?.address, subject, sandbox === true, recipientsKnown !== false]);
}

/** What vendors fill in when they send: `{{email}}`, `*|EMAIL|*`, `%recipient.email%`. All of it may stand before an `@`. */
const PLACEHOLDER = /\{\{|\*\||%recipient/;

/** INVARIANT: a message that names nobody, and no list either, was not understood; nor was one whose addresses are yet to be filled in. */
function isUnsure(message: MailMessage): boolean {
  const { sender, envelopeSender, replyTo = [] } = message;
  const recipients = recipientsOf(message);
  const named = [sender, envelopeSender, ...replyTo, ...recipients];
  return (
    (message.recipientsKnown !== false && recipients.length === 0) ||
    named.some((one) => one !== null && one !== undefined && PLACEHOLDER.test(one.address))
  );
}

function sendAction(request: RequestView, messages: readonly MailMessage[]): Action {
  return mailAction(request, 'email.send', messageFacts(messages));
}

/** A mail that was read surely; its resource is the mailbox that it says it is from. */
export function mailAction(request: RequestView, name: string, mail: Facts): Action {
  const { sender, senderDomain } = mail;
  const facts = { ...mail, ...baseFacts(request, true) };
  if (typeof sender !== 'string' || typeof senderDomain !== 'string')
    return { name, resource: UNKNOWN_MAILBOX, parents: [], facts };
  return { name, resource: { type: 'Mailbox', id: sender }, parents: mailboxDomains(senderDomain), facts };
}

/** What policy may know of messages with the same sender and subject, without the facts of the request that they came in. */
export function messageFacts(messages: readonly MailMessage[]): Facts {
  const [first] = messages;
  if (first === undefined) throw new Error('a group of messages is empty');
  const { sender } = first;
  return {
    ...(sender === null ? {} : { sender: sender.address, senderDomain: sender.domain }),
    ...(first.envelopeSender === undefined ? {} : { envelopeSender: first.envelopeSender.address }),
    ...recipientFacts(messages),
    ...replyFacts(messages.map((message) => message.replyTo)),
    ...attachmentFacts(messages.map((message) => message.attachments)),
    ...(first.subject === undefined ? {} : { subject: first.subject.slice(0, SUBJECT_LENGTH).toWellFormed() }),
    templated: messages.some((message) => message.templated === true),
    scheduled: messages.some((message) => message.scheduled === true),
    sandbox: first.sandbox === true,
    messageCount: messages.length,
  };
}

/** INVARIANT: recipients that the request does not all name are not named at all, so that no limit is kept by a part of them. */
function recipientFacts(messages: readonly MailMessage[]): Facts {
  if (messages.some((message) => message.recipientsKnown === false)) return { recipientsKnown: false };
  const all = messages.flatMap(recipientsOf);
  const recipients = addressesOf(all);
  return {
    recipientsKnown: true,
    recipients,
    domains: domainsOf(all),
    recipientCount: recipients.length,
    to: addressesOf(messages.flatMap((message) => message.to)),
    cc: addressesOf(messages.flatMap((message) => message.cc)),
    bcc: addressesOf(messages.flatMap((message) => message.bcc)),
    ...(messages.every((message) => message.envelope === undefined)
      ? {}
      : { envelope: addressesOf(messages.flatMap((message) => message.envelope ?? [])) }),
  };
}

/** Undefined where the vendor keeps them: then nothing is said. */
function replyFacts(lists: ReadonlyArray<readonly MailAddress[] | undefined>): Facts {
  if (lists.includes(undefined)) return {};
  const replyTo = lists.flatMap((list) => list ?? []);
  return { replyTo: addressesOf(replyTo), replyToDomains: domainsOf(replyTo) };
}

/** INVARIANT: a sum that leaves one attachment out is no sum; there is none then. */
function attachmentFacts(lists: ReadonlyArray<readonly MailAttachment[] | undefined>): Facts {
  if (lists.includes(undefined)) return {};
  const attachments = lists.flatMap((list) => list ?? []);
  const urls = attachments.flatMap((attachment) => attachment.url ?? []);
  const sizes = attachments.map((attachment) => attachment.bytes);
  const known = sizes.filter((bytes) => bytes !== undefined);
  return {
    attachments: distinct(attachments.flatMap(({ name, otherNames = [] }) => [name, ...otherNames])),
    attachmentCount: attachments.length,
    attachmentTypes: distinct(attachments.map((attachment) => attachment.type ?? 'unknown')),
    ...(known.length < sizes.length ? {} : { attachmentBytes: known.reduce((sum, bytes) => sum + bytes, 0) }),
    attachmentUrls: distinct(urls.map((url) => url.href)),
    attachmentHosts: distinct(urls.map((url) => url.hostname)),
  };
}

const UNKNOWN_MAILBOX: EntityRef = { type: 'Mailbox', id: 'unknown' };

/** A send whose sender or recipients could not be read surely: it names no mailbox and grants nothing. */
export function unreadSend(request: RequestView): Action {
  return unreadMail(request, 'email.send');
}

/** The same for a draft or a mail that is only stored. */
export function unreadMail(request: RequestView, name: string): Action {
  const facts = { ...baseFacts(request, false), recipientsKnown: false };
  return { name, resource: UNKNOWN_MAILBOX, parents: [], facts };
}

/** What starts a mailing to people whom the vendor keeps. */
export interface Campaign {
  /** `send` (now), `schedule`, `test` (to a few people first) or `trigger` (an event or automation that may mail). */
  readonly operation: 'send' | 'schedule' | 'test' | 'trigger';
  /** The vendor's id of what is sent, when the request says it. */
  readonly campaign?: string;
  /** The lists, segments or audiences that get it, when the request says them. */
  readonly lists?: readonly string[];
}

const ID_LENGTH = 200;

/** A mailing to stored lists: who gets it is not in the request. */
export function campaignAction(request: RequestView, campaign: Campaign, inspected: boolean): Action {
  const { operation, lists } = campaign;
  const facts: Facts = {
    ...baseFacts(request, inspected),
    operation,
    ...(campaign.campaign === undefined ? {} : { campaign: campaign.campaign.slice(0, ID_LENGTH).toWellFormed() }),
    ...(lists === undefined || !inspected
      ? {}
      : { lists: distinct(lists.map((list) => list.slice(0, ID_LENGTH).toWellFormed())) }),
  };
  return { name: 'email.campaign', resource: hostResource(request), parents: hostDomains(request.authority.host), facts };
}

/** Every other write to a mail API: contacts, keys, senders, webhooks … */
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

function addressesOf(addresses: readonly MailAddress[]): string[] {
  return distinct(addresses.map((one) => one.address));
}

function domainsOf(addresses: readonly MailAddress[]): string[] {
  return distinct(addresses.map((one) => one.domain));
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
