// Inbox rules and mailbox settings of Microsoft Graph: which of them send mail on, and to whom.

import type { Action, EntityRef } from '../../classify/action.ts';
import type { MailAddress } from '../../classify/email-address.ts';
import { looseMembers } from '../../classify/loose-members.ts';
import { isJsonArray, isJsonObject, type JsonObject } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { readRecipient } from './graph-mail.ts';
import { mailDocument } from './mail-json.ts';
import { settingsAction, unreadSettings } from './mailbox-action.ts';

const FORWARDING = ['forwardTo', 'redirectTo', 'forwardAsAttachmentTo'] as const;

export function graphSettings(
  request: RequestView,
  body: InspectedBody,
  mailbox: EntityRef | null,
  setting: 'rule' | 'mailbox-settings',
): Action {
  if (body.problem !== null) return unreadSettings(request, mailbox, setting);
  if (request.method === 'DELETE') return settingsAction(request, mailbox, { setting, forwards: false });
  const document = mailDocument(request, body);
  if (!isJsonObject(document)) return unreadSettings(request, mailbox, setting);
  if (setting === 'mailbox-settings') return settingsAction(request, mailbox, { setting, forwards: false });
  const forwardTo = ruleTargets(document);
  return forwardTo === null
    ? unreadSettings(request, mailbox, setting)
    : settingsAction(request, mailbox, { setting, forwards: forwardTo.length > 0, forwardTo });
}

/** Null when it can't be read surely: an `actions` in two spellings too. */
function ruleTargets(document: JsonObject): readonly MailAddress[] | null {
  const outer = looseMembers(document, ['actions']);
  if (outer === null) return null;
  const { actions } = outer;
  if (actions === undefined || actions === null) return [];
  const members = isJsonObject(actions) ? looseMembers(actions, FORWARDING) : null;
  if (members === null) return null;
  const found: MailAddress[] = [];
  for (const list of FORWARDING.map((name) => members[name] ?? [])) {
    if (!isJsonArray(list)) return null;
    for (const entry of list) {
      const address = readRecipient(entry);
      if (address === null) return null;
      found.push(address);
    }
  }
  return found;
}
