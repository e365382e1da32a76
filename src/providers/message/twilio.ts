// Twilio: text messages, telephone calls, codes, conversations and flows; what else its hosts take is an unknown write.

import type { Action } from '../../classify/action.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { fetchHost, messageAction } from './message-action.ts';
import { everyOf, firstOf, messageFields, oneOf } from './message-fields.ts';

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

/** `code`: a text of Twilio's own with a code in it. `flow`: what is said is kept at Twilio (E25). */
type Kind = 'message' | 'call' | 'code' | 'flow' | 'conversation';

/** The products that have a host of their own, by their paths behind the version. */
const PRODUCTS: Readonly<Record<string, readonly [path: RegExp, kind: Kind]>> = {
  'verify.twilio.com': [/^Services\/[^/]+\/Verifications$/, 'code'],
  'studio.twilio.com': [/^Flows\/[^/]+\/Executions$/, 'flow'],
  'conversations.twilio.com': [/^(?:Services\/[^/]+\/)?Conversations\/[^/]+\/Messages$/, 'conversation'],
};

/** `/2010-04-01/Accounts/{AC…}/Messages.json`; the suffix is optional (E12). */
function kindOf({ method, segments, authority }: RequestView): Kind | null {
  const product = PRODUCTS[authority.host];
  if (product !== undefined) {
    const [path, kind] = product;
    return method === 'POST' && /^v\d$/.test(segments[0] ?? '') && path.test(segments.slice(1).join('/')) ? kind : null;
  }
  const [version, root, account, name = '', ...more] = segments;
  if (!/^api\.(?:[a-z0-9-]+\.){0,2}twilio\.com$/.test(authority.host) || method !== 'POST' || more.length > 0) return null;
  if (version !== '2010-04-01' || root !== 'Accounts' || account === undefined) return null;
  const bare = name.replace(/\.(?:json|xml|csv)$/, '');
  return bare === 'Messages' ? 'message' : bare === 'Calls' ? 'call' : null;
}

function action(request: RequestView, body: InspectedBody, kind: Kind): Action {
  const read = messageFields(request, body);
  const call = kind === 'call';
  if (read === null) return messageAction(request, { service: 'twilio', verb: 'send', inspected: false, call });
  const { fields } = read;
  const to = kind === 'conversation' ? request.segments.at(-2) : oneOf(fields, 'To');
  const text = oneOf(fields, call ? 'Twiml' : 'Body');
  const sender = firstOf(fields, 'MessagingServiceSid', 'From');
  const fetched = [
    ...everyOf(fields, 'MediaUrl'),
    ...(call ? [...everyOf(fields, 'Url'), ...everyOf(fields, 'FallbackUrl')] : []),
  ];
  return messageAction(request, {
    service: 'twilio',
    verb: 'send',
    inspected: typeof to === 'string' && text !== null && sender !== null,
    sender: sender ?? undefined,
    channels: typeof to === 'string' ? [to] : undefined,
    text: text ?? undefined,
    fetchHosts: fetched.filter((url) => url !== '').map(fetchHost),
    scheduled: oneOf(fields, 'SendAt') !== undefined,
    call,
  });
}
