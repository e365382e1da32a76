// A stand-in for api.stripe.com: form bodies in, Stripe's objects out, each idempotency key honoured once.

import { randomBytes } from 'node:crypto';
import { sendJson, startOrigin, type Answer, type Origin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

/** A charge that the account is taken to have: 5,000 US dollars unless told otherwise. */
export interface KnownCharge {
  readonly amount: number;
  readonly currency: string;
  readonly amount_refunded?: number;
}

/** A payment intent with its latest charge, which is in full only when it is expanded. */
export interface KnownIntent {
  readonly amount: number;
  readonly currency: string;
  readonly amount_capturable?: number;
  readonly latest_charge?: KnownCharge;
}

/** Money that moved: one for each write that was carried out, replays left out. */
export interface Movement {
  readonly kind: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly idempotencyKey: string | undefined;
}

export interface StripeOrigin extends Origin {
  readonly movements: Movement[];
  readonly charges: Map<string, KnownCharge>;
  readonly intents: Map<string, KnownIntent>;
  /** So many of the next writes are carried out, and then their connection breaks instead of an answer. */
  losing: number;
  /** When set, writes that were carried out are answered after this. */
  pause: Promise<void> | null;
}

const OBJECTS: Readonly<Record<string, { readonly object: string; readonly prefix: string; readonly status: string }>> = {
  refunds: { object: 'refund', prefix: 're', status: 'succeeded' },
  charges: { object: 'charge', prefix: 'ch', status: 'succeeded' },
  payment_intents: { object: 'payment_intent', prefix: 'pi', status: 'requires_confirmation' },
  payouts: { object: 'payout', prefix: 'po', status: 'pending' },
  transfers: { object: 'transfer', prefix: 'tr', status: 'paid' },
  customers: { object: 'customer', prefix: 'cus', status: 'active' },
};

export async function startStripeOrigin(ca: ThrowawayCa): Promise<StripeOrigin> {
  const movements: Movement[] = [];
  const charges = new Map<string, KnownCharge>([['ch_known', { amount: 500_000, currency: 'usd' }]]);
  const intents = new Map<string, KnownIntent>();
  const replays = new Map<string, unknown>();
  const answer: Answer = async (request, response, received) => {
    const body = (await received.body()).toString('utf8');
    const segments = new URL(received.target, 'https://api.stripe.com').pathname.split('/').slice(1);
    if (received.get('authorization') === undefined)
      return sendJson(response, 401, stripeError('You did not provide an API key.'));
    if (request.method === 'GET') return sendJson(response, 200, read(received.target, segments, charges, intents));
    const kind = segments[1] ?? '';
    const shape = OBJECTS[kind];
    if (segments[0] !== 'v1' || shape === undefined) return sendJson(response, 404, stripeError('Unrecognized request URL'));
    const key = received.get('idempotency-key');
    if (key !== undefined && replays.has(key))
      return sendJson(response, 200, replays.get(key), { 'idempotent-replayed': 'true' });
    const fields = Object.fromEntries(new URLSearchParams(body));
    const result = created(shape, fields, charges);
    if (key !== undefined) replays.set(key, result);
    movements.push({ kind, fields, idempotencyKey: key });
    await origin.pause;
    if (origin.losing > 0) {
      origin.losing -= 1;
      return void response.destroy();
    }
    return sendJson(response, 200, result, { 'request-id': `req_${randomBytes(6).toString('hex')}` });
  };
  const served = await startOrigin({ leaf: await ca.issue(['api.stripe.com']), protocols: ['http/1.1'], answer });
  const origin: StripeOrigin = Object.assign(served, { movements, charges, intents, losing: 0, pause: null });
  return origin;
}

function created(
  shape: { readonly object: string; readonly prefix: string; readonly status: string },
  fields: Readonly<Record<string, string>>,
  charges: ReadonlyMap<string, KnownCharge>,
): Record<string, unknown> {
  const charge = charges.get(fields['charge'] ?? '');
  return {
    id: `${shape.prefix}_${randomBytes(8).toString('hex')}`,
    object: shape.object,
    status: shape.status,
    livemode: false,
    amount: fields['amount'] === undefined ? (charge?.amount ?? null) : Number(fields['amount']),
    currency: fields['currency'] ?? charge?.currency ?? 'usd',
    charge: fields['charge'] ?? null,
    metadata: {},
  };
}

function read(
  target: string,
  segments: readonly string[],
  charges: ReadonlyMap<string, KnownCharge>,
  intents: ReadonlyMap<string, KnownIntent>,
): unknown {
  const [, kind = '', id] = segments;
  if (id === undefined) return { object: 'list', data: [], has_more: false, url: `/v1/${kind}` };
  const charge = kind === 'charges' ? charges.get(id) : undefined;
  const intent = kind === 'payment_intents' ? intents.get(id) : undefined;
  const expanded =
    target.includes('expand') && intent !== undefined ? { ...intent.latest_charge, object: 'charge' } : 'ch_of_intent';
  return {
    id,
    object: OBJECTS[kind]?.object ?? kind,
    ...(charge === undefined ? {} : { amount_refunded: 0, ...charge }),
    ...(intent === undefined ? {} : { amount_capturable: 0, ...intent, latest_charge: expanded }),
    livemode: false,
  };
}

function stripeError(message: string): unknown {
  return { error: { type: 'invalid_request_error', message } };
}
