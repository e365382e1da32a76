// A Stripe that counts: how often each refund, known by its amount, was really asked for.

import { sendJson, startOrigin, type Origin } from '../test/support/origin.ts';
import type { ThrowawayCa } from '../test/support/throwaway-ca.ts';

export interface CountingOrigin extends AsyncDisposable {
  readonly address: string;
  /** By amount in minor units. */
  readonly refunds: ReadonlyMap<number, number>;
}

export async function startCountingOrigin(ca: ThrowawayCa): Promise<CountingOrigin> {
  const refunds = new Map<number, number>();
  const origin: Origin = await startOrigin({
    leaf: await ca.issue(['api.stripe.com']),
    protocols: ['http/1.1'],
    async answer(request, response, received) {
      const fields = new URLSearchParams((await received.body()).toString('utf8'));
      origin.received.length = 0; // ten thousand records are the test's own memory
      if (request.method !== 'POST') return sendJson(response, 404, { error: { type: 'invalid_request_error' } });
      const amount = Number(fields.get('amount'));
      refunds.set(amount, (refunds.get(amount) ?? 0) + 1);
      return sendJson(response, 200, { id: `re_${amount}`, object: 'refund', amount, status: 'succeeded' });
    },
  });
  return { address: origin.address, refunds, [Symbol.asyncDispose]: () => origin[Symbol.asyncDispose]() };
}
