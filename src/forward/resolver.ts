// From an authority to addresses: what the operator pinned, what is a literal, or one answer of the system's resolver.

import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Address } from '../config/config.ts';
import { canonicalHost, formatAuthority } from '../connection/authority.ts';
import { InterlockError } from '../errors.ts';
import type { Authority } from '../http/request-view.ts';
import { METADATA_NAMES } from './special-ranges.ts';

/** Where an authority really is, before any name is resolved. `host` is a canonical name or an IP literal. */
interface Place extends Address {
  /** The operator wrote this target beside the name in `upstream.hosts`. */
  readonly pinned: boolean;
}

export interface ResolvedAddress {
  readonly address: string;
  readonly port: number;
  readonly family: 4 | 6;
  readonly pinned: boolean;
}

export interface Resolver {
  /** Throws ADDRESS_DENIED for a metadata name, AUTHORITY_INVALID for a host that is not canonical. */
  place(authority: Authority): Place;
  /** Every address of it, never none, in the resolver's order, not yet checked by the guard. Throws RESOLVE_FAILED too. */
  resolve(authority: Authority): Promise<readonly ResolvedAddress[]>;
}

export type Lookup = (host: string) => Promise<ReadonlyArray<{ readonly address: string; readonly family: number }>>;

export interface ResolverOptions {
  /** `upstream.hosts`: keys are `name` or `name:port`, canonical. */
  readonly hosts: Readonly<Record<string, Address>>;
  /** Default: getaddrinfo, which honours /etc/hosts. */
  readonly lookup?: Lookup;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5000;
/** Look-ups under way at once: a name server that never answers must not gather them without end. */
const MAX_PENDING = 256;

export function createResolver(options: ResolverOptions): Resolver {
  const { lookup = getAddresses, timeoutMs = TIMEOUT_MS } = options;
  const hosts = new Map(Object.entries(options.hosts));
  const pending = new Map<string, ReturnType<Lookup>>();

  const place = (authority: Authority): Place => {
    const { host, port } = authority;
    // INVARIANT: nothing but canonical text reaches getaddrinfo, which would read 0x7f.1 as an address (A7).
    if (canonicalHost(host) !== host)
      throw new InterlockError('AUTHORITY_INVALID', 'the host is not in its canonical spelling and is not resolved');
    const pin = hosts.get(formatAuthority(host, port)) ?? hosts.get(host);
    // Also where a pin leads: no spelling of the configuration opens a metadata service by its name.
    for (const name of [host, pin?.host ?? host]) if (isMetadataName(name)) throw metadataDenied(name);
    return pin === undefined ? { host, port, pinned: false } : { host: pin.host, port: pin.port, pinned: true };
  };

  /** Requests for one name at one time share one answer; the next look-up asks again (A11). */
  const shared = (host: string): ReturnType<Lookup> => {
    const underWay = pending.get(host);
    if (underWay !== undefined) return underWay;
    if (pending.size >= MAX_PENDING) throw failed(host, 'too many names are being resolved; try again');
    const answer = lookup(host).finally(() => pending.delete(host));
    pending.set(host, answer);
    return answer;
  };

  return {
    place,
    async resolve(authority) {
      const { host, port, pinned } = place(authority);
      const family = isIP(host);
      if (family === 4 || family === 6) return [{ address: host, port, family, pinned }];
      const answers = await answerOf(host, shared(host), timeoutMs);
      return answers.map((answer) => ({ address: answer.address, port, family: answer.family === 6 ? 6 : 4, pinned }));
    },
  };
}

async function answerOf(host: string, answer: ReturnType<Lookup>, timeoutMs: number): ReturnType<Lookup> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(failed(host, `no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    const answers = await Promise.race([answer, late]);
    if (answers.length === 0) throw failed(host, 'the name has no address');
    return answers;
  } catch (error) {
    throw error instanceof InterlockError ? error : failed(host, inWords(error), error);
  } finally {
    clearTimeout(timer);
  }
}

function getAddresses(host: string): ReturnType<Lookup> {
  return systemLookup(host, { all: true, order: 'verbatim' });
}

function isMetadataName(host: string): boolean {
  return METADATA_NAMES.some((name) => host === name || host.endsWith(`.${name}`));
}

function metadataDenied(host: string): InterlockError {
  return new InterlockError('ADDRESS_DENIED', `${host} is the name of a cloud metadata service, which agents may not reach`);
}

function inWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOTFOUND' || code === 'ENODATA') return 'the name is not known';
  if (code === 'EAI_AGAIN' || code === 'ETIMEOUT') return 'the name server does not answer; try again';
  return `the look-up failed (${typeof code === 'string' ? code : 'unknown error'})`;
}

function failed(host: string, problem: string, cause?: unknown): InterlockError {
  return new InterlockError('RESOLVE_FAILED', `cannot resolve ${host}: ${problem}`, { cause });
}
