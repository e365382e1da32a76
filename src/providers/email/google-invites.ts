// Google Calendar and Drive calls that have Google mail people: invitations and shares. Restricts, never grants: who gets them is not read.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { googleAnswer } from '../google-error.ts';
import type { Provider } from '../provider.ts';
import { unreadSend } from './email-action.ts';

export const googleInvites: Provider = {
  name: 'google-invites',
  family: 'email',
  hosts: ['www.googleapis.com', 'calendar-json.googleapis.com'],
  recognise: (request) =>
    !isPlainRead(request) && mails(request) ? { need: { kind: 'none' }, classify: () => [unreadSend(request)] } : null,
  refuse: (_request, refusal) => googleAnswer(refusal),
};

function mails(request: RequestView): boolean {
  const parts = request.segments.flatMap((segment) => segment.split('/')).map((part) => part.toLowerCase());
  if (parts.includes('calendar') && parts.includes('events')) return tellsAttendees(request.query);
  // A share is mailed to whom it is for unless the request says no.
  return (
    parts.includes('drive') && parts.at(-1) === 'permissions' && !/(?:^|&)sendNotificationEmail=false(?:&|$)/.test(request.query)
  );
}

/** `sendUpdates=all` or `externalOnly`, `sendNotifications=true`; anything else that a parser may take for them too. */
function tellsAttendees(query: string): boolean {
  const values = [...new URLSearchParams(query)].flatMap(([name, value]) =>
    /^send(?:updates|notifications)$/i.test(name) ? [value] : [],
  );
  return values.some((value) => value !== 'none' && value !== 'false');
}
