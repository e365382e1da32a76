// Messages: every carrier of a field, what has two readings, and how each service says no.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PROVIDERS } from '../../../src/classify/provider-list.ts';
import { recognise } from '../../../src/classify/registry.ts';
import type { Refusal } from '../../../src/providers/refusal.ts';
import { slackEffect } from '../../../src/providers/message/slack-methods.ts';
import { requestView } from '../../support/request-view.ts';

const FORM = 'application/x-www-form-urlencoded';
const NO_BODY = Buffer.alloc(0);

function act(method: string, target: string, host: string, body: string, type = FORM) {
  const view = requestView(method, target, { host, headers: body === '' ? [] : ['Content-Type', type], hasBody: body !== '' });
  return recognise(view).classify({ bytes: Buffer.from(body), problem: null }).actions[0];
}

const slackPost = (body: string, type = FORM) => act('POST', '/api/chat.postMessage', 'slack.com', body, type);

describe('a Slack message', () => {
  it('has one channel or none that counts', () => {
    for (const body of [
      'channel=C1&channel=C2&text=x',
      'channel=C1&channel[]=C2&text=x',
      'text=x',
      'Channel=C1',
      '{"channel":"C1"}',
    ]) {
      const action = slackPost(body);
      assert.deepEqual(
        [action?.facts['inspected'], action?.resource.type, action?.facts['channels']],
        [false, 'Host', undefined],
        body,
      );
    }
    assert.equal(slackPost('channel=C1&channel=C1&text=x')?.resource.id, 'slack/C1');
  });

  it('says whom it calls up, wherever that stands', () => {
    const blocks = encodeURIComponent(JSON.stringify([{ type: 'section', text: { text: 'hey <!here|here> <!subteam^S1>' } }]));
    assert.deepEqual(slackPost(`channel=C1&text=a&blocks=${blocks}`)?.facts['mentions'], ['@here', 'S1']);
    const json = JSON.stringify({ channel: 'C1', attachments: [{ fields: [{ value: '<!everyone>' }] }] });
    assert.deepEqual(slackPost(json, 'application/json')?.facts['mentions'], ['@everyone']);
  });

  it('with a deep or repeated structure inside a field is not inspected', () => {
    for (const blocks of ['['.repeat(80), '[{"a":1,"a":2}]', '{'])
      assert.equal(slackPost(`channel=C1&text=a&blocks=${encodeURIComponent(blocks)}`)?.facts['inspected'], false);
  });

  it('is told by its method whatever asks for it, and only what is known to read is a read', () => {
    assert.equal(act('GET', '/api/chat.postMessage?channel=C1&text=x', 'slack.com', '')?.name, 'message.send');
    assert.equal(act('GET', '/api/users.profile.set?profile=%7B%7D', 'slack.com', '')?.name, 'message.unknown-write');
    assert.equal(act('GET', '/api/conversations.list', 'slack.com', '')?.name, 'http.read');
    assert.equal(act('POST', '/api/conversations.list', 'slack.com', 'limit=1')?.name, 'message.read');
    assert.equal(slackEffect('toString'), null);
  });
});

describe('a field', () => {
  it('in query and body must say the same', () => {
    const both = (query: string) =>
      act('POST', `/2010-04-01/Accounts/AC0/Messages.json?${query}`, 'api.twilio.com', 'To=%2B1&Body=x');
    assert.equal(both('To=%2B2')?.facts['inspected'], false);
    assert.deepEqual(both('To=%2B1')?.facts['channels'], ['+1']);
  });

  it('in a broken or doubly declared body is not read', () => {
    const send = (body: string, type: string) => act('POST', '/bot1:a/sendMessage', 'api.telegram.org', body, type);
    for (const [body, type] of [
      ['{"chat_id":1', 'application/json'],
      ['--B\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n1', 'multipart/form-data; boundary=B'],
      ['chat_id=1', 'text/plain'],
      ['chat_id=1', `${FORM}; charset=utf-16`],
    ] as const)
      assert.deepEqual([send(body, type)?.facts['inspected'], send(body, type)?.facts['channels']], [false, undefined], body);
  });
});

const refusal: Refusal = { kind: 'blocked', reason: 'no', policies: ['p1'], entry: '7', ticket: null, status: 403 };

describe('a refusal', () => {
  it('says why, in the service’s own form', () => {
    const messaging = PROVIDERS.filter(({ family }) => family === 'message');
    assert.ok(messaging.length >= 7);
    for (const provider of messaging) {
      const view = requestView('POST', '/api/x', { host: provider.hosts[0]?.replace('*', 'x') ?? '' });
      const answer = provider.refuse(view, refusal, { bytes: NO_BODY, problem: null });
      assert.match(answer.body.toString(), /Interlock: no \(policy p1; entry 7\)/, provider.name);
      assert.ok(answer.status === 403 || provider.name === 'slack', provider.name);
    }
  });

  it('is 200 with an error at Slack’s Web API, and plain text at its webhooks', () => {
    const slack = PROVIDERS.find(({ name }) => name === 'slack');
    const said = slack?.refuse(requestView('POST', '/api/chat.postMessage', { host: 'slack.com' }), refusal, {
      bytes: NO_BODY,
      problem: null,
    });
    assert.deepEqual([said?.status, JSON.parse(said?.body.toString() ?? '').error], [200, 'restricted_action']);
    const hook = slack?.refuse(requestView('POST', '/services/T/B/x', { host: 'hooks.slack.com' }), refusal, {
      bytes: NO_BODY,
      problem: null,
    });
    assert.deepEqual([hook?.status, hook?.body.toString().startsWith('action_prohibited')], [403, true]);
  });
});
