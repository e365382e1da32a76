// Twilio: text messages and telephone calls; what else its hosts take is an unknown write.

import type { Action } from '../../classify/action.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { fetchHost, messageAction } from './message-action.ts';
import { everyOf, messageFields, oneOf } from './message-fields.ts';

/** `email.twilio.com` is SendGrid's. */
export const twilio: Provider = {
  name: 'twilio',
  family: 'message',
  hosts: ['api.twilio.com', '*.twilio.com'],
  recognise,
  refuse: (_request, refusal) =>
    jsonAnswer(refusal, {
      code: 20_003,
      message: refusalSentence(refusal),
      more_info: 'https://www.twilio.com/docs/errors/20003',
      status: 403,
    }),
};

function recognise(request: RequestView): Recognition | null {
  if (isPlainRead(request) || request.authority.host === 'email.twilio.com') return null;
  const kind = hasAmbiguousPath(request) ? null : kindOf(request);
  if (kind === null) {
    const unknown = messageAction(request, { service: 'twilio', verb: 'unknown-write', inspected: !hasAmbiguousPath(request) });
    return { need: { kind: 'none' }, classify: () => [unknown] };
  }
  return { need: { kind: 'whole' }, classify: (body) => [action(request, body, kind)] };
}

/** `/2010-04-01/Accounts/{AC…}/Messages.json`; the suffix is optional (E12). */
function kindOf({ method, segments, authority }: RequestView): 'message' | 'call' | null {
  const [version, root, account, name = '', ...more] = segments;
  if (!/^api\.(?:[a-z0-9-]+\.){0,2}twilio\.com$/.test(authority.host) || method !== 'POST' || more.length > 0) return null;
  if (version !== '2010-04-01' || root !== 'Accounts' || account === undefined) return null;
  const bare = name.replace(/\.(?:json|xml|csv)$/, '');
  return bare === 'Messages' ? 'message' : bare === 'Calls' ? 'call' : null;
}

function action(request: RequestView, body: InspectedBody, kind: 'message' | 'call'): Action {
  const read = messageFields(request, body);
  const call = kind === 'call';
  if (read === null) return messageAction(request, { service: 'twilio', verb: 'send', inspected: false, call });
  const { fields } = read;
  const to = oneOf(fields, 'To');
  const text = oneOf(fields, call ? 'Twiml' : 'Body');
  const fetched = [
    ...everyOf(fields, 'MediaUrl'),
    ...(call ? [...everyOf(fields, 'Url'), ...everyOf(fields, 'FallbackUrl')] : []),
  ];
  return messageAction(request, {
    service: 'twilio',
    verb: 'send',
    inspected: typeof to === 'string' && text !== null,
    channels: typeof to === 'string' ? [to] : undefined,
    text: text ?? undefined,
    fetchHosts: fetched.filter((url) => url !== '').map(fetchHost),
    scheduled: oneOf(fields, 'SendAt') !== undefined,
    call,
  });
}
