// /v1/events: the live feed as server-sent events (WHATWG HTML §9.2). Entries for operators, tickets for whom they concern.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OpenTicketBook } from '../approve/ticket-book.ts';
import type { Ticket } from '../approve/ticket.ts';
import type { Readers } from '../decide/reading.ts';
import type { Entry } from '../record/entry.ts';
import type { Feed, Followed } from '../record/feed.ts';
import { answers, READ_SECURITY } from './api-schema.ts';
import { asciiJson } from './ascii-json.ts';
import type { Caller, Callers } from './caller.ts';
import { feedEntry } from './feed-entry.ts';
import { problemOf, sendProblem } from './problem.ts';
import { seenBy } from './ticket-seen.ts';

export interface EventRouteDeps {
  readonly callers: Callers;
  readonly judge: Readers;
  readonly tickets: Pick<OpenTicketBook, 'get' | 'list' | 'mayDecide' | 'watch'>;
  readonly ledger: Followed;
  readonly feed: Pick<Feed, 'watch' | 'size'>;
  readonly maxClients?: number;
  readonly keepAliveMs?: number;
}

export interface Events {
  /** Streams open now. */
  count(): number;
  close(): void;
}

interface Client {
  readonly caller: Caller;
  readonly reply: FastifyReply;
  /** Sequence from which on entries are to be told; those below were, or are just being read back. */
  from: number;
}

const MAX_CLIENTS = 64;
const MAX_PER_USER = 6;
const KEEP_ALIVE_MS = 15_000;
/** What a client may leave unread. The feed never waits for one: it is dropped, and comes back with Last-Event-ID. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** Entries told again to one who comes back; who was away longer begins with the newest of them. */
const MAX_REPEATED = 500;

export function addEventRoutes(app: FastifyInstance, deps: EventRouteDeps): Events {
  const clients = new Set<Client>();
  const stops = [
    deps.feed.watch(
      (entries) => tellEntries(clients, entries, deps),
      () => clients.size > 0,
    ),
    deps.tickets.watch((ticket) => tellTicket(clients, ticket, deps)),
  ];
  const timer = setInterval(() => keepAlive(clients), deps.keepAliveMs ?? KEEP_ALIVE_MS).unref();
  app.get(
    '/v1/events',
    {
      onRequest: deps.callers.known,
      schema: {
        tags: ['ledger'],
        summary: 'What happens, as it happens',
        description:
          '`event: entry` with a FeedEntry and its sequence as id, for who may read the console; `event: ticket` with a Ticket for who may decide ' +
          'it or asked. An outcome comes as an entry of its own. `Last-Event-ID` (or `?after=`) resumes.',
        security: READ_SECURITY,
        querystring: { type: 'object', properties: { after: { type: 'integer', minimum: 0 } }, additionalProperties: false },
        response: answers({
          200: { description: 'A stream.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
        }),
      },
    },
    (request, reply) => open(request, reply, clients, deps),
  );
  return {
    count: () => clients.size,
    close() {
      clearInterval(timer);
      for (const stop of stops) stop();
      for (const client of clients) drop(clients, client);
    },
  };
}

async function open(
  request: FastifyRequest,
  reply: FastifyReply,
  clients: Set<Client>,
  deps: EventRouteDeps,
): Promise<FastifyReply | undefined> {
  const caller = deps.callers.of(request);
  const own = [...clients].filter((client) => client.caller.user.name === caller.user.name);
  if (clients.size >= (deps.maxClients ?? MAX_CLIENTS) || own.length >= MAX_PER_USER) {
    reply.header('retry-after', '10');
    return sendProblem(reply, problemOf(429, 'CONNECTION_LIMIT', 'too many streams are open: close a page of the console'));
  }
  const after = resumeAt(request);
  const start = deps.feed.size;
  const client: Client = { caller, reply, from: start };
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
  raw.on('error', () => drop(clients, client));
  raw.once('close', () => drop(clients, client));
  raw.write('retry: 2000\n\n');
  if (after !== null && after + 1 < start && deps.judge.mayRead(caller.user)) {
    // Told again before the stream is live: what is written meanwhile stands behind `start` or is read here.
    for await (const entry of deps.ledger.entries(Math.max(after + 1, start - MAX_REPEATED), MAX_REPEATED)) {
      if (entry.sequence < start) send(clients, client, entryEvent(entry));
    }
    client.from = start;
  }
  clients.add(client);
  // What was indexed while the others were read back.
  for await (const entry of deps.ledger.entries(start, Math.max(0, deps.feed.size - start))) {
    if (deps.judge.mayRead(caller.user)) send(clients, client, entryEvent(entry));
  }
  return undefined;
}

function resumeAt(request: FastifyRequest): number | null {
  const given =
    request.headers['last-event-id'] ?? (request.query instanceof Object && 'after' in request.query ? request.query.after : '');
  const text = String(given);
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function tellEntries(clients: Set<Client>, entries: readonly Entry[], deps: EventRouteDeps): void {
  const readers = [...clients].filter((client) => stays(clients, client) && deps.judge.mayRead(client.caller.user));
  if (readers.length === 0) return;
  for (const entry of entries) {
    const text = entryEvent(entry);
    for (const client of readers) if (entry.sequence >= client.from) send(clients, client, text);
  }
}

function tellTicket(clients: Set<Client>, ticket: Ticket, deps: EventRouteDeps): void {
  for (const client of clients) {
    const seen = stays(clients, client) ? seenBy(client.caller.user, ticket, deps.tickets) : null;
    if (seen !== null) send(clients, client, `event: ticket\ndata: ${asciiJson(seen)}\n\n`);
  }
}

function entryEvent(entry: Entry): string {
  return `event: entry\nid: ${entry.sequence}\ndata: ${asciiJson(feedEntry(entry, null))}\n\n`;
}

function keepAlive(clients: Set<Client>): void {
  for (const client of clients) if (stays(clients, client)) send(clients, client, ': keep-alive\n\n');
}

/** INVARIANT: who signed out, was revoked or ran out of time hears nothing more. */
function stays(clients: Set<Client>, client: Client): boolean {
  if (client.caller.stands()) return true;
  drop(clients, client);
  return false;
}

function send(clients: Set<Client>, client: Client, text: string): void {
  const { raw } = client.reply;
  if (raw.destroyed || raw.writableEnded) return;
  if (raw.writableLength > MAX_UNREAD_BYTES) drop(clients, client);
  else raw.write(text);
}

function drop(clients: Set<Client>, client: Client): void {
  clients.delete(client);
  const { raw } = client.reply;
  if (raw.writableLength > 0) raw.destroy();
  else if (!raw.writableEnded) raw.end();
}
