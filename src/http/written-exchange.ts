// An exchange of a request that is only written, not sent: nobody is answered, and nothing leaves.

import type { Principal } from '../identify/principal.ts';
import type { Exchange } from './exchange.ts';
import { createMemoryBudget } from './memory-budget.ts';
import type { Reply } from './reply.ts';
import { type WrittenRequest, writtenBody } from './written-request.ts';

/** One request is in memory already; what it decodes to may be as large as any that arrives. */
const MEMORY_BYTES = 64 * 1024 * 1024;

/** Its body is there once: make another exchange of the same writing to read it again. */
export function writtenExchange(written: WrittenRequest, principal: Principal, id: string): Exchange {
  return {
    id,
    request: written.view,
    body: writtenBody(written, createMemoryBudget(MEMORY_BYTES)),
    reply: NO_REPLY,
    identify: () => principal,
    fault: null,
    cause: null,
    rehearsal: true,
    source: id,
    startedMs: performance.now(),
  };
}

/** Nobody is answered. */
const NO_REPLY: Reply = {
  headSent: false,
  inform: () => undefined,
  head: () => undefined,
  write: () => true,
  onDrain: () => undefined,
  end: () => undefined,
  abort: () => undefined,
  onClose: () => undefined,
  switchProtocols: () => null,
};
