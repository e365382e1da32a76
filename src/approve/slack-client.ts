// The few calls of Slack's Web API that cards need, and what their failures mean. The one door to @slack/web-api.

import { WebClient, WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, LogLevel } from '@slack/web-api';
import type { KnownBlock, Logger, ModalView } from '@slack/web-api';

export type SlackBlock = KnownBlock;
export type SlackModal = ModalView;

export interface SlackMessage {
  /** For notifications and screen readers; never an agent's words. */
  readonly text: string;
  readonly blocks: SlackBlock[];
}

/** Every call is one try. Throws SlackFailure and nothing else; never with the token or an agent's words in it. */
export interface SlackApi {
  /** The workspace that the token is for (`T…`). */
  team(): Promise<string>;
  /** The message's `ts`, which names it in its channel. */
  post(channel: string, message: SlackMessage): Promise<{ readonly ts: string }>;
  update(channel: string, ts: string, message: SlackMessage): Promise<void>;
  /** Shown to this one person only. */
  whisper(channel: string, slackUser: string, text: string): Promise<void>;
  openModal(trigger: string, view: SlackModal): Promise<void>;
}

/** `outage`: try again later. `rate`: not before `retryAfterSeconds`. `refused`: the same call will never go well. */
export class SlackFailure extends Error {
  readonly kind: 'outage' | 'rate' | 'refused';
  readonly retryAfterSeconds: number;
  constructor(kind: SlackFailure['kind'], message: string, retryAfterSeconds = 0) {
    super(message);
    this.name = 'SlackFailure';
    this.kind = kind;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface SlackClientOptions {
  readonly token: string;
  /** Ends in `/`. */
  readonly apiUrl: string;
  /** Interlock's own way out: the host's proxy variables have no say in where the token goes. */
  readonly fetch: typeof fetch;
}

/** Slack answers in well under a second; a click has to be answered in three. */
const TIMEOUT_MS = 10_000;

/** The library's own log writes bodies and header names: nothing of it is wanted. */
const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** Mentions, links and previews come from nobody's text: agents' words are plain text, and this keeps the fallback so too. */
const NO_MARKUP = { parse: 'none', link_names: false, mrkdwn: false, unfurl_links: false, unfurl_media: false } as const;

export function createSlackApi({ token, apiUrl, fetch }: SlackClientOptions): SlackApi {
  const client = new WebClient(token, {
    slackApiUrl: apiUrl,
    fetch,
    timeout: TIMEOUT_MS,
    // The queue of each channel waits and tries again; a client that slept by itself would hold up every other channel.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: SILENT,
  });
  return {
    async team() {
      const { team_id: team } = await named('auth.test', () => client.auth.test());
      return present('auth.test', team);
    },
    async post(channel, { text, blocks }) {
      const said = await named('chat.postMessage', () =>
        client.apiCall('chat.postMessage', { channel, text, blocks, ...NO_MARKUP }),
      );
      const ts: unknown = Reflect.get(said, 'ts');
      return { ts: present('chat.postMessage', typeof ts === 'string' ? ts : undefined) };
    },
    async update(channel, ts, { text, blocks }) {
      await named('chat.update', () => client.chat.update({ channel, ts, text, blocks, parse: 'none', link_names: false }));
    },
    async whisper(channel, user, text) {
      const blocks: SlackBlock[] = [{ type: 'section', text: { type: 'plain_text', text, emoji: false } }];
      await named('chat.postEphemeral', () =>
        client.chat.postEphemeral({
          channel,
          user,
          text: 'Interlock has a word for you.',
          blocks,
          parse: 'none',
          link_names: false,
        }),
      );
    },
    async openModal(trigger, view) {
      await named('views.open', () => client.views.open({ trigger_id: trigger, view }));
    },
  };
}

async function named<T>(method: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw failureOf(method, thrown);
  }
}

function present(method: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new SlackFailure('outage', `${method}: the answer is not Slack's`);
  return value;
}

/** What no waiting heals. All else (a revoked token, a channel that the app was not invited to) an operator can put right meanwhile. */
const FINAL: ReadonlySet<string> = new Set([
  'cant_update_message',
  'edit_window_closed',
  'expired_trigger_id',
  'exchanged_trigger_id',
  'invalid_arguments',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_trigger_id',
  'message_not_found',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'trigger_exchanged',
  'trigger_expired',
  'user_not_in_channel',
]);

/** INVARIANT: made anew from the kind and Slack's error name alone. The library's errors carry headers and bodies (threat D14). */
function failureOf(method: string, thrown: unknown): SlackFailure {
  if (thrown instanceof SlackFailure) return thrown;
  if (thrown instanceof WebAPIRateLimitedError)
    return new SlackFailure('rate', `${method}: too many calls`, Math.max(1, thrown.retryAfter));
  if (thrown instanceof WebAPIPlatformError) {
    const name = /^[a-z_]{1,60}$/.exec(thrown.data.error)?.[0] ?? 'an answer that is not JSON';
    return new SlackFailure(FINAL.has(name) ? 'refused' : 'outage', `${method}: ${name}`);
  }
  if (thrown instanceof WebAPIHTTPError) return new SlackFailure('outage', `${method}: status ${thrown.statusCode}`);
  return new SlackFailure('outage', `${method}: no connection`);
}
