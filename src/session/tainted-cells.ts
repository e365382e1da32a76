// All that agents have read, found by agent and user; rid, little by little, of what counts no more.

import type { Principal } from '../identify/principal.ts';
import type { Ledger, StateChange, StateStore } from '../record/ledger.ts';
import type { Source } from './source.ts';
import { parseTainted, TAINT_KEY, type TaintedCell } from './tainted-cell.ts';

interface KeptCell {
  readonly cell: TaintedCell;
  /** As far as it is known to lie in the store. */
  writtenUntilMs: number;
}

type TaintedKey = Omit<TaintedCell, 'untilMs'>;
type Who = Pick<Principal, 'agent' | 'user'>;
type Kept = Map<string, KeptCell>;

export interface TaintedCells {
  readonly keyedDigest: Ledger['keyedDigest'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly agents: Map<string, Kept>;
  /** Keys in the store of cells that count no more. */
  readonly stale: Set<string>;
  inAll: number;
  /** The next agents to be looked at. */
  turn: Iterator<Kept>;
}

/** Different sources of one agent and user, so that what policies are told stays small. */
export const MAX_SOURCES = 32;
/** Sources by session of one agent and user. */
export const MAX_CELLS = 1_000;
const MAX_IN_ALL = 100_000;
/** With each write: so that what is kept does not grow for ever, and none pays for all. */
const LOOKED_AT = 8;
const DELETED = 200;

/** Throws STORE_CORRUPT. */
export async function openCells(ledger: Pick<Ledger, 'keyedDigest'> & StateStore, now: () => number): Promise<TaintedCells> {
  const agents = new Map<string, Kept>();
  const keyedDigest = (text: string): string => ledger.keyedDigest(text);
  const cells: TaintedCells = { keyedDigest, now, agents, stale: new Set(), inAll: 0, turn: agents.values() };
  for (const [key, text] of await ledger.list(TAINT_KEY)) {
    const cell = parseTainted(key, text);
    if (cell.untilMs <= now()) cells.stale.add(key);
    else keep(cells, cell, cell.untilMs);
  }
  return cells;
}

/** Those that still count. */
export function cellsOf(cells: TaintedCells, who: Who): readonly TaintedCell[] {
  const kept = cells.agents.get(agentOf(who));
  if (kept === undefined) return [];
  expire(cells, kept);
  return [...kept.values()].map(({ cell }) => cell);
}

export function findCell({ agents }: TaintedCells, cell: TaintedKey): KeptCell | undefined {
  return agents.get(agentOf(cell))?.get(nameOf(cell));
}

/** Where there is no room for it, the cell that stands for it. */
export function fitCell(cells: TaintedCells, cell: TaintedKey): TaintedKey {
  const kept: Kept = cells.agents.get(agentOf(cell)) ?? new Map();
  expire(cells, kept);
  if (!hasPlace(kept, cell) || cells.inAll >= MAX_IN_ALL) return { ...cell, ...LOST };
  return kept.size < MAX_CELLS ? cell : { ...cell, session: null, every: true };
}

/** Counts it, and gives what is to be written, with some of what is to be deleted. */
export function putCell(cells: TaintedCells, cell: TaintedCell): readonly StateChange[] {
  const key = keyOf(cells, cell);
  keep(cells, cell, findCell(cells, cell)?.writtenUntilMs ?? 0);
  const swept = sweep(cells);
  return [...swept, { put: key, value: JSON.stringify(cell) }];
}

function keep(cells: TaintedCells, cell: TaintedCell, writtenUntilMs: number): void {
  const agent = agentOf(cell);
  const kept: Kept = cells.agents.get(agent) ?? new Map();
  cells.agents.set(agent, kept);
  if (!kept.has(nameOf(cell))) cells.inAll += 1;
  kept.set(nameOf(cell), { cell, writtenUntilMs });
  // INVARIANT: what counts again is not deleted, now or later.
  cells.stale.delete(keyOf(cells, cell));
}

function expire(cells: TaintedCells, kept: Kept): void {
  for (const [name, { cell }] of kept) {
    if (cell.untilMs > cells.now()) continue;
    kept.delete(name);
    cells.stale.add(keyOf(cells, cell));
    cells.inAll -= 1;
    if (kept.size === 0) cells.agents.delete(agentOf(cell));
  }
}

function sweep(cells: TaintedCells): readonly StateChange[] {
  for (let looked = 0; looked < LOOKED_AT; looked += 1) {
    const next = cells.turn.next();
    if (next.done === true) {
      cells.turn = cells.agents.values();
      break;
    }
    expire(cells, next.value);
  }
  const deleted = [...cells.stale.values().take(DELETED)];
  for (const key of deleted) cells.stale.delete(key);
  return deleted.map((key) => ({ del: key }));
}

/** INVARIANT: what there is no room for makes everything doubtful, and is never as if it had not been read. */
const LOST = { session: null, host: '', server: null, kinds: [], reachesOut: true, every: true, lost: true } as const;

function hasPlace(kept: Kept, cell: TaintedKey): boolean {
  const places = new Set([...kept.values()].filter((one) => !one.cell.lost).map((one) => placeOf(one.cell)));
  return places.size < MAX_SOURCES || places.has(placeOf(cell));
}

function placeOf({ host, server, kinds, reachesOut }: Source): string {
  return JSON.stringify([host, server, kinds, reachesOut]);
}

function nameOf(cell: TaintedKey): string {
  return JSON.stringify([cell.session, cell.every, cell.lost, placeOf(cell)]);
}

function keyOf({ keyedDigest }: TaintedCells, cell: TaintedKey): string {
  return TAINT_KEY + keyedDigest(`${agentOf(cell)}${nameOf(cell)}`);
}

/**
 * INVARIANT: not the session: its name is the client's to choose, and a new one would wash off what was read. Agent and user are proved by
 * the token.
 */
function agentOf({ agent, user }: Who): string {
  return JSON.stringify([agent, user]);
}
