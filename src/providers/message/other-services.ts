// Messaging services of which only the places that send are known: enough to restrict, not enough to read who gets it.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { messageAction } from './message-action.ts';

interface Sender {
  readonly service: string;
  /** Matched against `METHOD /path`. */
  readonly sends: RegExp;
}

const SENDERS: Readonly<Record<string, Sender>> = {
  'rest.nexmo.com': { service: 'vonage', sends: /^\w+ \/sms\// },
  'api.nexmo.com': { service: 'vonage', sends: /^POST \/v\d[^/]*\/(?:messages|calls)/ },
  'rest.messagebird.com': { service: 'messagebird', sends: /^POST \/(?:messages|voicemessages|verify)/ },
  'conversations.messagebird.com': { service: 'messagebird', sends: /^POST \/v1\// },
  'graph.facebook.com': { service: 'whatsapp', sends: /^POST \/v[\d.]+\/\d+\/messages/ },
  'api.intercom.io': { service: 'intercom', sends: /^(?:POST|PUT) \/(?:messages|conversations)/ },
  'api.pushover.net': { service: 'pushover', sends: /^POST \/1\/messages/ },
  'ntfy.sh': { service: 'ntfy', sends: /^(?:POST|PUT) \// },
};

export const otherMessaging: Provider = {
  name: 'other-messaging',
  family: 'message',
  hosts: [...Object.keys(SENDERS), '*.zendesk.com'],
  recognise(request) {
    const sender = senderOf(request);
    // An SMS goes out by GET as well (E2).
    const sends = request.ambiguousPath || sender.sends.test(`${request.method} /${request.segments.join('/')}`);
    if (isPlainRead(request) && !sends) return null;
    const verb = sends ? 'send' : 'unknown-write';
    const action = messageAction(request, { service: sender.service, verb, inspected: !request.ambiguousPath });
    return { need: { kind: 'none' }, classify: () => [action] };
  },
  refuse: (_request, refusal) => jsonAnswer(refusal, { error: refusalSentence(refusal) }),
};

/** A public comment on a ticket mails the customer. */
const ZENDESK: Sender = { service: 'zendesk', sends: /^(?:POST|PUT) \/api\/v2\/(?:tickets|requests)/ };

function senderOf(request: RequestView): Sender {
  return SENDERS[request.authority.host] ?? ZENDESK;
}
