// From a host name to the providers that may know it, in one or a few map look-ups (E9).

import type { Provider } from '../providers/provider.ts';

export interface HostProviders {
  /** In the order in which they are asked: exact names, then `*.suffix` with the longest first, then `*`. */
  readonly candidates: readonly Provider[];
  /** The first that names this very host: it refuses plain reads in the API's language, too. Null for all other hosts. */
  readonly named: Provider | null;
  /** Some API is known here by name: exactly, or below a suffix. */
  readonly known: boolean;
  /** The first that says what a write is that nobody claims. */
  readonly unmatched: Provider | null;
}

/** Builds the index. Host patterns are A-labels in lower case, as `RequestView.authority.host` is. */
export function hostIndex(providers: readonly Provider[]): (host: string) => HostProviders {
  const exact = new Map<string, Provider[]>();
  const suffixes = new Map<string, Provider[]>();
  const anywhere: Provider[] = [];
  for (const provider of providers) {
    for (const pattern of provider.hosts) {
      if (pattern === '*') anywhere.push(provider);
      else if (pattern.startsWith('*.')) add(suffixes, pattern.slice(2), provider);
      else add(exact, pattern, provider);
    }
  }
  const unknown: HostProviders = { candidates: anywhere, named: null, known: false, unmatched: null };
  return (host) => {
    const named = exact.get(host) ?? [];
    const bySuffix = suffixMatches(suffixes, host);
    if (named.length === 0 && bySuffix.length === 0) return unknown;
    const own = [...new Set([...named, ...bySuffix])];
    const unmatched = own.find((provider) => provider.unknownWrite !== undefined) ?? null;
    return { candidates: [...new Set([...own, ...anywhere])], named: named[0] ?? null, known: true, unmatched };
  };
}

function add(index: Map<string, Provider[]>, key: string, provider: Provider): void {
  index.set(key, [...(index.get(key) ?? []), provider]);
}

/** `*.stripe.com` stands for every name below, never for `stripe.com` itself nor for `evilstripe.com`. */
function suffixMatches(suffixes: ReadonlyMap<string, readonly Provider[]>, host: string): Provider[] {
  const matches: Provider[] = [];
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    matches.push(...(suffixes.get(host.slice(dot + 1)) ?? []));
  }
  return matches;
}
