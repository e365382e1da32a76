// The real page over made-up answers: what the API promises, without a gateway behind it. Decisions change the made-up tickets.

import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import { addConsoleFiles, readConsoleFiles } from '../../src/serve/console-files.ts';
import type { FeedEntry, Session, Ticket, TicketView } from '../../console/model/shapes.ts';
import { fits } from '../../console/model/feed.ts';
import * as data from './console-data.ts';
import * as bundle from './console-bundle.ts';
import { kept } from './console-reports.ts';
import { tickets as openTickets } from './console-tickets.ts';
import { addFakePlans, type FakePlans } from './fake-plans.ts';

export interface FakeConsole extends AsyncDisposable {
  readonly url: string;
  /** Every call that changes something, with its body. */
  readonly changes: ReadonlyArray<{ readonly method: string; readonly path: string; readonly body: unknown }>;
  /** An entry comes on the stream, and is in the pages from then on. */
  send(entry: FeedEntry): void;
  /** What the next decision meets: somebody else was first. */
  decideElsewhere(id: string, by: string): void;
  readonly plans: FakePlans;
}

export const TOKEN = 'a-token-that-is-valid';
const CSRF = 'csrf-word';
const CONTENT_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

export async function fakeConsole(
  options: {
    readonly built?: string;
    readonly port?: number;
    readonly operator?: boolean;
    readonly enforcement?: Session['enforcement'];
  } = {},
): Promise<FakeConsole> {
  const app = fastify({ logger: false, forceCloseConnections: true });
  const enforcement = options.enforcement ?? 'enforce';
  const session: Session = {
    enforcement,
    user: 'fay',
    groups: ['finance', 'operators'],
    csrf: CSRF,
    expiresAt: '2099-01-01T00:00:00.000Z',
    operator: options.operator ?? true,
  };
  const changes: Array<{ method: string; path: string; body: unknown }> = [];
  const entries: FeedEntry[] = Array.from({ length: 1200 }, (_, i) => data.feedEntry(1200 - i));
  const streams = new Set<FastifyReply>();
  let tickets = openTickets();

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(CONTENT_HEADERS);
    if (!request.url.startsWith('/v1/') || ['/v1/session', '/v1/sign-in'].includes(request.url)) return undefined;
    if (request.headers.cookie !== 'interlock_session=1') return problem(reply, 401, 'APPROVER_REFUSED', 'sign in');
    if (request.method !== 'GET' && request.headers['x-interlock-csrf'] !== CSRF)
      return problem(reply, 403, 'APPROVER_REFUSED', 'no CSRF word');
    return undefined;
  });
  addSignIn(app, session);

  const secondsLeft = (ticket: Ticket): number => Math.max(0, Math.round((Date.parse(ticket.expiresAt) - Date.now()) / 1000));
  const fresh = (ticket: TicketView): TicketView => ({ ...ticket, secondsLeft: secondsLeft(ticket) });
  app.get<{ Querystring: { state?: string } }>(
    '/v1/tickets',
    (request, reply) =>
      void reply.send(
        tickets
          .filter((ticket) => request.query.state === undefined || ticket.state === request.query.state)
          .map(fresh)
          .sort((a, b) => a.secondsLeft - b.secondsLeft),
      ),
  );
  app.get<{ Params: { id: string } }>('/v1/tickets/:id', async (request, reply) => {
    const found = tickets.find((ticket) => ticket.id === request.params.id);
    return found === undefined ? problem(reply, 404, 'TICKET_UNKNOWN', 'there is no such ticket') : fresh(found);
  });
  const change = (id: string, how: (ticket: TicketView) => Partial<TicketView>): void => {
    tickets = tickets.map((ticket) => (ticket.id === id ? { ...ticket, ...how(ticket) } : ticket));
  };
  for (const decision of ['approve', 'deny'] as const) {
    app.post<{ Params: { id: string } }>(`/v1/tickets/:id/${decision}`, async (request, reply) => {
      changes.push({ method: 'POST', path: request.url, body: request.body });
      const found = tickets.find((ticket) => ticket.id === request.params.id);
      if (found?.state !== 'pending')
        return problem(
          reply,
          409,
          'TICKET_STATE',
          `ticket ${request.params.id} is already denied by ${found?.deniedBy ?? 'nobody'}`,
        );
      change(found.id, (ticket) =>
        decision === 'deny'
          ? { state: 'denied', deniedBy: 'fay' }
          : {
              state: 'spent',
              outcome: 'sent',
              approvals: [
                ...ticket.approvals,
                {
                  user: 'fay',
                  at: new Date().toISOString(),
                  channel: 'console',
                  policies: ticket.waits.map((wait) => wait.policy),
                },
              ],
            },
      );
      return tickets.find((ticket) => ticket.id === request.params.id);
    });
  }
  app.get('/v1/grants', async () => data.grants());
  app.delete('/v1/grants/:id', async (request, reply) => {
    changes.push({ method: 'DELETE', path: request.url, body: null });
    return reply.code(204).send();
  });
  app.get<{ Querystring: Record<string, string> }>('/v1/entries', (request, reply) => {
    const { before, limit, ...filters } = request.query;
    const all = entries.filter((entry) => entry.sequence < Number(before ?? Infinity) && fits(entry, filters));
    const page = all.slice(0, Number(limit ?? 50));
    void reply.send({ entries: page, next: all.length > page.length ? (page.at(-1)?.sequence ?? null) : null });
  });
  app.get('/v1/events', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    reply.raw.write(': hello\n\n');
    streams.add(reply);
    reply.raw.on('close', () => streams.delete(reply));
  });
  addOperatorViews(app);
  const plans = addFakePlans(app, (path, body) => changes.push({ method: 'POST', path, body }));
  addConsoleFiles(app, readConsoleFiles(options.built));
  const url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  return {
    url,
    changes,
    plans,
    send(entry) {
      entries.unshift(entry);
      for (const stream of streams) stream.raw.write(`event: entry\nid: ${entry.sequence}\ndata: ${JSON.stringify(entry)}\n\n`);
    },
    decideElsewhere: (id, by) => change(id, () => ({ state: 'denied', deniedBy: by })),
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/** What does not change. */
function addOperatorViews(app: FastifyInstance): void {
  app.get<{ Params: { exchange: string } }>(
    '/v1/exchanges/:exchange',
    (request, reply) => void reply.send(data.story(request.params.exchange)),
  );
  app.get('/v1/stats', async () => data.stats());
  app.get('/v1/agents', async () => data.agents);
  app.get('/v1/users', async () => data.users);
  app.get('/v1/bundle', async () => data.bundle());
  app.get('/v1/shadow', async () => data.shadow());
  app.get<{ Querystring: { before?: string } }>('/v1/bundle/history', async ({ query }, _reply) =>
    bundle.historyPage(query.before === undefined ? null : Number(query.before)),
  );
  app.get<{ Params: { digest: string } }>('/v1/bundle/history/:digest', async ({ params }, reply) => {
    const { digest } = params;
    return bundle.DIGESTS.now.startsWith(digest)
      ? bundle.keptBundle()
      : problem(reply, 404, 'BUNDLE_UNKNOWN', `no bundle is kept under ${digest}`);
  });
  app.get('/v1/bundle/diff', async () => bundle.diff());
  app.get('/v1/bundle/findings', async () => bundle.findings());
  app.get('/v1/reports', async () => ({ reports: [{ ...kept, ...kept.report }] }));
  app.get('/v1/reports/:id', async () => kept);
  let looks = 0;
  app.get('/v1/bundle/coverage', async () => {
    looks += 1;
    return looks === 1 ? { ...bundle.coverage(), state: 'running', coverage: null } : bundle.coverage();
  });
}

function addSignIn(app: FastifyInstance, session: Session): void {
  app.get('/v1/sign-in', async () => ({
    token: true,
    enforcement: session.enforcement,
    oidc: { name: 'Example SSO', url: '/v1/oidc/start' },
  }));
  app.get('/v1/session', async (request, reply) =>
    request.headers.cookie === 'interlock_session=1' ? session : problem(reply, 401, 'APPROVER_REFUSED', 'nobody'),
  );
  app.post<{ Body: { token?: string } }>('/v1/session', async (request, reply) => {
    if (request.body.token !== TOKEN) return problem(reply, 401, 'APPROVER_REFUSED', 'not valid');
    return reply.header('set-cookie', 'interlock_session=1; HttpOnly; SameSite=Strict; Path=/').send(session);
  });
  app.delete('/v1/session', async (_request, reply) =>
    reply.header('set-cookie', 'interlock_session=; Max-Age=0; Path=/').code(204).send(),
  );
}

function problem(reply: FastifyReply, status: number, code: string, detail: string): FastifyReply {
  const text = JSON.stringify({ type: 'about:blank', title: code, status, code, detail });
  return reply.code(status).type('application/problem+json').send(text);
}
