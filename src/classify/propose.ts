// The classify stage: reads as much of the body as the provider asks for, and has it name the actions.

import { InterlockError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { InspectedBody } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';
import { checkActions } from './action-limits.ts';
import { type Known, NOTHING_KNOWN } from './known.ts';
import { ownFacts } from './own-facts.ts';
import type { Proposal } from './proposal.ts';
import { type Classified, type Recognised, recognise } from './registry.ts';

/** Throws BODY_ABORTED, MEMORY_EXHAUSTED, CLASSIFY_FAILED. */
export async function propose(exchange: Exchange, inspectBytes: number, known: Known = NOTHING_KNOWN): Promise<Proposal> {
  const recognised = recogniseOrFail(exchange.request);
  const body = await exchange.body.inspect(recognised.need, inspectBytes);
  return { request: exchange.request, body, ...classifyOrFail(recognised, body, known), known, lookedUp: false };
}

/** The same question again for a request whose head or body a constraint has changed. `of`: what is known of the one it stands for. */
export function proposeSubstitute(
  request: RequestView,
  body: InspectedBody,
  of: Pick<Proposal, 'known' | 'reread' | 'call' | 'provider'> = NEW,
): Proposal {
  const { known, provider, reread, call } = of;
  if (reread === undefined)
    return { request, body, ...classifyOrFail(recogniseOrFail(request), body, known), known, lookedUp: false };
  const actions = reread(body);
  checkActions(actions);
  const read = { actions: ownFacts(actions, body.bytes.length), reread, ...(call === undefined ? {} : { call }) };
  return { request, body, provider, known, lookedUp: false, ...read };
}

const NEW = { known: NOTHING_KNOWN, provider: null };

function recogniseOrFail(request: RequestView): Recognised {
  try {
    return recognise(request);
  } catch (error) {
    throw failed(error);
  }
}

/** INVARIANT: a provider that throws, or names nothing, is a BLOCK, never "not mine" (fail closed). */
function classifyOrFail(recognised: Recognised, body: InspectedBody, known: Known): Classified {
  const classified = classifiedOf(recognised, body, known);
  checkActions(classified.actions);
  return { ...classified, actions: ownFacts(classified.actions, body.bytes.length) };
}

function classifiedOf(recognised: Recognised, body: InspectedBody, known: Known): Classified {
  try {
    const classified = recognised.classify(body, known);
    if (classified.actions.length > 0) return classified;
  } catch (error) {
    throw failed(error);
  }
  throw failed(undefined);
}

function failed(cause: unknown): InterlockError {
  return new InterlockError('CLASSIFY_FAILED', 'it could not be told what this request would do', { cause });
}
