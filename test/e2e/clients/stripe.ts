// The real Stripe SDK: one call, told by `{ resource, method, args }`. `agent: true` uses Stripe's documented proxy agent.

import { HttpsProxyAgent } from 'https-proxy-agent';
import Stripe from 'stripe';
import { input, report } from './report.ts';

const { resource = 'refunds', method = 'create', args = [], agent = false } = input();

await report(async () => {
  const proxy = process.env['HTTPS_PROXY'] ?? '';
  const stripe = new Stripe(
    'sk_test_interlock',
    agent === true ? { httpAgent: new HttpsProxyAgent(proxy) } : { httpClient: Stripe.createFetchHttpClient() },
  );
  const api: unknown = Reflect.get(stripe, String(resource));
  const call: unknown = typeof api === 'object' && api !== null ? Reflect.get(api, String(method)) : undefined;
  if (typeof call !== 'function' || !Array.isArray(args))
    throw new TypeError(`stripe has no ${String(resource)}.${String(method)}`);
  const result: unknown = await Reflect.apply(call, api, args);
  return result;
});
