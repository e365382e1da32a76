// The real SDKs of Slack and Twilio, and npm's own publishing library: for each call that the argument names, one small request.

import { reportCalls, url } from './calls.ts';

const CALLS: Readonly<Record<string, (where: string) => Promise<unknown>>> = {
  async slack(channel) {
    const { WebClient } = await import('@slack/web-api');
    const client = new WebClient('xoxb-test', url === undefined ? {} : { slackApiUrl: `${url}/api/` });
    return client.chat.postMessage({
      channel,
      text: 'hello',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'hello' } }],
    });
  },
  async twilio(to) {
    const { default: twilio } = await import('twilio');
    const client = twilio('AC00000000000000000000000000000000', 'token');
    if (url !== undefined) Reflect.set(client.api, 'baseUrl', url);
    return client.messages.create({ to, from: '+15550199', body: 'hello' });
  },
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
