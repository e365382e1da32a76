// Which header fields belong to a binding: those that prove who acts, choose the account, or change what the body means.

import { isCredential, sigV4Identity } from '../http/credential-fields.ts';
import type { HeaderList } from '../http/headers.ts';

type Fields = ReadonlyArray<readonly [name: string, values: readonly string[]]>;

/**
 * What clients change on their own from try to try, or what only says how an answer may look. Everything else counts: which fields make an
 * API do something else is known for few of them (`Dropbox-API-Arg` holds a path, `Sudo` and `Impersonate-User` a person), and an agent
 * picks the API. A field that is missing here makes a retry wait again; one too many would let an approval pass for another request.
 */
const NO_MEANING: ReadonlySet<string> = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'b3',
  'baggage',
  'cache-control',
  'client-request-id',
  'correlation-id',
  'date',
  'dnt',
  'elastic-apm-traceparent',
  'host',
  'newrelic',
  'pragma',
  'priority',
  'referer',
  'request-id',
  'retry-after',
  'sentry-trace',
  'te',
  'traceparent',
  'tracestate',
  'uber-trace-id',
  'user-agent',
  'via',
  'x-amz-date',
  'x-amz-user-agent',
  'x-amzn-trace-id',
  'x-client-request-id',
  'x-cloud-trace-context',
  'x-correlation-id',
  'x-goog-api-client',
  'x-ms-client-request-id',
  'x-ms-date',
  'x-request-id',
  'x-trace-id',
]);
const NO_MEANING_EITHER =
  /^(?:amz-sdk-|sec-|x-b3-|x-datadog-|x-instana-|x-retry-|x-stainless-|x-stripe-client-)|csrf|xsrf|idempotency/;

/** These repeat what the decoded bytes say; the type is the content's own affair. The coding counts: not every server undoes it. */
const DERIVED_CONTENT: ReadonlySet<string> = new Set([
  'content-length',
  'content-md5',
  'content-digest',
  'content-type',
  'digest',
  'repr-digest',
  'x-amz-content-sha256',
]);

/** Fields that choose an account at APIs no provider of ours speaks for. */
const ACCOUNTS: ReadonlySet<string> = new Set([
  'stripe-account',
  'stripe-context',
  'x-goog-user-project',
  'openai-organization',
  'openai-project',
  'x-tenant-id',
  'x-account-id',
  'x-organization-id',
  'x-project-id',
  'x-workspace-id',
]);

/** Credential fields with their values in order, sorted by name. */
export function credentialFields(headers: HeaderList): Fields {
  return pick(headers, isCredential).map(([name, values]) => {
    const identity = name === 'authorization' ? sigV4Identity(values) : null;
    // What was signed stands in for the bytes: the signature itself is another one each time.
    return [name, identity === null ? values : [...identity, ...headers.all('x-amz-content-sha256')]];
  });
}

/** Fields that change what the request means, sorted by name. */
export function meaningFields(headers: HeaderList): Fields {
  return pick(headers, (name) => !isCredential(name) && !isWithoutMeaning(name));
}

/** Fields that choose the account acted on: the provider's and the usual ones, sorted by name. */
export function accountFields(headers: HeaderList, providerHeaders: readonly string[]): Fields {
  return pick(headers, (name) => ACCOUNTS.has(name) || providerHeaders.includes(name));
}

function isWithoutMeaning(name: string): boolean {
  return DERIVED_CONTENT.has(name) || NO_MEANING.has(name) || NO_MEANING_EITHER.test(name);
}

function pick(headers: HeaderList, belongs: (name: string) => boolean): Fields {
  const picked = new Map<string, string[]>();
  for (let i = 0; i < headers.raw.length; i += 2) {
    const name = (headers.raw[i] ?? '').toLowerCase();
    if (!belongs(name)) continue;
    const values = picked.get(name) ?? [];
    values.push(headers.raw[i + 1] ?? '');
    picked.set(name, values);
  }
  return [...picked].sort(([a], [b]) => (a < b ? -1 : 1));
}
