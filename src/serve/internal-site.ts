// http://interlock.internal/, as an agent sees it through the proxy: what is its own, and nothing that decides (threat D1).

import { readFileSync } from 'node:fs';
import { RESERVED_NAME } from '../connection/reserved-name.ts';
import { answer } from '../http/reply.ts';
import type { Ticket } from '../approve/ticket.ts';
import type { TicketBook } from '../approve/tickets.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import type { NativeAnswer } from '../providers/refusal.ts';
import { createTicketPoll, type TicketPoll } from './ticket-poll.ts';
import { secondsLeft } from './ticket-seen.ts';
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
  readonly tickets: Pick<TicketBook, 'get' | 'list' | 'watch'>;
}

const INDEX = `Interlock: what an agent may ask here
/ca.pem           the certificate to trust
/v1/me            who you are to the policies
/v1/tickets       your requests that wait for people
/v1/tickets/ID    one of them; with ?waitSeconds=30 the answer comes when it is decided
`;
const TICKET_PATH = /^\/v1\/tickets\/(t_[a-z2-7]{26})$/;
/** An unwanted request body is read away up to here. */
const DRAINED_BYTES = 1024 * 1024;

export function createInternalSite({ caFile, tickets }: InternalSiteOptions): InternalSite {
  const caPem = readFileSync(caFile);
  const poll = createTicketPoll({ tickets });
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
      const give = (found: NativeAnswer): void => {
        const closing = exchange.body.complete ? [] : ['connection', 'close'];
        answer(exchange.reply, found.status, [...found.headers, ...closing], found.body);
        exchange.body.discard(DRAINED_BYTES);
      };
      const { method, path } = exchange.request;
      const wait = waitOf(exchange, principal, tickets);
      if (wait === null) give(page(principal, method, path));
      else void waited(exchange, wait, poll).then((proved) => give(proved === null ? notFound() : page(proved, method, path)));
      return true;
    },
  };
}

interface Wait {
  readonly id: string;
  readonly agent: string;
  readonly seconds: number;
}

/** A long poll of a ticket that is this agent's own: of any other it learns nothing, not by the time that an answer takes either. */
function waitOf({ request }: Exchange, principal: Principal, tickets: Pick<TicketBook, 'get'>): Wait | null {
  const id = TICKET_PATH.exec(request.path)?.[1] ?? '';
  const seconds = Number(/^\??waitSeconds=(\d{1,3})$/.exec(request.query)?.[1] ?? '0');
  const own = principal.provedBy !== 'anonymous' && tickets.get(id)?.agent === principal.agent;
  return own && seconds > 0 && request.method === 'GET' ? { id, agent: principal.agent, seconds } : null;
}

/** Who asks, proved again after the wait: a token may have been revoked meanwhile. Null: nobody any more. */
async function waited(exchange: Exchange, { id, agent, seconds }: Wait, poll: TicketPoll): Promise<Principal | null> {
  const gone = new AbortController();
  exchange.reply.onClose(() => gone.abort());
  await poll.next(id, agent, seconds, gone.signal);
  try {
    return exchange.identify();
  } catch {
    return null;
  }
}

function contentOf(principal: Principal, path: string, caPem: Buffer, tickets: Pick<TicketBook, 'get' | 'list'>): NativeAnswer {
  if (path === '/') return reply(200, 'text/plain; charset=utf-8', Buffer.from(INDEX));
  if (path === '/ca.pem') return reply(200, 'application/x-pem-file', caPem);
  if (path === '/v1/me')
    return json({ agent: principal.agent, teams: principal.teams, user: principal.user, session: principal.session });
  // Callers without a token are all one agent: none of them may see what another waits for.
  if (principal.provedBy === 'anonymous') return notFound();
  if (path === '/v1/tickets') return json(tickets.list({ agent: principal.agent }).map(ticketForAgent));
  const id = TICKET_PATH.exec(path)?.[1];
  const ticket = id === undefined ? undefined : tickets.get(id);
  // The same answer for another agent's ticket and for none (threat D2).
  return ticket === undefined || ticket.agent !== principal.agent
    ? notFound()
    : json({ ...ticketForAgent(ticket), ...outlook(ticket) });
}

/** What an agent needs to know to wait or to give up. Who decided is not among it. */
function ticketForAgent(ticket: Ticket): object {
  const { id, state, host, method, path, reason, waits, createdAt, expiresAt, grant, denial } = ticket;
  return {
    id,
    state,
    host,
    method,
    path,
    reason,
    denial,
    policies: waits.map((wait) => wait.policy),
    createdAt,
    expiresAt,
    grant,
  };
}

/** Whom it waits for, how long still, and what to do now. */
function outlook(ticket: Ticket): object {
  const approvers = [...new Set(ticket.waits.flatMap((wait) => wait.approvers))];
  return { approvers, secondsLeft: secondsLeft(ticket), next: NEXT[ticket.state] };
}

const NEXT: Readonly<Record<Ticket['state'], string>> = {
  pending: 'Wait: ask here again with ?waitSeconds=30. Repeating the request meanwhile joins this ticket and changes nothing.',
  approved: 'Repeat the same request now: it is let through once.',
  denied: 'Do not repeat it: a person said no. Tell whom you work for.',
  expired: 'Nobody decided in time, or the approval was not used. Repeating the request asks again.',
  spent: 'It was sent. Repeating the request asks again.',
};

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
