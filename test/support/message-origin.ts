// Stand-ins for Slack, Twilio and a package registry: the smallest answers that their clients take.

import { sendJson, startOrigin, type Answer, type Origin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

export const MESSAGE_HOSTS = [
  'slack.com',
  'api.twilio.com',
  'verify.twilio.com',
  'studio.twilio.com',
  'conversations.twilio.com',
  'registry.example.com',
];

const TWILIO = /^\/(?:2010-04-01\/Accounts|v2\/Services|v2\/Flows|v1\/Conversations)\//;

export async function startMessageOrigin(ca: ThrowawayCa): Promise<Origin> {
  const answer: Answer = async (_request, response, received) => {
    await received.body();
    if (received.target.startsWith('/api/')) return sendJson(response, 200, { ok: true, channel: 'C1', ts: '1.2' });
    if (TWILIO.test(received.target)) return sendJson(response, 201, { sid: 'SM1', status: 'queued' });
    return received.method === 'PUT'
      ? sendJson(response, 201, { success: true })
      : sendJson(response, 404, { error: 'not found' });
  };
  const origin = await startOrigin({ leaf: await ca.issue([...MESSAGE_HOSTS, 'localhost']), answer, protocols: ['http/1.1'] });
  Reflect.set(origin.server, 'keepAliveTimeout', 60_000);
  return origin;
}
