// The moves of tickets as they happen, one JSON object a line (NDJSON), for who follows them over the control socket.

import type { FastifyReply } from 'fastify';
import { InterlockError } from '../errors.ts';
import { asciiJson } from './ascii-json.ts';
import type { Operator } from './operator.ts';

interface TicketStreams {
  /** Hijacks the reply and writes to it until the other side leaves. Throws CONNECTION_LIMIT when too many follow already. */
  open(reply: FastifyReply, failure: (thrown: unknown) => object): Promise<void>;
}

interface TicketStreamsOptions {
  readonly maxStreams?: number;
  readonly keepAliveMs?: number;
}

const MAX_STREAMS = 16;
/** Well under the 60 s after which a silent gateway counts as gone (control-client.ts). */
const KEEP_ALIVE_MS = 15_000;
/** What a reader may leave unread: a ticket's move never waits for one, so who is slower is dropped. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

export function createTicketStreams(
  operator: Pick<Operator, 'watchTickets'>,
  { maxStreams = MAX_STREAMS, keepAliveMs = KEEP_ALIVE_MS }: TicketStreamsOptions = {},
): TicketStreams {
  let streams = 0;
  return {
    async open(reply, failure) {
      if (streams >= maxStreams) {
        throw new InterlockError('CONNECTION_LIMIT', `${maxStreams} commands follow the tickets already`, {
          hint: 'end one of them: Ctrl-C in its terminal',
        });
      }
      streams += 1;
      try {
        await stream(operator, reply, failure, keepAliveMs);
      } finally {
        streams -= 1;
      }
    },
  };
}

async function stream(
  operator: Pick<Operator, 'watchTickets'>,
  reply: FastifyReply,
  failure: (thrown: unknown) => object,
  keepAliveMs: number,
): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  const left = new AbortController();
  const write = (text: string): void => {
    if (raw.destroyed || raw.writableEnded) return;
    if (raw.writableLength > MAX_UNREAD_BYTES) raw.destroy();
    else raw.write(text);
  };
  raw.on('error', () => raw.destroy());
  raw.once('close', () => left.abort());
  raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
  // The header goes at once, and a blank line now and then tells that somebody is still there.
  write('\n');
  const timer = setInterval(write, keepAliveMs, '\n').unref();
  try {
    await operator.watchTickets((ticket, move) => write(`${asciiJson({ move, ticket })}\n`), left.signal);
  } catch (thrown) {
    write(`${asciiJson(failure(thrown))}\n`);
  } finally {
    clearInterval(timer);
    raw.end();
  }
}
