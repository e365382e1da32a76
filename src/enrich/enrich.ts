// The enrich stage: asks the vendor, with the request's own credential, for facts that a judgement hangs on and the request does not name.

import type { Action, Facts } from '../classify/action.ts';
import type { Proposal } from '../classify/proposal.ts';
import type { Wishes } from '../decide/wishes.ts';
import type { Originate } from '../enforce/originate.ts';
import { contentCodings, decodeBody } from '../http/content-decoder.ts';
import type { Exchange } from '../http/exchange.ts';
import type { HeaderList } from '../http/headers.ts';
import type { Principal } from '../identify/principal.ts';
import type { Lookup } from '../providers/lookup.ts';
import { fillFacts } from './fill-facts.ts';

export interface EnrichDeps {
  readonly wishes: Wishes;
  readonly originate: Originate;
}

/** Nobody waits longer than this for a fact: then it is unknown. */
const LOOKUP_MS = 5_000;
/** Of an answer, as it comes and once it is decoded. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** A batch of a thousand refunds is not a thousand questions. */
const MAX_LOOKUPS = 10;

const NONE: readonly Lookup[] = [];

/**
 * Never throws and never blocks a request: what fails, is refused, comes late or is odd leaves the fact unknown, and policy says what that
 * means. INVARIANT: only for a client's exchange, so that a look-up never asks for another one.
 */
export function enrich(
  exchange: Exchange,
  principal: Principal,
  proposal: Proposal,
  deps: EnrichDeps,
): Proposal | Promise<Proposal> {
  // Nearly every exchange ends here, so nothing is awaited or made before.
  if (proposal.provider?.lookups === undefined || exchange.cause !== null) return proposal;
  const lookups = wantedLookups(proposal, deps.wishes);
  return lookups.length === 0 ? proposal : enriched(exchange, principal, proposal, lookups, deps.originate);
}

async function enriched(
  exchange: Exchange,
  principal: Principal,
  proposal: Proposal,
  lookups: readonly Lookup[],
  originate: Originate,
): Promise<Proposal> {
  const answers = await Promise.all(lookups.map((lookup) => factsOf(exchange, principal, proposal, lookup, originate)));
  const actions = proposal.actions.map((action, index) =>
    fillFacts(
      action,
      answers.filter((facts, i) => facts !== null && lookups[i]?.action === index).filter((facts) => facts !== null),
    ),
  );
  return { ...proposal, actions, lookedUp: true };
}

/** Only of actions that were read surely, on resources whose entity in the bundle says `lookup: true`. */
function wantedLookups(proposal: Proposal, wishes: Wishes): readonly Lookup[] {
  const { request, body, actions, provider } = proposal;
  // With several methods claimed, a request has several readings, and an index tells no longer which action it is of.
  if (body.problem !== null || request.claimedMethods.length > 0 || request.upgrade !== null) return NONE;
  const wanted = (action: Action | undefined): boolean =>
    action !== undefined && action.facts['inspected'] !== false && wishes.asksFor(action.resource, 'lookup');
  if (!actions.some(wanted)) return NONE;
  try {
    const lookups = provider?.lookups?.(request, body, actions) ?? NONE;
    return lookups.filter((lookup) => wanted(actions[lookup.action])).slice(0, MAX_LOOKUPS);
  } catch {
    return NONE;
  }
}

async function factsOf(
  exchange: Exchange,
  principal: Principal,
  proposal: Proposal,
  lookup: Lookup,
  originate: Originate,
): Promise<Facts | null> {
  const { scheme, authority, headers } = proposal.request;
  try {
    const answer = await originate({
      method: lookup.method,
      scheme,
      authority,
      target: lookup.target,
      headers: [...copied(headers, lookup.copiedHeaders), 'accept-encoding', 'identity', ...lookup.headers],
      body: lookup.body,
      cause: exchange.id,
      principal,
      timeoutMs: LOOKUP_MS,
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
    if (answer.refused !== null || answer.status < 200 || answer.status > 299) return null;
    const codings = contentCodings(answer.headers.all('content-encoding'));
    const decoded = codings === null ? null : await decodeBody(answer.body, codings, MAX_ANSWER_BYTES);
    return decoded === null || 'problem' in decoded ? null : lookup.read(decoded.bytes);
  } catch {
    return null;
  }
}

function copied(headers: HeaderList, names: readonly string[]): string[] {
  return names.flatMap((name) => headers.all(name).flatMap((value) => [name, value]));
}
