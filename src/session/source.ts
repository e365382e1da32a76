// What an exchange lets its agent read: from where, and what kind of place that is.

import type { Action } from '../classify/action.ts';
import { hostResource } from '../classify/base-facts.ts';
import { hostFamilies } from '../classify/host-families.ts';
import type { RequestView } from '../http/request-view.ts';

export interface Source {
  /** As `Host` entities are named: with its port where that is not the usual one over TLS. */
  readonly host: string;
  /** The `McpServer` that was spoken to; null where none was. */
  readonly server: string | null;
  /** Families of the APIs there, sorted: `email`, `mcp` …; `web` where none is known. */
  readonly kinds: readonly string[];
  /** The answer may hold what others have written, from places that never pass here: the provider of a model runs tools of its own. */
  readonly reachesOut: boolean;
}

/** Of protocols, and no API's. */
const PLAIN: ReadonlySet<string> = new Set(['http', 'websocket', 'tunnel']);
const OUTSIDE = 'provider-tools';

/** One request speaks to one host, and to one MCP server at most. */
export function sourceOf(request: RequestView, actions: readonly Action[]): Source {
  const families = new Set(actions.map(({ name }) => name.slice(0, name.indexOf('.'))).filter((family) => !PLAIN.has(family)));
  // A plain read is no API's call by name, and is answered by whatever lives there.
  if (families.size === 0) for (const family of hostFamilies(request.authority.host)) families.add(family);
  if (families.size === 0) families.add('web');
  const reachesOut = actions.some(mayReachOut);
  if (reachesOut) families.add(OUTSIDE);
  return {
    host: hostResource(request).id,
    server: actions.map(serverOf).find((server) => server !== null) ?? null,
    kinds: [...families].toSorted(),
    reachesOut,
  };
}

function serverOf({ name, facts }: Action): string | null {
  const { server } = facts;
  return name.startsWith('mcp.') && typeof server === 'string' ? server : null;
}

/** INVARIANT: of a model's request that can't be read surely, or of which something stored there may bring tools along, it is assumed. */
function mayReachOut({ name, facts }: Action): boolean {
  if (name !== 'llm.request') return false;
  return (
    facts['inspected'] !== true || facts['toolsKnown'] !== true || !isNone(facts['providerTools']) || !isNone(facts['fetchHosts'])
  );
}

function isNone(fact: Action['facts'][string] | undefined): boolean {
  return typeof fact === 'object' && fact.length === 0;
}
