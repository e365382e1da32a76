// Telegram's bot API: `/bot{token}/{method}`, by GET or POST alike (E2).

import type { Action } from '../../classify/action.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { messageAction } from './message-action.ts';
import { firstOf, messageFields, oneOf } from './message-fields.ts';

export const telegram: Provider = {
  name: 'telegram',
  family: 'message',
  hosts: ['api.telegram.org'],
  recognise(request) {
    const [bot = '', method = '', ...more] = request.segments;
    const known = (request.method === 'GET' || request.method === 'POST') && /^bot[0-9]+:[\w-]+$/.test(bot) && more.length === 0;
    // Reads are told by their names (getUpdates, getMe), and only by GET. A path that may be read as another is no read (E11).
    if (isPlainRead(request) && !request.ambiguousPath && (!known || /^get/i.test(method))) return null;
    const sends = known && SENDS.test(method);
    return { need: { kind: 'whole' }, classify: (body) => [action(request, body, sends)] };
  },
  refuse: (_request, refusal) => jsonAnswer(refusal, { ok: false, error_code: 403, description: refusalSentence(refusal) }),
};

/** Not here: what costs something (`sendGift`, `sendInvoice`, `sendPaidMedia`), and whatever comes to be called like these. */
const SENDS =
  /^(?:sendMessage|sendPhoto|sendAudio|sendDocument|sendVideo|sendAnimation|sendVoice|sendVideoNote|sendMediaGroup|sendLocation|sendVenue|sendContact|sendPoll|sendDice|sendSticker|copyMessages?|forwardMessages?)$/i;

function action(request: RequestView, body: InspectedBody, sends: boolean): Action {
  const verb = sends ? 'send' : 'unknown-write';
  const read = messageFields(request, body);
  if (read === null) return messageAction(request, { service: 'telegram', verb, inspected: false });
  const chat = oneOf(read.fields, 'chat_id');
  const text = firstOf(read.fields, 'text', 'caption');
  return messageAction(request, {
    service: 'telegram',
    verb,
    inspected: chat !== null && text !== null,
    channels: typeof chat === 'string' ? [chat] : undefined,
    text: text ?? undefined,
    attachments: read.files,
  });
}
