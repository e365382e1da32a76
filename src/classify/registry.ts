// Which provider a request belongs to. An explicit list: nothing registers itself by being imported.

import type { BodyNeed, InspectedBody } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';
import { resend } from '../providers/email/resend.ts';
import { sendgrid } from '../providers/email/sendgrid.ts';
import { stripe } from '../providers/payment/stripe.ts';
import type { Provider, Recognition } from '../providers/provider.ts';
import { gitLfs } from '../providers/repo/git-lfs.ts';
import { gitPush } from '../providers/repo/git-push.ts';
import { githubEnterpriseGraphql, githubGraphql } from '../providers/repo/github-graphql.ts';
import { githubEnterpriseRest, githubRest } from '../providers/repo/github-rest.ts';
import type { Action } from './action.ts';
import { hostIndex } from './host-index.ts';
import { isPlainRead, readAction, websocketAction, writeAction } from './plain-action.ts';

/** Those that know a host's name before those that know a protocol on any host. */
export const PROVIDERS: readonly Provider[] = [
  sendgrid,
  resend,
  stripe,
  githubRest,
  githubGraphql,
  gitPush,
  gitLfs,
  githubEnterpriseRest,
  githubEnterpriseGraphql,
];

export interface Recognised {
  /** Speaks for the exchange: refuses and edits. Null when no API that is known here is called. */
  readonly provider: Provider | null;
  readonly need: BodyNeed;
  /** INVARIANT: never empty. */
  classify(body: InspectedBody): readonly Action[];
}

/** More claimed methods than this are an attack on the reader; what it would do can't be said. */
const MAX_CLAIMED_METHODS = 4;
const NO_NEED: BodyNeed = { kind: 'none' };

export type Recognise = (request: RequestView) => Recognised;

/** The question of the classify stage, for a list of providers. Pure; throws only what a provider throws. */
export function recogniser(providers: readonly Provider[]): Recognise {
  const providersOf = hostIndex(providers);
  return (request) => {
    const { candidates, named } = providersOf(request.authority.host);
    const readings = methodReadings(request).map((view) => readingOf(view, candidates));
    const provider = readings.find((reading) => reading.provider !== null)?.provider ?? named;
    const overridden = request.claimedMethods.length > MAX_CLAIMED_METHODS;
    return {
      provider,
      need: strongestNeed(readings),
      classify: (body) => {
        const actions = readings.flatMap((reading) => reading.classify(body));
        if (request.upgrade !== null) actions.push(websocketAction(request));
        return overridden ? actions.map(uninspected) : actions;
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
  readonly classify: (body: InspectedBody) => Action[];
}

function readingOf(request: RequestView, candidates: readonly Provider[]): Reading {
  // A plain upgrade is `websocket.open` alone. One on a write is both: a server may ignore the upgrade and do the write.
  if (request.upgrade !== null && isPlainRead(request)) return { provider: null, need: NO_NEED, classify: () => [] };
  for (const provider of candidates) {
    const recognition: Recognition | null = provider.recognise(request);
    if (recognition !== null)
      return { provider, need: recognition.need, classify: (body) => classified(provider, recognition, body) };
  }
  const action = isPlainRead(request) ? readAction(request) : writeAction(request);
  return { provider: null, need: NO_NEED, classify: () => [action] };
}

/** INVARIANT: a body that could not be read makes every action uninspected, even if its provider forgot to say so. */
function classified(provider: Provider, recognition: Recognition, body: InspectedBody): Action[] {
  const actions = recognition.classify(body);
  if (actions.length === 0) throw new Error(`provider ${provider.name} named no action`);
  return body.problem === null ? [...actions] : actions.map(uninspected);
}

function uninspected(action: Action): Action {
  return { ...action, facts: { ...action.facts, inspected: false } };
}

/** Whole over prefix over none; two different prefixes need the whole, so that each finds its own. */
function strongestNeed(readings: readonly Reading[]): BodyNeed {
  const prefixes = readings.filter((reading) => reading.need.kind === 'prefix');
  const [first, ...others] = prefixes;
  if (readings.some((reading) => reading.need.kind === 'whole')) return { kind: 'whole' };
  if (first === undefined) return NO_NEED;
  return others.every((other) => other.provider === first.provider) ? first.need : { kind: 'whole' };
}
