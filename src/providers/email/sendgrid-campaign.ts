// SendGrid's marketing mails: single sends and old campaigns to lists and segments, and test mails to a few addresses.

import { type MailAddress, readBareAddress } from '../../classify/email-address.ts';
import { isJsonArray, isJsonObject, type Json } from '../../classify/strict-json.ts';
import { type CampaignCall, type MailCall, oneJson } from './mail-call.ts';
import { hasOtherSpelling, mailDocument, memberNames } from './mail-json.ts';

const TEST_NAMES = memberNames('emails', 'to', 'from_address');
const SCHEDULE_NAMES = memberNames('send_at');

/** A template or campaign that the vendor keeps, to the addresses that the request names. Its sender is the template's. */
const TEST: MailCall = oneJson({
  read: (document) => {
    if (!isJsonObject(document) || hasOtherSpelling(document, TEST_NAMES)) return null;
    const { emails, to, from_address: from } = document;
    const recipients = emails === undefined ? readAddresses(to) : to === undefined ? readAddresses(emails) : null;
    const sender = from === undefined || from === '' ? null : typeof from === 'string' ? readBareAddress(from) : undefined;
    if (recipients === null || sender === undefined || (sender === null && typeof from === 'string' && from !== '')) return null;
    return [{ sender, to: recipients, cc: [], bcc: [], subject: undefined, templated: true }];
  },
});

function readAddresses(value: Json | undefined): readonly MailAddress[] | null {
  const entries = isJsonArray(value) ? value : [value ?? null];
  const addresses = entries.map((entry) => (typeof entry === 'string' ? readBareAddress(entry) : null));
  const known = addresses.filter((address) => address !== null);
  return known.length < addresses.length ? null : known;
}

/** Null: no such call. */
export function sendgridCampaign(method: string, path: string): MailCall | null {
  if (method === 'POST' && (path === 'v3/marketing/test/send_email' || /^v3\/campaigns\/[^/]+\/(?:schedules\/)?test$/.test(path)))
    return TEST;
  const single = /^v3\/marketing\/singlesends\/([^/]+)\/schedule$/.exec(path)?.[1];
  if (method === 'PUT' && single !== undefined) return scheduled(single);
  const [, campaign, now] = /^v3\/campaigns\/([^/]+)\/schedules(\/now)?$/.exec(path) ?? [];
  if (campaign === undefined || !(method === 'POST' || (method === 'PATCH' && now === undefined))) return null;
  return { kind: 'campaign', operation: now === undefined ? 'schedule' : 'send', read: () => ({ campaign }) };
}

/** `send_at` is `now` or a time. */
function scheduled(campaign: string): CampaignCall {
  return {
    kind: 'campaign',
    operation: 'schedule',
    read: (request, body) => {
      const document = mailDocument(request, body);
      if (!isJsonObject(document) || hasOtherSpelling(document, SCHEDULE_NAMES)) return null;
      return { campaign, operation: document['send_at'] === 'now' ? 'send' : 'schedule' };
    },
  };
}
