// Sign-off in Slack over an approval desk: a Slack on loopback, the console's real route, and people whom the bundle knows.

import { NO_PROOFS } from './no-proofs.ts';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSlack, type SlackDoor, type SlackEvent } from '../../src/approve/slack.ts';
import type { Ticket } from '../../src/approve/ticket.ts';
import { createOwnFetch } from '../../src/forward/own-fetch.ts';
import { createFailureThrottle } from '../../src/serve/failure-throttle.ts';
import { createMetrics } from '../../src/serve/metrics.ts';
import { startConsole } from '../../src/serve/console-server.ts';
import { approvalDesk, parkRequest, type Desk } from './approval-desk.ts';
import { deskHistory } from './desk-history.ts';
import { EMPTY_PLANS } from './no-plans.ts';
import { startSlackOrigin, type SignedInteraction, type SlackMessageRecord, type SlackOrigin } from './slack-origin.ts';
import { waitFor } from './wait-for.ts';

export const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
export const TOKEN = 'xoxb-0000-dummy-token-for-tests';
export const FINANCE_CHANNEL = 'C0FINANCE';

/** `U0MAX` is a user who is no approver, `U0GHOST` maps to nobody in the directory. */
const PEOPLE: Readonly<Record<string, string>> = { U0FIONA: 'fay', U0BO: 'bo', U0ADA: 'ada', U0MAX: 'max', U0GHOST: 'ghost' };

export interface SlackDesk extends AsyncDisposable {
  readonly desk: Desk;
  readonly slack: SlackOrigin;
  readonly events: SlackEvent[];
  readonly door: SlackDoor;
  park(change?: Parameters<typeof parkRequest>[0]): Promise<Ticket>;
  /** The newest message that shows a ticket of this state. */
  card(title: string, at?: number): Promise<SlackMessageRecord>;
  send(interaction: SignedInteraction, headers?: Readonly<Record<string, string>>): Promise<number>;
  restart(): Promise<void>;
}

export async function slackDesk(): Promise<SlackDesk> {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-slack-'));
  const slack = await startSlackOrigin({ leaf: null, token: TOKEN, secret: SECRET, channels: [FINANCE_CHANNEL, 'C0LEGAL'] });
  const botTokenFile = join(folder, 'token');
  const signingSecretFile = join(folder, 'secret');
  writeFileSync(botTokenFile, `${TOKEN}\n`, { mode: 0o600 });
  writeFileSync(signingSecretFile, `${SECRET}\n`, { mode: 0o600 });
  const events: SlackEvent[] = [];
  const open = (desk: Desk): Promise<SlackDoor> =>
    openSlack({
      config: {
        botTokenFile,
        signingSecretFile,
        channels: { finance: FINANCE_CHANNEL, legal: 'C0LEGAL' },
        apiUrl: `http://${slack.address}/api/`,
        publicUrl: 'https://interlock.example.com/',
      },
      ledger: desk.ledger,
      tickets: desk.book,
      directory: desk.directory,
      people: { userBy: (attribute, value) => (attribute === 'slack' ? (PEOPLE[value] ?? null) : null) },
      fetch: createOwnFetch({
        dial: async ({ host, port }) => ({ socket: connect({ host, port }), protocol: null, address: host }),
      }),
      onEvent: (event) => events.push(event),
      firstWaitMs: 40,
    });
  let desk = await approvalDesk();
  let door = await open(desk);
  let history = await deskHistory(desk.ledger);
  const serve = () =>
    startConsole({
      listener: { listen: { host: '127.0.0.1', port: 0 }, tls: null, plaintext: false },
      metrics: createMetrics(),
      directory: desk.directory,
      tickets: desk.book,
      judge: {
        mayRead: () => false,
        policies: [],
        userBy: () => null,
        state: { digest: 'b', policies: 0, loadedAt: '2026-01-01T00:00:00.000Z', lastError: null },
      },
      bodies: null,
      history,
      enforcement: 'enforce',
      budgets: { list: () => [] },
      plans: EMPTY_PLANS,
      proofs: NO_PROOFS,
      reports: { list: async () => [], read: () => Promise.reject(new Error('none is kept')) },
      bundles: { find: async () => [], read: () => Promise.reject(new Error('none is kept')) },
      shadow: { counts: () => ({ judged: 0, flips: 0, dropped: 0, failed: 0 }), candidate: () => null },
      sessionMinutes: 60,
      oidc: null,
      log: { warn: () => undefined },
      throttle: createFailureThrottle({ perMinute: 5 }),
      health: async () => ({ bundle: 'b', bundleRejected: null, ledger: { ok: true, entries: 1, lag: 0 }, caDaysLeft: 300 }),
      ready: () => true,
      slack: { receive: (request) => door.receive(request) },
    });
  let server = await serve();
  return {
    get desk() {
      return desk;
    },
    get door() {
      return door;
    },
    slack,
    events,
    park: (change) => desk.book.open(parkRequest(change)),
    card: (title, at = -1) => waitFor(() => slack.messages.filter((one) => one.text.startsWith(title)).at(at)),
    async send({ body, headers }, more = {}) {
      const url = `http://127.0.0.1:${server.address.port}/v1/slack/interactions`;
      const answer = await fetch(url, { method: 'POST', headers: { ...headers, ...more }, body });
      await answer.arrayBuffer();
      return answer.status;
    },
    async restart() {
      door.close();
      await server.close();
      await history.close();
      desk = await desk.restart();
      history = await deskHistory(desk.ledger);
      door = await open(desk);
      server = await serve();
    },
    async [Symbol.asyncDispose]() {
      door.close();
      await server.close();
      await history.close();
      desk[Symbol.dispose]();
      await slack[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}
