// A stand-in for Slack: the Web API methods that cards need, in its documented formats, and interactions signed as Slack signs them.

import { createHmac, randomBytes } from 'node:crypto';
import { sendJson, startOrigin, type Origin, type OriginResponse } from './origin.ts';
import { blockProblem, modalProblem } from './slack-blocks.ts';
import type { Leaf } from './throwaway-ca.ts';

type Fields = Readonly<Record<string, string>>;

export interface SlackMessageRecord {
  readonly channel: string;
  readonly ts: string;
  text: string;
  blocks: readonly Record<string, unknown>[];
  /** How often it was changed. */
  updates: number;
}

export interface SlackCall {
  readonly method: string;
  readonly fields: Fields;
  /** When it was read, on the clock that never steps. */
  readonly atMs: number;
}

/** What a click's payload says besides the button. */
export interface ClickChange {
  readonly user?: string;
  readonly team?: string;
  readonly userTeam?: string;
  readonly channel?: string;
  readonly ts?: string;
}

export interface SlackOrigin extends Origin {
  readonly messages: SlackMessageRecord[];
  readonly calls: SlackCall[];
  readonly views: { readonly trigger: string; readonly view: Record<string, unknown> }[];
  /** Words for one person: `[channel, user, blocks as text]`. */
  readonly whispers: { readonly channel: string; readonly user: string; readonly text: string }[];
  /** While set: `down` cuts connections, `error` answers 503, a number answers 429 with that Retry-After. */
  trouble: 'down' | 'error' | number | null;
  /** The signed request of a pressed button. */
  click(message: SlackMessageRecord, button: string, change?: ClickChange): SignedInteraction;
  submit(view: Record<string, unknown>, choice: string, user: string): SignedInteraction;
}

export interface SignedInteraction {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const TEAM = 'T0HOUSE';
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.postMessage': ['channel'],
  'chat.update': ['channel', 'ts'],
  'chat.postEphemeral': ['channel', 'user'],
  'views.open': ['trigger_id', 'view'],
};

export function signed(secret: string, payload: unknown, second = Math.floor(Date.now() / 1000)): SignedInteraction {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const signature = createHmac('sha256', secret).update(`v0:${second}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(second),
      'x-slack-signature': `v0=${signature}`,
    },
  };
}

export async function startSlackOrigin(options: {
  readonly leaf: Leaf | null;
  readonly token: string;
  readonly secret: string;
  readonly channels: readonly string[];
}): Promise<SlackOrigin> {
  const messages: SlackMessageRecord[] = [];
  const calls: SlackCall[] = [];
  const views: SlackOrigin['views'] = [];
  const whispers: SlackOrigin['whispers'] = [];
  const state: { trouble: SlackOrigin['trouble'] } = { trouble: null };
  let count = 0;
  const handle = (method: string, fields: Fields): Record<string, unknown> => {
    const missing = REQUIRED[method]?.find((name) => fields[name] === undefined);
    if (REQUIRED[method] === undefined) return { ok: false, error: 'unknown_method' };
    if (missing !== undefined) return { ok: false, error: 'invalid_arguments' };
    const { channel = '', ts = '', blocks = '[]', text = '', user = '' } = fields;
    if (method === 'auth.test') return { ok: true, team_id: TEAM, user_id: 'U0BOT', bot_id: 'B0BOT' };
    if (method === 'views.open') {
      if (modalProblem(fields['view'] ?? '') !== null) return { ok: false, error: 'invalid_arguments' };
      views.push({ trigger: fields['trigger_id'] ?? '', view: JSON.parse(fields['view'] ?? '') as Record<string, unknown> });
      return { ok: true };
    }
    if (!options.channels.includes(channel)) return { ok: false, error: 'channel_not_found' };
    if (blockProblem(blocks) !== null) return { ok: false, error: 'invalid_blocks' };
    const parsed = JSON.parse(blocks) as Record<string, unknown>[];
    if (method === 'chat.postEphemeral') {
      whispers.push({ channel, user, text: blocks });
      return { ok: true, message_ts: '1.1' };
    }
    const known = messages.find((one) => one.channel === channel && one.ts === ts);
    if (method === 'chat.update') {
      if (known === undefined) return { ok: false, error: 'message_not_found' };
      Object.assign(known, { text, blocks: parsed, updates: known.updates + 1 });
      return { ok: true, channel, ts };
    }
    count += 1;
    const message = { channel, ts: `1700000000.${String(count).padStart(6, '0')}`, text, blocks: parsed, updates: 0 };
    messages.push(message);
    return { ok: true, channel, ts: message.ts, message: { text } };
  };
  const origin = await startOrigin({
    leaf: options.leaf,
    protocols: ['http/1.1'],
    async answer(_request, response, received) {
      const fields = Object.fromEntries(new URLSearchParams((await received.body()).toString('utf8')));
      const method = received.target.replace('/api/', '');
      calls.push({ method, fields, atMs: performance.now() });
      if (state.trouble !== null) return inTrouble(response, state.trouble);
      if (received.get('authorization') !== `Bearer ${options.token}`)
        return sendJson(response, 200, { ok: false, error: 'invalid_auth' });
      return sendJson(response, 200, handle(method, fields));
    },
  });
  return Object.defineProperty(
    Object.assign(origin, {
      messages,
      calls,
      views,
      whispers,
      click: (message: SlackMessageRecord, button: string, change: ClickChange = {}) =>
        signed(options.secret, clickPayload(message, button, change)),
      submit: (view: Record<string, unknown>, choice: string, user: string) =>
        signed(options.secret, {
          type: 'view_submission',
          team: { id: TEAM },
          user: { id: user, team_id: TEAM },
          view: {
            ...view,
            state: { values: { 'interlock-offers': { 'interlock-offer': { selected_option: { value: choice } } } } },
          },
        }),
    }),
    'trouble',
    {
      get: () => state.trouble,
      set(value: SlackOrigin['trouble']) {
        state.trouble = value;
      },
    },
  ) as unknown as SlackOrigin;
}

function inTrouble(response: OriginResponse, trouble: 'down' | 'error' | number): unknown {
  if (trouble === 'down') return response.socket?.destroy();
  if (trouble === 'error') return sendJson(response, 503, { ok: false });
  return sendJson(response, 429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(trouble) });
}

export interface Button {
  readonly action_id: string;
  readonly value: string;
  readonly url?: string;
  readonly text: { readonly text: string };
}

/** The buttons that a message shows now, by what stands before the dot of their id. */
export function buttonsOf(message: SlackMessageRecord): ReadonlyMap<string, Button> {
  const elements = message.blocks
    .filter((block) => block['type'] === 'actions')
    .flatMap((block) => block['elements'] as Button[]);
  return new Map(elements.map((button) => [button.action_id.split('.')[0] ?? '', button]));
}

function clickPayload(message: SlackMessageRecord, button: string, change: ClickChange): unknown {
  const { user = 'U0FIONA', team = TEAM, userTeam = team, channel = message.channel, ts = message.ts } = change;
  const pressed = buttonsOf(message).get(button);
  if (pressed === undefined) throw new Error(`the card has no button ${button}`);
  return {
    type: 'block_actions',
    user: { id: user, team_id: userTeam },
    team: { id: team, domain: 'house' },
    channel: { id: channel, name: 'approvals' },
    container: { type: 'message', message_ts: ts, channel_id: channel },
    message: { ts },
    trigger_id: `${Date.now()}.${randomBytes(6).toString('hex')}`,
    actions: [{ type: 'button', action_id: pressed.action_id, value: pressed.value, action_ts: String(Date.now()) }],
  };
}
