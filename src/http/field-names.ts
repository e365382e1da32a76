// Which request fields mean what to a proxy: taken out, never taken out, or read as something else than they say.

import { AGENT_SEQUENCE_FIELD } from './agent-sequence.ts';

/** RFC 9110 §7.6.1 and the proxy's own fields: never travel on. */
export const HOP_BY_HOP = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'transfer-encoding',
  'upgrade',
  'trailer',
  'expect',
  'http2-settings',
  'host',
  'alt-used',
  AGENT_SEQUENCE_FIELD,
]);

/** Fields by which some servers route or rewrite a request (threat C15, E8): dropped, so what was judged is what is routed. */
export const REROUTING = new Set([
  'x-original-url',
  'x-rewrite-url',
  'x-forwarded-host',
  'x-forwarded-server',
  'x-host',
  'forwarded',
  'x-original-host',
]);

/** A client may not use `Connection` to strip what carries framing, identity or meaning (threat A15). */
export const NOT_STRIPPABLE = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'authorization',
  'cookie',
  'expect',
]);

/** Fields that providers and bindings read: which account is meant, which content this is. */
const JUDGED_ELSEWHERE = new Set([
  'stripe-account',
  'stripe-context',
  'stripe-version',
  'on-behalf-of',
  'content-range',
  'content-disposition',
  'x-amz-target',
  'x-forwarded-for',
]);

/** What some servers take for the method (E1). */
export const OVERRIDE_FIELDS = new Set(['x-http-method-override', 'x-http-method', 'x-method-override']);

const MEANINGFUL = [HOP_BY_HOP, REROUTING, NOT_STRIPPABLE, JUDGED_ELSEWHERE, OVERRIDE_FIELDS];

/**
 * CGI, WSGI and Rack give servers one variable for `X-HTTP-Method-Override` and `X_HTTP_Method_Override`. INVARIANT: a field that we strip,
 * judge or bind has no second spelling that passes beside it.
 */
export function isAlias(name: string): boolean {
  const usual = name.replaceAll('_', '-');
  return MEANINGFUL.some((names) => names.has(usual));
}
