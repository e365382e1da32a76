// Stand-ins for api.sendgrid.com and api.resend.com: they take a message as the vendor documents and keep it.

import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { sendJson, startOrigin, type Answer, type Origin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

export interface MailOrigin extends Origin {
  /** The JSON of every message taken, in order; a batch counts once per message. */
  readonly messages: Readonly<Record<string, unknown>>[];
}

export async function startSendgridOrigin(ca: ThrowawayCa): Promise<MailOrigin> {
  const messages: Readonly<Record<string, unknown>>[] = [];
  const answer: Answer = async (_request, response, received) => {
    // SendGrid takes gzip.
    const bytes = await received.body();
    const message = parseObject(received.get('content-encoding') === 'gzip' ? gunzipSync(bytes) : bytes);
    if (received.method !== 'POST' || received.target !== '/v3/mail/send') {
      return sendJson(response, 404, { errors: [{ message: 'not found', field: null, help: null }] });
    }
    messages.push(message);
    response.statusCode = 202;
    response.setHeader('x-message-id', randomBytes(11).toString('hex'));
    response.end();
  };
  const origin = await startOrigin({ leaf: await ca.issue(['api.sendgrid.com']), protocols: ['http/1.1'], answer });
  return Object.assign(origin, { messages });
}

export async function startResendOrigin(ca: ThrowawayCa): Promise<MailOrigin> {
  const messages: Readonly<Record<string, unknown>>[] = [];
  const answer: Answer = async (_request, response, received) => {
    const body = await received.body();
    if (received.method === 'POST' && received.target === '/emails') {
      messages.push(parseObject(body));
      return sendJson(response, 200, { id: newId() });
    }
    if (received.method === 'POST' && received.target === '/emails/batch') {
      const batch: unknown = JSON.parse(body.toString('utf8'));
      const data = (Array.isArray(batch) ? batch : []).map((message: unknown) => {
        messages.push(asObject(message));
        return { id: newId() };
      });
      return sendJson(response, 200, { data });
    }
    return sendJson(response, 404, { statusCode: 404, name: 'not_found', message: 'not found' });
  };
  const origin = await startOrigin({ leaf: await ca.issue(['api.resend.com']), answer });
  return Object.assign(origin, { messages });
}

function newId(): string {
  return randomBytes(16).toString('hex');
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  return body.length === 0 ? {} : asObject(JSON.parse(body.toString('utf8')));
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
