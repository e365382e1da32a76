// Where a request carries its credential: header fields and query parameters, known ones and what is named like one.

import type { HeaderList } from './headers.ts';

/** Fields that carry a credential at the APIs we know. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'api-key',
  'apikey',
  'x-api-key',
  'x-apikey',
  'x-api-token',
  'x-access-token',
  'x-auth-token',
  'x-auth-key',
  'x-auth-email',
  'private-token',
  'job-token',
  'deploy-token',
  'x-amz-security-token',
  'x-goog-api-key',
  'x-goog-iam-authorization-token',
  'x-shopify-access-token',
  'x-vault-token',
  'x-postmark-server-token',
  'x-postmark-account-token',
  'x-figma-token',
  'x-functions-key',
  'ocp-apim-subscription-key',
  'dd-api-key',
  'dd-application-key',
  'plaid-client-id',
  'plaid-secret',
  'x-client-id',
  'x-client-secret',
  'x-xero-tenant-id',
  'x-ms-authorization-auxiliary',
]);
/** Credentials of APIs we don't know mostly end like this. */
const CREDENTIAL_ENDING = /(?:^|-)(?:token|secret|password|api-?key|access-?key|auth(?:orization)?|credentials?)$/;
/** They end so, but are made anew for each try. */
const NO_CREDENTIAL = /(?:csrf|xsrf|idempotency|cancellation|continuation|proxy-authorization)/;

/** Names in a query that a header field would not have (Google's `key`, Azure Functions' `code`, signed URLs). */
const QUERY_CREDENTIALS: ReadonlySet<string> = new Set(['key', 'code', 'sig', 'signature', 'sid', 'session', 'pass', 'pwd']);

/** SigV4 signs each try anew: key id, region and service say whose credential it is (AWS General Reference, "Signature Version 4"). */
const SIGV4 =
  /^AWS4-HMAC-SHA256 +Credential=([A-Za-z0-9]{4,128})\/\d{8}\/([a-z0-9-]{1,64})\/([a-z0-9-]{1,64})\/aws4_request, *SignedHeaders=[a-z0-9;-]+, *Signature=[0-9a-f]{64}$/;

/** `name` is lower case. */
export function isCredential(name: string): boolean {
  return CREDENTIALS.has(name) || (CREDENTIAL_ENDING.test(name) && !NO_CREDENTIAL.test(name));
}

/** Whose signature it is. Null when it is no single well-formed SigV4 header: then the whole value counts. */
export function sigV4Identity(values: readonly string[]): readonly string[] | null {
  const [value, second] = values;
  const [, keyId, region, service] = (second === undefined ? SIGV4.exec(value ?? '') : null) ?? [];
  return keyId === undefined || region === undefined || service === undefined
    ? null
    : ['AWS4-HMAC-SHA256', keyId, region, service];
}

/** Everything that says who asks, in the order of its names; a SigV4 signature, made anew for each request, by whose it is. */
export function credentialsOf(headers: HeaderList, query: string): readonly string[] {
  const found: string[] = [];
  for (let i = 0; i < headers.raw.length; i += 2) {
    const name = (headers.raw[i] ?? '').toLowerCase();
    if (!isCredential(name)) continue;
    const value = headers.raw[i + 1] ?? '';
    found.push(`${name}: ${(name === 'authorization' ? sigV4Identity([value])?.join(' ') : undefined) ?? value}`);
  }
  for (const pair of query === '' ? [] : query.split('&')) {
    const name = pair.split('=', 1)[0]?.toLowerCase().replaceAll('_', '-') ?? '';
    if (QUERY_CREDENTIALS.has(name) || isCredential(name)) found.push(`?${pair}`);
  }
  return found.sort();
}
