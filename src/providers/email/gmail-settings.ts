// Gmail's mailbox settings: which of them send mail on, let others in, or have answers go elsewhere, and to whom.

import type { Action, EntityRef } from '../../classify/action.ts';
import { type MailAddress, readBareAddress } from '../../classify/email-address.ts';
import { isJsonObject, type Json, type JsonObject, foldName, lookalikeKey } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { mailDocument } from './mail-json.ts';
import { settingsAction, unreadSettings } from './mailbox-action.ts';

const SPELT_NAMES = ['enabled', 'emailAddress', 'forwardingEmail', 'delegateEmail', 'replyToAddress', 'smtpMsa', 'action'];

/** Where the address stands in each setting that forwards as such. */
const ADDRESS_MEMBERS: ReadonlyMap<string, string> = new Map([
  ['auto-forwarding', 'emailAddress'],
  ['forwarding-address', 'forwardingEmail'],
  ['delegate', 'delegateEmail'],
]);

export function gmailSettings(request: RequestView, body: InspectedBody, mailbox: EntityRef | null, setting: string): Action {
  if (body.problem !== null) return unreadSettings(request, mailbox, setting);
  if (request.method === 'DELETE') return settingsAction(request, mailbox, { setting, forwards: false });
  // `sendAs/{id}/verify` sends nothing of the agent's; it has no body.
  const document = body.bytes.length === 0 && request.method === 'POST' ? {} : mailDocument(request, body);
  if (!isJsonObject(document) || isMisspelt(document)) return unreadSettings(request, mailbox, setting);
  const member = ADDRESS_MEMBERS.get(setting);
  if (member !== undefined) {
    const forwards = document['enabled'] !== false;
    return forwarding(request, mailbox, setting, forwards, document[member]);
  }
  if (setting === 'filter') return filter(request, mailbox, document['action']);
  if (setting === 'send-as') return sendAs(request, mailbox, document);
  return settingsAction(request, mailbox, { setting, forwards: false });
}

/** Google's parser takes `emailAddress` and `email_address` alike. */
function isMisspelt(document: JsonObject): boolean {
  const folded = new Set(SPELT_NAMES.map(foldName));
  return Object.keys(document).some((key) => !SPELT_NAMES.includes(key) && folded.has(foldName(key).replaceAll('_', '')));
}

function forwarding(
  request: RequestView,
  mailbox: EntityRef | null,
  setting: string,
  forwards: boolean,
  value: Json | undefined,
): Action {
  // Switched off it needs no address.
  if (!forwards && (value === undefined || value === null)) return settingsAction(request, mailbox, { setting, forwards });
  const address = addressIn(value);
  return address === null
    ? unreadSettings(request, mailbox, setting)
    : settingsAction(request, mailbox, { setting, forwards, forwardTo: [address] });
}

function filter(request: RequestView, mailbox: EntityRef | null, action: Json | undefined): Action {
  if (action === undefined || action === null) return settingsAction(request, mailbox, { setting: 'filter', forwards: false });
  if (!isJsonObject(action) || lookalikeKey(action, new Set(['forward'])) !== undefined)
    return unreadSettings(request, mailbox, 'filter');
  const forward = action['forward'];
  return forwarding(request, mailbox, 'filter', forward !== undefined && forward !== null && forward !== '', forward ?? null);
}

/** An alias may have answers go elsewhere, or send all its mail through a server of somebody's own. */
function sendAs(request: RequestView, mailbox: EntityRef | null, document: JsonObject): Action {
  const setting = 'send-as';
  if ((document['smtpMsa'] ?? null) !== null) return settingsAction(request, mailbox, { setting, forwards: true });
  const replyTo = document['replyToAddress'] ?? null;
  return forwarding(request, mailbox, setting, replyTo !== null && replyTo !== '', replyTo === '' ? null : replyTo);
}

function addressIn(value: Json | undefined): MailAddress | null {
  return typeof value === 'string' ? readBareAddress(value) : null;
}
