// What policies are told of the sources that an agent has read.

import type { OwnRecord } from '../classify/action.ts';
import type { Wishes } from '../decide/wishes.ts';
import type { TaintedCell } from './tainted-cell.ts';

/** After a repair that could not save everything: something may have been read of which nothing is left. */
export const DOUBTED: OwnRecord = { hosts: [], servers: [], kinds: [], untrusted: true, inSession: true, complete: false };

/** What is told, by the entities of any bundle: by which it was told first is in the record only. */
const TOLD = new WeakMap<OwnRecord, { readonly cells: readonly TaintedCell[]; readonly session: string | null }>();

/**
 * The same reading as another bundle would have told it, which trusts other sources. INVARIANT: it is what was read then, not what has been read
 * since: the exchange that was judged counts itself by now.
 */
export function retellTaint(record: OwnRecord, wishes: Wishes): OwnRecord {
  const told = TOLD.get(record);
  return told === undefined ? record : (tellTaint(told.cells, told.session, wishes) ?? record);
}

/** Null for no cells. Sets are sorted, so that the same reading is the same question. */
export function tellTaint(cells: readonly TaintedCell[], session: string | null, wishes: Wishes): OwnRecord | null {
  if (cells.length === 0) return null;
  const untrusted = cells.filter((cell) => !isTrusted(cell, wishes));
  const told = cells.filter(({ lost }) => !lost);
  const record = {
    hosts: sorted(told.map(({ host }) => host)),
    servers: sorted(told.flatMap(({ server }) => (server === null ? [] : [server]))),
    kinds: sorted(told.flatMap(({ kinds }) => kinds)),
    untrusted: untrusted.length > 0,
    inSession: untrusted.some((cell) => isOf(cell, session)),
    complete: told.length === cells.length,
  };
  TOLD.set(record, { cells: distinct(cells, session), session });
  return record;
}

/** One of each place and session that counts alike, because records are kept for long and cells may be many. */
function distinct(cells: readonly TaintedCell[], session: string | null): readonly TaintedCell[] {
  const one = new Map<string, TaintedCell>();
  for (const cell of cells) {
    const { host, server, kinds, reachesOut, lost } = cell;
    const name = JSON.stringify([host, server, kinds, reachesOut, lost, isOf(cell, session)]);
    if (!one.has(name)) one.set(name, cell);
  }
  return [...one.values()];
}

function isOf({ every, session: own }: TaintedCell, session: string | null): boolean {
  return every || own === session;
}

/** INVARIANT: only what an operator says of this very place; an MCP server hands on what others wrote, so its host's word is not enough. */
function isTrusted({ host, server, reachesOut }: TaintedCell, wishes: Wishes): boolean {
  if (reachesOut) return false;
  return wishes.asksFor(server === null ? { type: 'Host', id: host } : { type: 'McpServer', id: server }, 'trusted');
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
