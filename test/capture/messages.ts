// Slack and Twilio.

import type { WebClient } from '@slack/web-api';
import type { Twilio } from 'twilio';
import { type Vendor, vendor } from './vendor.ts';

const C1 = { channel: 'C1' };

const openSlack = async (): Promise<WebClient> => {
  const { LogLevel, WebClient: Client } = await import('@slack/web-api');
  return new Client('xoxb-x', { retryConfig: { retries: 0 }, logLevel: LogLevel.ERROR });
};

const slack = vendor<WebClient>({
  folder: 'slack',
  sdk: '@slack/web-api',
  open: openSlack,
  answer: () => ({ body: { ok: true } }),
  calls: {
    'hit-post-form': (s) =>
      s.chat.postMessage({
        ...C1,
        text: 'hi <@U1> <!channel>',
        blocks: [
          { type: 'section', text: { type: 'mrkdwn', text: 'hello <@U1>' } },
          { type: 'image', image_url: 'https://images.example.com/a.png', alt_text: 'x' },
        ],
      }),
    'hit-update': (s) => s.chat.update({ ...C1, ts: '1.2', text: 'edited' }),
    'hit-delete': (s) => s.chat.delete({ ...C1, ts: '1.2' }),
    'hit-schedule': (s) => s.chat.scheduleMessage({ ...C1, text: 'later', post_at: 1_900_000_000 }),
    'hit-ephemeral': (s) => s.chat.postEphemeral({ ...C1, user: 'U1', text: 'psst' }),
    'hit-me': (s) => s.chat.meMessage({ ...C1, text: 'waves' }),
    'hit-stream-start': (s) =>
      s.chat.startStream({ ...C1, thread_ts: '1.2', markdown_text: 'hi', recipient_user_id: 'U1', recipient_team_id: 'T1' }),
    'hit-stream-chunks': (s) =>
      s.chat.appendStream({ ...C1, ts: '1.2', chunks: [{ type: 'markdown_text', text: 'hello <!channel>' }] }),
    'hit-stream-stop': (s) => s.chat.stopStream({ ...C1, ts: '1.2' }),
    'hit-views-publish': (s) =>
      s.views.publish({
        user_id: 'U1',
        view: {
          type: 'home',
          blocks: [
            { type: 'section', text: { type: 'mrkdwn', text: '<!channel> hi' } },
            { type: 'image', image_url: 'https://img.example/x.png', alt_text: 'x' },
          ],
        },
      }),
    'miss-profile': (s) => s.users.profile.set({ name: 'status_text', value: 'x' }),
    'miss-admin': (s) => s.admin.users.remove({ team_id: 'T1', user_id: 'U1' }),
    'hit-invite': (s) => s.conversations.invite({ ...C1, users: 'U1,U2' }),
    'hit-open': (s) => s.conversations.open({ users: 'U1,U2' }),
    'hit-invite-shared': (s) => s.conversations.inviteShared({ ...C1, emails: ['eve@evil.example'] }),
    'hit-read': (s) => s.conversations.list({ limit: 10 }),
    'miss-create-channel': (s) => s.conversations.create({ name: 'plans', is_private: true }),
    'miss-kick': (s) => s.conversations.kick({ ...C1, user: 'U1' }),
    'hit-upload-url': (s) => s.files.getUploadURLExternal({ filename: 'plan.pdf', length: 5 }),
    'hit-complete-upload': (s) =>
      s.files.completeUploadExternal({
        files: [{ id: 'F1', title: 'plan.pdf' }],
        channel_id: 'C1',
        initial_comment: 'here',
      }),
  },
});

/** The bytes of a file go to where the first of three calls says. */
const slackFiles = vendor<WebClient>({
  folder: 'slack',
  sdk: '@slack/web-api',
  open: openSlack,
  answer: (line) => ({
    body: line.includes('getUploadURLExternal')
      ? { ok: true, upload_url: 'https://files.slack.com/upload/v1/abc', file_id: 'F1' }
      : { ok: true },
  }),
  skips: /^POST \/api\//,
  calls: {
    'hit-upload': (s) => s.filesUploadV2({ channel_id: 'C1', filename: 'plan.txt', content: 'hello' }),
  },
});

const twilio = vendor<Twilio>({
  folder: 'twilio',
  sdk: 'twilio',
  open: async () => {
    const { default: connect } = await import('twilio');
    return connect('AC0', 'x');
  },
  answer: () => ({ status: 201 }),
  calls: {
    'hit-message': (t) =>
      t.messages.create({
        to: '+15550100',
        from: '+15550199',
        body: 'hi',
        mediaUrl: ['https://media.example.com/a.png'],
      }),
    'hit-message-scheduled': (t) =>
      t.messages.create({
        to: '+15550100',
        messagingServiceSid: 'MG1',
        contentSid: 'HX1',
        sendAt: new Date('2027-01-01T00:00:00Z'),
        scheduleType: 'fixed',
      }),
    'hit-code': (t) => t.verify.v2.services('VA1').verifications.create({ to: '+15550100', channel: 'sms' }),
    'miss-code-check': (t) => t.verify.v2.services('VA1').verificationChecks.create({ to: '+15550100', code: '1' }),
    'hit-flow': (t) => t.studio.v2.flows('FW1').executions.create({ to: '+15550100', from: '+15550199' }),
    'hit-conversation': (t) => t.conversations.v1.conversations('CH1').messages.create({ body: 'hi', author: 'bot' }),
    'hit-conversation-service': (t) => t.conversations.v1.services('IS1').conversations('CH1').messages.create({ body: 'hi' }),
    'miss-call-changed': (t) => t.calls('CA1').update({ twiml: '<Response><Say>hi</Say></Response>' }),
    'hit-call': (t) => t.calls.create({ to: '+15550100', from: '+15550199', url: 'https://calls.example.com/x.xml' }),
  },
});

export const messageVendors: readonly Vendor[] = [slack, slackFiles, twilio];
