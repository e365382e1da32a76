// One exchange, top to bottom. The order is a security property: what is decided is on record before a byte leaves.

import type { Proposal } from './classify/proposal.ts';
import type { Decision } from './enforce/decision.ts';
import { type InterlockError, toInterlockError } from './errors.ts';
import type { Sent } from './forward/relay.ts';
import type { Exchange } from './http/exchange.ts';
import type { Principal } from './identify/principal.ts';
import type { Watch } from './observe/watch.ts';

/** How far an exchange came: what a refusal needs to know. */
export interface Progress {
  principal: Principal | null;
  proposal: Proposal | null;
  /** Set once the verdict is written. */
  recorded: Recorded | null;
  /** The outcome entry was handed over. */
  finished: boolean;
}

export interface Recorded {
  readonly decision: Decision;
  /** The verdict entry's id. */
  readonly entry: string;
  /** The ticket that waits for this exchange, or whose grant it spent. */
  readonly ticket: string | null;
  /** The step of its session's plan that it took, or null. */
  readonly plan: { readonly id: string; readonly step: number } | null;
  /** False when an approval given earlier already covers it. */
  readonly mustWait: boolean;
  /** It passes by what was given with another request's ticket: a standing grant, or the approval of the call that announced it. */
  readonly scoped: boolean;
}

/** The stages, handed in by the gateway, so that this file needs no sockets to be tested. */
export interface Stages {
  identify(exchange: Exchange): Principal;
  classify(exchange: Exchange, principal: Principal): Promise<Proposal>;
  /** Fills in what only the vendor knows, where the bundle asks for it. INVARIANT: never replaces what the request names. */
  enrich(exchange: Exchange, principal: Principal, proposal: Proposal): Proposal | Promise<Proposal>;
  decide(exchange: Exchange, principal: Principal, proposal: Proposal): Promise<Decision>;
  /** Throws RECORD_FAILED when the verdict can't be written. */
  record(exchange: Exchange, principal: Principal, decision: Decision): Promise<Recorded>;
  /**
   * Parks what must wait; returns when it may go, with what goes: the edit that its approvers chose is a verdict of its own, recorded too.
   * Throws POLICY_BLOCKED, TICKET_PENDING, TICKET_DENIED, RECORD_FAILED.
   */
  enforce(exchange: Exchange, principal: Principal, recorded: Recorded): Promise<Recorded>;
  /** Sends it, and streams the answer back through what watches it. */
  forward(exchange: Exchange, principal: Principal, recorded: Recorded, watch: Watch | null): Promise<Sent>;
  /** How the answer is watched: learnt from, or rewritten. Null, for nearly all: not at all. */
  observe(exchange: Exchange, principal: Principal, recorded: Recorded): Watch | null;
  recordOutcome(exchange: Exchange, recorded: Recorded, sent: Sent): void;
  /** Records what is not yet on record and answers the client. Never throws. */
  refuse(exchange: Exchange, progress: Progress, error: InterlockError): Promise<void>;
}

/** Never throws: whatever goes wrong on the way is a refusal with an entry (fail closed). */
export async function handleExchange(exchange: Exchange, stage: Stages): Promise<void> {
  const progress: Progress = { principal: null, proposal: null, recorded: null, finished: false };
  try {
    const principal = stage.identify(exchange);
    progress.principal = principal;
    if (exchange.fault !== null) throw exchange.fault;

    progress.proposal = await stage.classify(exchange, principal);
    const proposal = await stage.enrich(exchange, principal, progress.proposal);
    progress.proposal = proposal;

    const decision = await stage.decide(exchange, principal, proposal);

    // A body may come slowly, and look-ups take their time: who was revoked meanwhile goes no further (threat A16).
    stage.identify(exchange);

    // INVARIANT: the verdict is written before anything leaves for the upstream; if it can't be, nothing leaves.
    progress.recorded = await stage.record(exchange, principal, decision);

    const released = await stage.enforce(exchange, principal, progress.recorded);
    progress.recorded = released;

    const sent = await stage.forward(exchange, principal, released, stage.observe(exchange, principal, released));
    stage.recordOutcome(exchange, released, sent);
    progress.finished = true;
    if (sent.error !== null && !exchange.reply.headSent) await stage.refuse(exchange, progress, sent.error);
  } catch (thrown) {
    await stage.refuse(exchange, progress, toInterlockError(thrown));
  } finally {
    exchange.body.release();
  }
}
