// Each message of a WebSocket that would do something is an exchange of its own: the same pipeline, with the upgrade as its cause.

import type { Action } from './classify/action.ts';
import { checkActions } from './classify/action-limits.ts';
import type { Known } from './classify/known.ts';
import type { Proposal } from './classify/proposal.ts';
import type { NamedReader, ReadersOf } from './classify/socket-readers.ts';
import { InterlockError } from './errors.ts';
import type { Sent } from './forward/relay.ts';
import type { Exchange } from './http/exchange.ts';
import type { MessageGate, MessageLeg } from './http/message-gate.ts';
import type { MemoryBudget } from './http/memory-budget.ts';
import { createBodyMeter } from './http/body-meter.ts';
import { messageReply } from './http/message-reply.ts';
import { RequestBody } from './http/request-body.ts';
import type { RequestView } from './http/request-view.ts';
import type { SocketMessage } from './http/socket-message.ts';
import type { Stages } from './pipeline.ts';
import type { Provider } from './providers/provider.ts';

interface SocketGateDeps {
  readonly stages: Stages;
  readonly readersOf: ReadersOf;
  readonly nextId: () => string;
  readonly inspectBytes: number;
  readonly budget: MemoryBudget;
  /** Runs the pipeline; never rejects. */
  readonly handle: (exchange: Exchange, stages: Stages) => Promise<void>;
}

/**
 * Whose messages are judged; null when nobody reads them, and then they pass as bytes. `known` is what earlier exchanges of the upgrade's
 * agent and credential taught. Throws CLASSIFY_FAILED.
 */
export function socketGate(upgrade: Exchange, known: Known, deps: SocketGateDeps): MessageGate | null {
  if (upgrade.request.upgrade !== 'websocket') return null;
  const readers = readersOrFail(upgrade.request, deps.readersOf);
  if (readers.length === 0) return null;
  return {
    messageBytes: deps.inspectBytes,
    budget: deps.budget,
    wants: (start) => readers.some(({ reader }) => reader.wants?.(start) ?? true),
    judge(message, leg) {
      const reading = readMessage(readers, message, known);
      if (reading !== null && reading.actions.length === 0) return null;
      return judgeMessage({ upgrade, message, reading, leg, known }, deps);
    },
  };
}

function readersOrFail(request: RequestView, readersOf: ReadersOf): readonly NamedReader[] {
  try {
    return readersOf(request);
  } catch (cause) {
    throw new InterlockError('CLASSIFY_FAILED', 'it could not be told who reads the messages of this connection', { cause });
  }
}

interface Reading {
  readonly actions: readonly Action[];
  /** The first that named one: it refuses. */
  readonly speaker: NamedReader | null;
}

/** Null when a reader threw: then nobody can know what the message does. */
function readMessage(readers: readonly NamedReader[], message: SocketMessage, known: Known): Reading | null {
  const actions: Action[] = [];
  let speaker: NamedReader | null = null;
  try {
    for (const named of readers) {
      const own = named.reader.classify(message, known);
      if (own.length > 0) speaker ??= named;
      actions.push(...own);
    }
  } catch {
    return null;
  }
  return { actions, speaker };
}

interface Acting {
  readonly upgrade: Exchange;
  readonly message: SocketMessage;
  readonly reading: Reading | null;
  readonly leg: MessageLeg;
  readonly known: Known;
}

function judgeMessage({ upgrade, message, reading, leg, known }: Acting, deps: SocketGateDeps): Promise<void> {
  const reply = messageReply(leg);
  const exchange: Exchange = {
    id: deps.nextId(),
    request: messageView(upgrade.request, message),
    body: new RequestBody(null, deps.budget),
    reply,
    identify: upgrade.identify,
    fault: null,
    cause: upgrade.id,
    message: true,
    source: upgrade.source,
    startedMs: performance.now(),
  };
  const speaker = reading?.speaker ?? null;
  const proposal: Proposal = {
    request: exchange.request,
    provider: speaker === null ? null : speakerOf(speaker, message, reply.tell),
    body: { bytes: message.bytes, problem: null },
    actions: reading?.actions ?? [],
    known,
    lookedUp: false,
  };
  return deps.handle(exchange, {
    ...deps.stages,
    classify: () => Promise.resolve(checked(proposal)),
    forward: () => Promise.resolve(sendMessage(message, leg)),
  });
}

/** INVARIANT: a reader that throws is a BLOCK, never a message that passes (fail closed). */
function checked(proposal: Proposal): Proposal {
  if (proposal.actions.length === 0)
    throw new InterlockError('CLASSIFY_FAILED', 'it could not be told what this message would do');
  checkActions(proposal.actions);
  return proposal;
}

/**
 * The head that a message is judged, bound and recorded with: the upgrade's, with the message's own kind as its type. An approval is for
 * the same message on a connection that was asked for in the same way.
 */
function messageView(upgrade: RequestView, message: SocketMessage): RequestView {
  const type = message.text ? 'text/plain;charset=utf-8' : 'application/octet-stream';
  return { ...upgrade, headers: upgrade.headers.with('content-type', type) };
}

/** The provider as it speaks for one message. It has no edits, so a constraint on a message is a BLOCK. */
function speakerOf(named: NamedReader, message: SocketMessage, tell: (answer: Buffer | null) => void): Provider {
  const { name, family, hosts } = named.provider;
  return {
    name,
    family,
    hosts,
    recognise: () => null,
    refuse(_request, refusal) {
      const told = named.reader.refuse(message, refusal);
      tell(told);
      return { status: refusal.status, headers: [], body: told ?? Buffer.alloc(0) };
    },
  };
}

function sendMessage(message: SocketMessage, leg: MessageLeg): Sent {
  const meter = createBodyMeter();
  if (message.bytes.length > 0) meter.add(message.bytes);
  const went = leg.send();
  return {
    result: went ? 'sent' : 'failed',
    status: null,
    requestBytes: went ? meter.bytes : 0,
    responseBytes: 0,
    requestDigest: went ? meter.digest() : null,
    responseDigest: null,
    error: went ? null : new InterlockError('UPSTREAM_CLOSED', 'the connection ended before the message could go'),
  };
}
