// The real SDKs of Slack and Twilio, and npm's own publishing library: for each call that the argument names, one small request.

import { reportCalls, url } from './calls.ts';

async function slack() {
  const { WebClient } = await import('@slack/web-api');
  return new WebClient('xoxb-test', url === undefined ? {} : { slackApiUrl: `${url}/api/` });
}

async function twilio() {
  const { default: connect } = await import('twilio');
  const client = connect('AC00000000000000000000000000000000', 'token');
  for (const product of [client.api, client.verify, client.studio, client.conversations])
    if (url !== undefined) Reflect.set(product, 'baseUrl', url);
  return client;
}

const from = '+15550199';

const CALLS: Readonly<Record<string, (where: string) => Promise<unknown>>> = {
  slack: async (channel) =>
    (await slack()).chat.postMessage({
      channel,
      text: 'hello',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'hello' } }],
    }),
  'slack invite': async (channel) => (await slack()).conversations.invite({ channel, users: 'U1,U2' }),
  'slack open': async (users) => (await slack()).conversations.open({ users }),
  'slack invite-shared': async (channel) => (await slack()).conversations.inviteShared({ channel, emails: ['eve@evil.example'] }),
  twilio: async (to) => (await twilio()).messages.create({ to, from, body: 'hello' }),
  'twilio call': async (to) => (await twilio()).calls.create({ to, from, url: 'https://calls.example.com/x.xml' }),
  'twilio code': async (to) => (await twilio()).verify.v2.services('VA1').verifications.create({ to, channel: 'sms' }),
  'twilio flow': async (to) => (await twilio()).studio.v2.flows('FW1').executions.create({ to, from }),
  'twilio conversation': async (id) =>
    (await twilio()).conversations.v1.conversations(id).messages.create({ author: 'bot', body: 'hello' }),
  async npm(name) {
    const { publish } = await import('libnpmpublish');
    const registry = url ?? 'https://registry.example.com';
    const manifest = { name, version: '1.0.0', description: 'a test' };
    // It gives back nothing of the answer.
    await publish(manifest, Buffer.from('tarball'), {
      registry,
      forceAuth: { token: 'npm_test' },
      access: 'public',
      npmVersion: '0.0.0',
    });
    return { published: name };
  },
};

await reportCalls(CALLS);
