// http://interlock.internal/, as an agent sees it through the proxy: what is its own, and nothing that decides (threat D1).

import { readFileSync } from 'node:fs';
import type { RefusalTally } from '../connection/refusal-tally.ts';
import { RESERVED_NAME } from '../connection/reserved-name.ts';
import { toInterlockError } from '../errors.ts';
import { answer } from '../http/reply.ts';
import { outlook, ticketForAgent } from '../approve/agent-ticket.ts';
import type { TicketBook } from '../approve/tickets.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import type { NativeAnswer } from '../providers/refusal.ts';
import { internalJson, internalProblem, internalReply, methodNotAllowed, problemOf } from './internal-answer.ts';
import type { InternalDoor } from './internal-door.ts';
import { createTicketPoll, type TicketPoll } from './ticket-poll.ts';

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
  /** What takes messages. */
  readonly doors?: readonly InternalDoor[];
  /** Counts what a door refused unread or because it was too much: one entry a second tells of all of them. */
  readonly tally?: RefusalTally['count'];
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

export function createInternalSite({ caFile, tickets, doors = [], tally }: InternalSiteOptions): InternalSite {
  const caPem = readFileSync(caFile);
  const poll = createTicketPoll({ tickets });
  const index = Buffer.from(
    INDEX +
      doors
        .flatMap((door) => door.index)
        .map((line) => `${line}\n`)
        .join(''),
  );
  const page: InternalSite['page'] = (principal, method, path) => {
    // INVARIANT: nothing here acts. Approving is another listener's affair, with another kind of token.
    if (method !== 'GET' && method !== 'HEAD') return methodNotAllowed('GET, HEAD');
    const found =
      path === '/' ? internalReply(200, 'text/plain; charset=utf-8', index) : contentOf(principal, path, caPem, tickets);
    return method === 'HEAD' ? { ...found, body: Buffer.alloc(0) } : found;
  };
  return {
    page,
    answer(exchange) {
      if (exchange.request.authority.host !== RESERVED_NAME || exchange.fault !== null) return false;
      const principal = exchange.identify();
      const give = (found: NativeAnswer): void => {
        const closing = exchange.body.complete ? [] : ['connection', 'close'];
        answer(exchange.reply, found.status, [...found.headers, ...requestId(exchange), ...closing], found.body);
        exchange.body.discard(DRAINED_BYTES);
      };
      const { method, path } = exchange.request;
      const door = doors.find((one) => one.has(path));
      if (door !== undefined) void throughDoor(door, exchange, principal, tally).then(give);
      else {
        const wait = waitOf(exchange, principal, tickets);
        if (wait === null) give(page(principal, method, path));
        else void waited(exchange, wait, poll).then((proved) => give(proved === null ? notFound() : page(proved, method, path)));
      }
      return true;
    },
  };
}

/** Never rejects. */
async function throughDoor(
  door: InternalDoor,
  exchange: Exchange,
  principal: Principal,
  tally: InternalSiteOptions['tally'],
): Promise<NativeAnswer> {
  try {
    return await door.answer(exchange, principal);
  } catch (thrown) {
    const error = toInterlockError(thrown);
    tally?.(exchange.source, error.code, `${principal.agent}: ${error.message}`);
    return problemOf(error);
  } finally {
    exchange.body.release();
  }
}

/** AuthZEN §10.1.4: whoever numbers its requests finds the number again. */
function requestId({ request }: Exchange): string[] {
  const [id, more] = request.headers.all('x-request-id');
  return id === undefined || more !== undefined || !/^[!-~]{1,200}$/.test(id) ? [] : ['x-request-id', id];
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
  if (path === '/ca.pem') return internalReply(200, 'application/x-pem-file', caPem);
  if (path === '/v1/me')
    return internalJson({ agent: principal.agent, teams: principal.teams, user: principal.user, session: principal.session });
  // Callers without a token are all one agent: none of them may see what another waits for.
  if (principal.provedBy === 'anonymous') return notFound();
  if (path === '/v1/tickets') return internalJson(tickets.list({ agent: principal.agent }).map(ticketForAgent));
  const id = TICKET_PATH.exec(path)?.[1];
  const ticket = id === undefined ? undefined : tickets.get(id);
  // The same answer for another agent's ticket and for none (threat D2).
  return ticket === undefined || ticket.agent !== principal.agent
    ? notFound()
    : internalJson({ ...ticketForAgent(ticket), ...outlook(ticket) });
}

function notFound(): NativeAnswer {
  return internalProblem(404, `there is no such page: http://${RESERVED_NAME}/ lists those there are`);
}
