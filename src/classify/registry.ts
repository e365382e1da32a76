// Which provider a request belongs to. An explicit list: nothing registers itself by being imported (E6, E39).

import type { BodyNeed, InspectedBody } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Provider, Recognition } from '../providers/provider.ts';
import type { Action } from './action.ts';
import { type HostProviders, hostIndex } from './host-index.ts';
import { type Known, NOTHING_KNOWN } from './known.ts';
import { hasAmbiguousPath, isPlainRead, readAction, websocketAction, writeAction } from './plain-action.ts';
import { PROVIDERS } from './provider-list.ts';

export interface Recognised {
  /** Whom the head alone points to; what speaks for the exchange is only known once it is classified. */
  readonly provider: Provider | null;
  readonly need: BodyNeed;
  classify(body: InspectedBody, known?: Known): Classified;
}

export interface Classified {
  /** Speaks for the exchange: refuses, edits and observes. Null when no API that is known here is called. */
  readonly provider: Provider | null;
  /** INVARIANT: never empty. */
  readonly actions: readonly Action[];
}

/** More claimed methods than this are an attack on the reader; what it would do can't be said. */
const MAX_CLAIMED_METHODS = 4;
const NO_NEED: BodyNeed = { kind: 'none' };

type Recognise = (request: RequestView) => Recognised;

/** The question of the classify stage, for a list of providers. Pure; throws only what a provider throws. */
export function recogniser(providers: readonly Provider[]): Recognise {
  const providersOf = hostIndex(providers);
  return (request) => {
    const at = providersOf(request.authority.host);
    const { named } = at;
    const readings = methodReadings(request).map((view) => readingOf(view, at));
    const overridden = request.claimedMethods.length > MAX_CLAIMED_METHODS;
    return {
      provider: readings.find((reading) => reading.provider !== null)?.provider ?? named,
      need: strongestNeed(readings),
      classify(body, known = NOTHING_KNOWN) {
        const classified = readings.map((reading) => reading.classify(body, known));
        const actions = classified.flatMap((one) => one.actions);
        if (request.upgrade !== null) actions.push(websocketAction(request));
        return {
          provider: classified.find((one) => one.provider !== null)?.provider ?? named,
          actions: overridden ? actions.map(uninspected) : actions,
        };
      },
    };
  };
}

export const recognise: Recognise = recogniser(PROVIDERS);

/**
 * The request under its real method and under each that it claims to have (threat C15): servers differ on whom they believe, so every
 * reading is judged and the strictest verdict counts.
 */
function methodReadings(request: RequestView): RequestView[] {
  const views = [request];
  for (const method of request.claimedMethods.slice(0, MAX_CLAIMED_METHODS)) {
    if (views.every((view) => view.method !== method)) views.push({ ...request, method });
  }
  return views;
}

interface Reading {
  readonly provider: Provider | null;
  readonly need: BodyNeed;
  readonly classify: (body: InspectedBody, known: Known) => Classified;
}

/** One provider that may know the request, as far as the head tells. */
interface Claim {
  readonly provider: Provider;
  readonly recognition: Recognition;
}

/** The first candidate that is sure by the head; before it, in order, those that the body may make sure. */
function readingOf(request: RequestView, at: HostProviders): Reading {
  const claims: Claim[] = [];
  for (const provider of at.candidates) {
    const recognition = provider.recognise(request);
    if (recognition === null) continue;
    claims.push({ provider, recognition });
    if (recognition.tentative !== true) break;
  }
  const sure = claims.find(({ recognition }) => recognition.tentative !== true)?.provider ?? null;
  if (claims.length === 0) return { provider: null, need: NO_NEED, classify: () => unclaimed(request, at) };
  return {
    provider: sure,
    need: strongestNeed(claims.map(({ provider, recognition }) => ({ provider, need: recognition.need }))),
    classify: (body, known) => firstOf(claims, body, known) ?? withBody(unclaimed(request, at), claims, body),
  };
}

/** A plain upgrade is `websocket.open` alone. One on a write is both: a server may ignore the upgrade and do the write. */
function unclaimed(request: RequestView, { known, unmatched }: HostProviders): Classified {
  if (isPlainRead(request)) return { provider: null, actions: request.upgrade === null ? [readAction(request)] : [] };
  // INVARIANT: at a host where an API is known, a write by a path that servers read differently may be any call of that API (E11).
  const sure = !known || !hasAmbiguousPath(request);
  const action = unmatched?.unknownWrite?.(request) ?? writeAction(request);
  return { provider: unmatched, actions: [sure ? action : uninspected(action)] };
}

function firstOf(claims: readonly Claim[], body: InspectedBody, known: Known): Classified | null {
  for (const { provider, recognition } of claims) {
    const actions = recognition.classify(body, known);
    if (actions === null && recognition.tentative === true) continue;
    return { provider, actions: checked(provider, actions, body) };
  }
  return null;
}

/** INVARIANT: somebody asked for the body and did not get it, or could not read it surely, so it could be anything that they know. */
function withBody({ provider, actions }: Classified, claims: readonly Claim[], body: InspectedBody): Classified {
  const unread = body.problem !== null || claims.some(({ recognition }) => recognition.mayHide?.(body) === true);
  return { provider, actions: unread ? actions.map(uninspected) : actions };
}

/** INVARIANT: a body that could not be read makes every action uninspected, even if its provider forgot to say so. */
function checked(provider: Provider, actions: readonly Action[] | null, body: InspectedBody): readonly Action[] {
  if (actions === null || actions.length === 0) throw new Error(`provider ${provider.name} named no action`);
  return body.problem === null ? actions : actions.map(uninspected);
}

function uninspected(action: Action): Action {
  return { ...action, facts: { ...action.facts, inspected: false } };
}

/** Whole over prefix over none; two different prefixes need the whole, so that each finds its own. */
function strongestNeed(readings: ReadonlyArray<Pick<Reading, 'provider' | 'need'>>): BodyNeed {
  const prefixes = readings.filter((reading) => reading.need.kind === 'prefix');
  const [first, ...others] = prefixes;
  if (readings.some((reading) => reading.need.kind === 'whole')) return { kind: 'whole' };
  if (first === undefined) return NO_NEED;
  return others.every((other) => other.provider === first.provider) ? first.need : { kind: 'whole' };
}
