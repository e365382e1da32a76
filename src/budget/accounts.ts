// Every account with something in it, found by its budget and subject; rid, little by little, of what counts no more.

import type { Ledger, StateChange } from '../record/ledger.ts';
import { type Account, addTo, type Cell, expireIn, newAccount, takeFrom } from './account.ts';
import type { Measure } from './budget.ts';
import { CELL_KEY, type StoredCell } from './stored-cell.ts';
import type { Bucket } from './window.ts';

export interface Accounts {
  readonly keyedDigest: Ledger['keyedDigest'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly byPlace: Map<string, Account>;
  /** Cells by budget. */
  readonly cells: Map<string, number>;
  /** Keys in the store of cells that count no more. */
  readonly stale: Set<string>;
  /** The next accounts to be looked at. */
  turn: Iterator<Account>;
}

/** One use of one unit, as it was added. */
export interface Use {
  readonly account: Account;
  readonly bucket: Bucket;
  readonly unit: string;
  readonly amount: number;
  readonly unknowns: number;
}

/** With each reservation: so that what is kept does not grow for ever, and none of them pays for all. */
const LOOKED_AT = 8;
const DELETED = 200;

export function newAccounts(keyedDigest: Ledger['keyedDigest'], now: () => number): Accounts {
  const byPlace = new Map<string, Account>();
  return { keyedDigest, now, byPlace, cells: new Map(), stale: new Set(), turn: byPlace.values() };
}

function placeOf(budget: string, subject: string): string {
  return JSON.stringify([budget, subject]);
}

function keyOf({ keyedDigest }: Accounts, { budget, subject }: Account, bucket: string, unit: string): string {
  return CELL_KEY + keyedDigest(JSON.stringify([budget, subject, bucket, unit]));
}

function count({ cells }: Accounts, budget: string, change: number): void {
  cells.set(budget, (cells.get(budget) ?? 0) + change);
}

function expire(accounts: Accounts, account: Account): void {
  const gone = expireIn(account, accounts.now());
  for (const [bucket, unit] of gone) accounts.stale.add(keyOf(accounts, account, bucket, unit));
  count(accounts, account.budget, -gone.length);
  if (account.size === 0) accounts.byPlace.delete(placeOf(account.budget, account.subject));
}

/** As it is now; undefined where nothing is used. */
export function findAccount(accounts: Accounts, budget: string, subject: string): Account | undefined {
  const account = accounts.byPlace.get(placeOf(budget, subject));
  if (account !== undefined) expire(accounts, account);
  return account;
}

export function openAccount(accounts: Accounts, budget: string, measure: Measure, subject: string): Account {
  const place = placeOf(budget, subject);
  const known = accounts.byPlace.get(place);
  if (known !== undefined) return known;
  const made = newAccount(budget, measure, subject);
  accounts.byPlace.set(place, made);
  return made;
}

/** From the store, under its key. */
export function loadCell(accounts: Accounts, key: string, cell: StoredCell): void {
  const { budget, measure, subject, bucket, unit, amount, unknowns, untilMs } = cell;
  if (untilMs <= accounts.now()) return void accounts.stale.add(key);
  addTo(openAccount(accounts, budget, measure, subject), { id: bucket, untilMs }, unit, amount, unknowns);
  count(accounts, budget, 1);
}

export function addUse(accounts: Accounts, use: Use): StateChange {
  const { account, bucket, unit, amount, unknowns } = use;
  const before = account.size;
  const cell = addTo(account, bucket, unit, amount, unknowns);
  count(accounts, account.budget, account.size - before);
  return put(accounts, use, cell);
}

/** Nothing when it was forgotten before. */
export function takeBackUse(accounts: Accounts, use: Use): readonly StateChange[] {
  const { account, bucket, unit, amount, unknowns } = use;
  const before = account.size;
  const cell = takeFrom(account, bucket, unit, amount, unknowns);
  count(accounts, account.budget, account.size - before);
  if (cell === undefined) return [];
  return [cell === null ? { del: keyOf(accounts, account, bucket.id, unit) } : put(accounts, use, cell)];
}

function put(accounts: Accounts, { account, bucket, unit }: Use, cell: Cell): StateChange {
  const { budget, measure, subject } = account;
  const stored: StoredCell = { budget, measure, subject, bucket: bucket.id, unit, ...cell };
  const key = keyOf(accounts, account, bucket.id, unit);
  accounts.stale.delete(key);
  return { put: key, value: JSON.stringify(stored) };
}

/** Looks at a few accounts for what counts no more, and gives some of what is to be deleted. */
export function sweep(accounts: Accounts): readonly StateChange[] {
  for (let looked = 0; looked < LOOKED_AT; looked += 1) {
    const next = accounts.turn.next();
    if (next.done === true) {
      accounts.turn = accounts.byPlace.values();
      break;
    }
    expire(accounts, next.value);
  }
  const deleted = [...accounts.stale.values().take(DELETED)];
  for (const key of deleted) accounts.stale.delete(key);
  return deleted.map((key) => ({ del: key }));
}

export function listAccounts(accounts: Accounts): readonly Account[] {
  for (const account of accounts.byPlace.values()) expire(accounts, account);
  return [...accounts.byPlace.values()];
}
