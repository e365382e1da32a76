// Whose call a signed AWS request is: key id, region and service as its SigV4 scope names them. Signatures are not checked here: AWS does.

import type { RequestView } from '../http/request-view.ts';
import { readPairs } from './form.ts';

export interface AwsScope {
  readonly keyId: string;
  /** Null for SigV4A, whose scope names none. */
  readonly region: string | null;
  /** Lower case. */
  readonly service: string;
  readonly kind: 'v4' | 'v4a' | 'presigned';
}

/** `problem` when the request carries several scopes, or one that is not readable; both null when it is not signed this way. */
interface ScopeReading {
  readonly scope: AwsScope | null;
  readonly problem: string | null;
}

const UNSIGNED: ScopeReading = { scope: null, problem: null };
const MANY: ScopeReading = { scope: null, problem: 'the request carries more than one AWS signature' };
const UNREADABLE: ScopeReading = { scope: null, problem: 'the AWS signature of the request has no readable scope' };

const ALGORITHM = /^AWS4-(HMAC-SHA256|ECDSA-P256-SHA256)(?:[ ,]|$)/i;
const CREDENTIAL = /(?:^|[ ,])Credential=([^ ,]{1,512})/g;
/** A key id may hold anything but blanks and commas at S3-compatible stores, slashes included; the scope is counted from its end. */
const SCOPE_V4 = /^(.+)\/[0-9]{8}\/([a-z0-9-]{1,64})\/([a-z0-9_-]{1,64})\/aws4_request$/i;
const SCOPE_V4A = /^(.+)\/[0-9]{8}\/([a-z0-9_-]{1,64})\/aws4_request$/i;
const PRESIGNED = /x-amz-(?:credential|algorithm|signature)/i;

/** Pure; linear in head and query. */
export function awsScope(request: RequestView): ScopeReading {
  const fields = request.headers.all('authorization').filter((value) => ALGORITHM.test(value.trim()));
  const presigned = presignedCredentials(request.query);
  if (presigned === null) return UNREADABLE;
  if (fields.length + presigned.length > 1 || (fields.length > 0 && request.headers.all('authorization').length > 1)) return MANY;
  const [credential] = presigned;
  if (credential !== undefined) return reading(credential, SCOPE_V4.test(credential) ? 'v4' : 'v4a', 'presigned');
  const [field] = fields;
  if (field === undefined) return UNSIGNED;
  const named = [...field.matchAll(CREDENTIAL)];
  if (named.length > 1) return MANY;
  const kind = /^AWS4-ECDSA/i.test(field.trim()) ? 'v4a' : 'v4';
  return reading(named[0]?.[1] ?? '', kind, kind);
}

function reading(credential: string, form: 'v4' | 'v4a', kind: AwsScope['kind']): ScopeReading {
  const parts = (form === 'v4' ? SCOPE_V4 : SCOPE_V4A).exec(credential);
  if (parts === null) return UNREADABLE;
  const [, keyId = '', second = '', third = ''] = parts;
  return form === 'v4'
    ? { scope: { keyId, region: second.toLowerCase(), service: third.toLowerCase(), kind }, problem: null }
    : { scope: { keyId, region: null, service: second.toLowerCase(), kind }, problem: null };
}

/** Null when the query holds signing parameters and can't be read surely. */
function presignedCredentials(query: string): readonly string[] | null {
  if (!PRESIGNED.test(query) && !query.includes('%')) return [];
  const pairs = readPairs(query);
  const found = pairs.fields.filter(({ path }) => /^x-amz-credential$/i.test(path[0] ?? ''));
  if (pairs.problem !== null) return PRESIGNED.test(query) ? null : [];
  return found.map(({ value }) => value);
}
