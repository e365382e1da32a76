// The ancestors of a resource, told from its name and the action's facts: for actions that come from a record, which keeps neither.

import type { Action, EntityRef, Facts } from './action.ts';
import { hostDomains } from './base-facts.ts';

/**
 * As the providers build them. Null for a resource whose ancestors its name does not tell.
 * INVARIANT: for every action of the fixtures it is what the provider said, or null.
 */
export function resourceParents({ resource, facts }: Pick<Action, 'resource' | 'facts'>): readonly EntityRef[] | null {
  const { type, id } = resource;
  const domains = hostDomains(hostOf(facts));
  switch (type) {
    case 'Host':
      return hostDomains(id.replace(/:\d+$/, ''));
    case 'Repo':
      // `gitlab.com/unknown:groups`: the request names no repository, but its owner all the same.
      return id.includes('/unknown:') ? null : ownersOf(id);
    case 'Account':
      return [];
    case 'Database':
      return facts['method'] === 'CALL' ? serverParents(id.split('/', 1)[0] ?? '') : [hostAbove(resource, facts), ...domains];
    case 'Model':
    case 'Channel':
    case 'Package':
    case 'McpServer':
    case 'Zone':
    case 'Bucket':
      return [hostAbove(resource, facts), ...domains];
    case 'Tool':
      return [...toolOwner(resource, facts), hostAbove(resource, facts), ...domains];
    case 'Mailbox':
      return id.includes('@') ? mailDomains(id.slice(id.lastIndexOf('@') + 1)) : null;
    default:
      return null;
  }
}

function hostOf(facts: Facts): string {
  const { host } = facts;
  return typeof host === 'string' ? host : '';
}

/** The port is in a name that starts with the host's; where it is not, the host is the one over TLS at its usual port. */
function hostAbove({ id }: EntityRef, facts: Facts): EntityRef {
  const host = hostOf(facts);
  const port = id.startsWith(host) ? /^:\d+/.exec(id.slice(host.length))?.[0] : undefined;
  return { type: 'Host', id: `${host}${port ?? ''}` };
}

/** Of a database that a model's tool reaches: its host is not the model's. */
export function serverParents(server: string): EntityRef[] {
  return [{ type: 'Host', id: server }, ...hostDomains(server.replace(/:\d+$/, ''))];
}

/** A tool is a server's, or a model's; one of a model that nobody knows is its host's alone. */
function toolOwner({ id }: EntityRef, facts: Facts): EntityRef[] {
  const owner = id.slice(0, id.indexOf('#'));
  if (facts['server'] !== undefined) return [{ type: 'McpServer', id: owner }];
  return facts['model'] === undefined ? [] : [{ type: 'Model', id: owner.replace(/%2[35]/g, decodeURIComponent) }];
}

/** `github.com/acme/team/site` is owned by `github.com/acme/team` and `github.com/acme`. */
function ownersOf(id: string): EntityRef[] {
  const parts = id.split('/');
  const owners: EntityRef[] = [];
  for (let depth = parts.length - 1; depth > 1; depth -= 1) owners.push({ type: 'Owner', id: parts.slice(0, depth).join('/') });
  return owners;
}

function mailDomains(domain: string): EntityRef[] {
  return [{ type: 'Domain', id: domain }, ...hostDomains(domain).filter((parent) => parent.id !== domain)];
}
