// A running console over an approval desk, and a caller that may say anything in its head.

import { request } from 'node:http';
import { deskHistory } from './desk-history.ts';

import { createFailureThrottle } from '../../src/serve/failure-throttle.ts';
import { createMetrics } from '../../src/serve/metrics.ts';
import { startConsole } from '../../src/serve/console-server.ts';
import { NO_PROOFS } from './no-proofs.ts';
import { planBookOf } from './plan-desk.ts';
import { approvalDesk } from './approval-desk.ts';
import type { ConsoleOptions } from '../../src/serve/console-server.ts';
import type { OpenPlanBook } from '../../src/plan/plan-book.ts';
import type { Desk } from './approval-desk.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON, of the shape that the test gives it. */
  read(): ReturnType<typeof JSON.parse>;
}

/** Somebody signed in, with the cookie that their browser holds and the header that the page adds. */
export interface Browser {
  readonly cookie: string;
  readonly csrf: string;
  ask(method: string, path: string, body?: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface ConsoleDesk extends AsyncDisposable {
  readonly desk: Desk;
  readonly plans: OpenPlanBook;
  readonly port: number;
  ask(method: string, path: string, headers?: Readonly<Record<string, string | string[]>>, body?: string): Promise<Answer>;
  /** With a user's token and the content type that decisions need. */
  askAs(token: string, method: string, path: string, body?: string): Promise<Answer>;
  /** Signs in with a user's token. */
  signIn(token: string): Promise<Browser>;
}

/** What the console asks of a judge: members of `operators` may read. */
export const READER_JUDGE: ConsoleOptions['judge'] = {
  mayRead: (user) => user.groups.includes('operators'),
  policies: [],
  userBy: () => null,
  state: { digest: 'digest', policies: 0, loadedAt: '2026-01-01T00:00:00.000Z', lastError: null },
};

export async function consoleDesk(
  change: Partial<ConsoleOptions> = {},
  deskChange: Parameters<typeof approvalDesk>[0] = {},
): Promise<ConsoleDesk> {
  const desk = await approvalDesk(deskChange);
  const history = await deskHistory(desk.ledger);
  const plans = await planBookOf(desk);
  const server = await startConsole({
    listener: { listen: { host: '127.0.0.1', port: 0 }, tls: null, plaintext: false },
    metrics: createMetrics(),
    directory: desk.directory,
    tickets: desk.book,
    judge: READER_JUDGE,
    bodies: null,
    history,
    enforcement: 'enforce',
    budgets: { list: () => [] },
    plans,
    proofs: NO_PROOFS,
    reports: { list: async () => [], read: () => Promise.reject(new Error('none is kept')) },
    bundles: { find: async () => [], read: () => Promise.reject(new Error('none is kept')) },
    shadow: { counts: () => ({ judged: 0, flips: 0, dropped: 0, failed: 0 }), candidate: () => null },
    sessionMinutes: 60,
    oidc: null,
    log: { warn: () => undefined },
    throttle: createFailureThrottle({ perMinute: 5 }),
    health: async () => ({ bundle: 'digest', bundleRejected: null, ledger: { ok: true, entries: 1, lag: 0 }, caDaysLeft: 300 }),
    ready: () => true,
    ...change,
  });
  const { port } = server.address;
  const ask: ConsoleDesk['ask'] = (method, path, headers = {}, body = '') =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('end', () => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text, read: () => JSON.parse(text) });
          });
      });
      sent.on('error', reject).end(body);
    });
  const json = { 'content-type': 'application/json' };
  return {
    desk,
    plans,
    port,
    ask,
    async signIn(token) {
      const answer = await ask('POST', '/v1/session', json, JSON.stringify({ token }));
      const { csrf }: { csrf: string } = answer.read();
      const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
      return {
        cookie,
        csrf,
        ask: (method, path, body = '', headers = {}) =>
          ask(method, path, { cookie, 'x-interlock-csrf': csrf, ...(body === '' ? {} : json), ...headers }, body),
      };
    },
    askAs: (token, method, path, body = '') =>
      ask(method, path, { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body),
    async [Symbol.asyncDispose]() {
      await server.close();
      plans.close();
      await history.close();
      desk[Symbol.dispose]();
    },
  };
}
