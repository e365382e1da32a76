// What policies are told of the sources that an agent has read.

import type { OwnRecord } from '../classify/action.ts';
import type { Wishes } from '../decide/wishes.ts';
import type { TaintedCell } from './tainted-cell.ts';

/** After a repair that could not save everything: something may have been read of which nothing is left. */
export const DOUBTED: OwnRecord = { hosts: [], servers: [], kinds: [], untrusted: true, inSession: true, complete: false };

/** Null for no cells. Sets are sorted, so that the same reading is the same question. */
export function tellTaint(cells: readonly TaintedCell[], session: string | null, wishes: Wishes): OwnRecord | null {
  if (cells.length === 0) return null;
  const untrusted = cells.filter((cell) => !isTrusted(cell, wishes));
  const told = cells.filter(({ lost }) => !lost);
  return {
    hosts: sorted(told.map(({ host }) => host)),
    servers: sorted(told.flatMap(({ server }) => (server === null ? [] : [server]))),
    kinds: sorted(told.flatMap(({ kinds }) => kinds)),
    untrusted: untrusted.length > 0,
    inSession: untrusted.some((cell) => cell.every || cell.session === session),
    complete: told.length === cells.length,
  };
}

/** INVARIANT: only what an operator says of this very place; an MCP server hands on what others wrote, so its host's word is not enough. */
function isTrusted({ host, server, reachesOut }: TaintedCell, wishes: Wishes): boolean {
  if (reachesOut) return false;
  return wishes.asksFor(server === null ? { type: 'Host', id: host } : { type: 'McpServer', id: server }, 'trusted');
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
