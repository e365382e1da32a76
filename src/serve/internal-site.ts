// http://interlock.internal/, as an agent sees it through the proxy: what is its own, and nothing that decides (threat D1).

import { readFileSync } from 'node:fs';
import { RESERVED_NAME } from '../connection/reserved-name.ts';
import { answer } from '../http/reply.ts';
import type { Ticket } from '../approve/ticket.ts';
import type { TicketBook } from '../approve/tickets.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import type { NativeAnswer } from '../providers/refusal.ts';
import { asciiJson } from './ascii-json.ts';

interface InternalSite {
  /** Pure but for the ticket book: what this principal gets. */
  page(principal: Principal, method: string, path: string): NativeAnswer;
  /**
   * Answers an exchange for the reserved name; false, untouched, for any other and for a malformed one, which the pipeline refuses.
   * Throws IDENTITY_REQUIRED, IDENTITY_REJECTED.
   */
  answer(exchange: Exchange): boolean;
}

interface InternalSiteOptions {
  /** PEM file of the CA. Read once: it changes only with a restart. */
  readonly caFile: string;
  readonly tickets: Pick<TicketBook, 'get' | 'list'>;
}

const INDEX = `Interlock: what an agent may ask here
/ca.pem           the certificate to trust
/v1/me            who you are to the policies
/v1/tickets       your requests that wait for people
/v1/tickets/ID    one of them
`;
/** An unwanted request body is read away up to here. */
const DRAINED_BYTES = 1024 * 1024;

export function createInternalSite({ caFile, tickets }: InternalSiteOptions): InternalSite {
  const caPem = readFileSync(caFile);
  const page: InternalSite['page'] = (principal, method, path) => {
    // INVARIANT: nothing here acts. Approving is another listener's affair, with another kind of token.
    if (method !== 'GET' && method !== 'HEAD') return problem(405, 'only GET and HEAD are answered here', ['allow', 'GET, HEAD']);
    const found = contentOf(principal, path, caPem, tickets);
    return method === 'HEAD' ? { ...found, body: Buffer.alloc(0) } : found;
  };
  return {
    page,
    answer(exchange) {
      if (exchange.request.authority.host !== RESERVED_NAME || exchange.fault !== null) return false;
      const principal = exchange.identify();
      const { status, headers, body } = page(principal, exchange.request.method, exchange.request.path);
      const closing = exchange.body.complete ? [] : ['connection', 'close'];
      answer(exchange.reply, status, [...headers, ...closing], body);
      exchange.body.discard(DRAINED_BYTES);
      return true;
    },
  };
}

function contentOf(principal: Principal, path: string, caPem: Buffer, tickets: Pick<TicketBook, 'get' | 'list'>): NativeAnswer {
  if (path === '/') return reply(200, 'text/plain; charset=utf-8', Buffer.from(INDEX));
  if (path === '/ca.pem') return reply(200, 'application/x-pem-file', caPem);
  if (path === '/v1/me')
    return json({ agent: principal.agent, teams: principal.teams, user: principal.user, session: principal.session });
  // Callers without a token are all one agent: none of them may see what another waits for.
  if (principal.provedBy === 'anonymous') return notFound();
  if (path === '/v1/tickets') return json(tickets.list({ agent: principal.agent }).map(ticketForAgent));
  const id = /^\/v1\/tickets\/(t_[a-z2-7]{26})$/.exec(path)?.[1];
  const ticket = id === undefined ? undefined : tickets.get(id);
  // The same answer for another agent's ticket and for none (threat D2).
  return ticket === undefined || ticket.agent !== principal.agent ? notFound() : json(ticketForAgent(ticket));
}

/** What an agent needs to know to wait or to give up. Who decided is not among it. */
function ticketForAgent(ticket: Ticket): object {
  const { id, state, host, method, path, reason, waits, createdAt, expiresAt, grant } = ticket;
  return { id, state, host, method, path, reason, policies: waits.map((wait) => wait.policy), createdAt, expiresAt, grant };
}

function json(value: unknown): NativeAnswer {
  return reply(200, 'application/json', Buffer.from(`${asciiJson(value)}\n`));
}

function notFound(): NativeAnswer {
  return problem(404, `there is no such page: http://${RESERVED_NAME}/ lists those there are`);
}

function problem(status: number, detail: string, headers: readonly string[] = []): NativeAnswer {
  const title = status === 404 ? 'Not Found' : 'Method Not Allowed';
  const body = Buffer.from(`${asciiJson({ type: 'about:blank', title, status, detail })}\n`);
  return {
    ...reply(status, 'application/problem+json', body),
    headers: ['content-type', 'application/problem+json', ...COMMON, ...headers],
  };
}

const COMMON = ['cache-control', 'no-store', 'x-content-type-options', 'nosniff'];

function reply(status: number, type: string, body: Buffer): NativeAnswer {
  return { status, headers: ['content-type', type, ...COMMON], body };
}
