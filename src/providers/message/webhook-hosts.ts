// Addresses that post into a chat or start a workflow for whoever knows them: Teams, Power Automate, Zapier and the like.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { messageAction } from './message-action.ts';

interface Place {
  readonly service: string;
  readonly host: RegExp;
  readonly path: RegExp;
  /** A GET starts it as well. */
  readonly byGet?: true;
}

/** What a workflow does with the request only its owner knows: nothing in the body would tell. */
const PLACES: readonly Place[] = [
  { service: 'teams', host: /\.webhook\.office\.com$/, path: /^\/webhookb2\//i },
  { service: 'teams', host: /^outlook\.office(?:365)?\.com$/, path: /^\/webhook\//i },
  { service: 'workflow', host: /\.logic\.azure\.com$/, path: /^\/workflows\//i, byGet: true },
  { service: 'workflow', host: /\.environment\.api\.powerplatform\.com$/, path: /^\/powerautomate\//i, byGet: true },
  { service: 'workflow', host: /^hooks\.zapier\.com$/, path: /^\/hooks\//i, byGet: true },
];

export const webhookHosts: Provider = {
  name: 'webhook-hosts',
  family: 'message',
  hosts: [
    '*.webhook.office.com',
    'outlook.office.com',
    'outlook.office365.com',
    '*.logic.azure.com',
    '*.environment.api.powerplatform.com',
    'hooks.zapier.com',
  ],
  recognise(request) {
    const place = placeOf(request);
    if (place === undefined || (isPlainRead(request) && place.byGet !== true)) return null;
    const action = messageAction(request, {
      service: place.service,
      verb: 'send',
      inspected: !request.ambiguousPath,
      webhook: true,
    });
    return { need: { kind: 'none' }, classify: () => [action] };
  },
  refuse: (_request, refusal) => jsonAnswer(refusal, { error: { code: 'Forbidden', message: refusalSentence(refusal) } }),
};

function placeOf(request: RequestView): Place | undefined {
  return PLACES.find(({ host, path }) => host.test(request.authority.host) && path.test(request.path));
}
