// The book of all budgets: what is used, reserved with the entry that lets it out, and given back when it surely had no effect.

import { InterlockError } from '../errors.ts';
import { doubtedUntil } from '../record/repaired-at.ts';
import type { Ledger, StateChange, StateStore } from '../record/ledger.ts';
import { newAccount, usedWith } from './account.ts';
import {
  addUse,
  findAccount,
  listAccounts,
  loadCell,
  newAccounts,
  openAccount,
  sweep,
  takeBackUse,
  type Use,
} from './accounts.ts';
import { type BudgetView, viewsOf } from './budget-view.ts';
import { type Charge, UNKNOWN } from './charge.ts';
import type { BudgetMeter, BudgetUse } from './meter.ts';
import { CELL_KEY, parseCell } from './stored-cell.ts';
import { bucketAt } from './window.ts';
import { EXCEEDS, type Window } from './budget.ts';

export interface BudgetBook extends BudgetMeter {
  /** Is it still what was judged? INVARIANT: only then may it be reserved, in the same turn of the event loop. */
  isCurrent(use: BudgetUse): boolean;
  /**
   * Counts it from this instant on. The changes go with the entry that lets the exchange out, handed over in the same turn, so that the store
   * takes them in their order. Throws POLICY_BLOCKED, with nothing changed, when there is no room to keep it.
   */
  reserve(exchange: string, use: BudgetUse): Reservation;
  /** Null: nothing is reserved. `returned`: it surely had no effect, so it is free again, and the changes go with the entry that says so. */
  settle(exchange: string, fate: 'spent' | 'returned'): Settled | null;
  /** What is used now. */
  list(): readonly BudgetView[];
}

export interface Reservation {
  readonly state: readonly StateChange[];
  /** The entry could not be written, so nothing leaves. */
  undo(): void;
}

interface Settled {
  readonly budgets: readonly string[];
  readonly state: readonly StateChange[];
}

interface BookOptions {
  readonly ledger: Pick<Ledger, 'keyedDigest'> & StateStore;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Of one budget: an agent can name any number of targets and recipients, and memory is finite. */
const MAX_CELLS = 50_000;
/** A resource's id may be long; whose account it is must stay certain, and short. */
const MAX_NAME = 200;

/** Reads what the data folder holds: one small value for each unit and bucket that still counts. Throws STORE_CORRUPT. */
export async function openBudgetBook({ ledger, now = Date.now }: BookOptions): Promise<BudgetBook> {
  const accounts = newAccounts(ledger.keyedDigest, now);
  for (const [key, text] of await ledger.list(CELL_KEY)) loadCell(accounts, key, parseCell(key, text));
  const open = new Map<string, readonly Use[]>();
  const isDoubted = await doubt(ledger, now);

  function valueOf({ budget, subject, units, unknown }: Charge): number {
    if (isDoubted(budget.window)) return EXCEEDS;
    return usedWith(findAccount(accounts, budget.key, subject) ?? newAccount('', budget.measure, ''), units, unknown);
  }

  function usesOf(charges: readonly Charge[]): readonly Use[] {
    const nowMs = now();
    return charges.flatMap(({ budget, subject, units, unknown }) => {
      const account = openAccount(accounts, budget.key, budget.measure, subject);
      const bucket = bucketAt(budget.window, nowMs);
      return [...units]
        .map(
          ([unit, amount]): Use => ({ account, bucket, unit, amount, unknowns: unknown && weighs(budget.measure, unit) ? 1 : 0 }),
        )
        .filter(({ amount, unknowns }) => amount + unknowns > 0);
    });
  }

  return {
    measure(given) {
      const charges = given.map((charge) => bounded(charge, ledger.keyedDigest));
      return { charges, values: charges.map(valueOf) };
    },
    isCurrent: ({ charges, values }) => charges.every((charge, i) => valueOf(charge) === values[i]),
    reserve(exchange, { charges }) {
      const swept = sweep(accounts);
      for (const { budget, units } of charges) {
        if ((accounts.cells.get(budget.key) ?? 0) + units.size <= MAX_CELLS) continue;
        throw new InterlockError(
          'POLICY_BLOCKED',
          `the budget ${budget.name} has too many users, targets or recipients to be kept`,
        );
      }
      const uses = usesOf(charges);
      const state = uses.map((use) => addUse(accounts, use));
      open.set(exchange, uses);
      return {
        state: [...swept, ...state],
        undo() {
          open.delete(exchange);
          for (const use of uses) takeBackUse(accounts, use);
        },
      };
    },
    settle(exchange, fate) {
      const uses = open.get(exchange);
      open.delete(exchange);
      if (uses === undefined || uses.length === 0 || fate === 'spent') return null;
      const budgets = [...new Set(uses.map(({ account }) => account.budget.split('|')[0] ?? ''))];
      return { budgets, state: uses.flatMap((use) => takeBackUse(accounts, use)) };
    },
    list: () => listAccounts(accounts).flatMap(viewsOf),
  };
}

/**
 * INVARIANT: after a repair that could not save everything a budget is used up as long as a use of before it would count: some may be lost.
 */
async function doubt(state: StateStore, now: () => number): Promise<(window: Window) => boolean> {
  const until = await doubtedUntil(state);
  if (until === null) return () => false;
  return (window) => !Number.isFinite(until) || bucketAt(window, until).untilMs > now();
}

/** INVARIANT: of a sum, an unknown amount weighs on its own currency; of recipients, what is unknown is a unit of its own. */
function weighs(measure: Charge['budget']['measure'], unit: string): boolean {
  return measure === 'sum amountMinor' || unit === UNKNOWN;
}

/** Recipients are kept as keyed digests, and no name is longer than it must be to be told from another. */
function bounded(charge: Charge, keyedDigest: Ledger['keyedDigest']): Charge {
  const short = (name: string): string =>
    name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 70)}… ${keyedDigest(name)}`;
  const unitOf = charge.budget.measure === 'distinct recipients' ? digested(keyedDigest) : short;
  return { ...charge, subject: short(charge.subject), units: new Map([...charge.units].map(([unit, n]) => [unitOf(unit), n])) };
}

function digested(keyedDigest: Ledger['keyedDigest']): (unit: string) => string {
  return (unit) => (unit === UNKNOWN ? UNKNOWN : keyedDigest(`recipient ${unit}`).slice(0, 32));
}
