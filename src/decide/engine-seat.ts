// The instance of the engine that serves now, and what is in its slots; after any throw there is another one.

import { InterlockError } from '../errors.ts';
import { denied, openInstance } from './engine.ts';
import type { Answer, EngineInstance, PolicyTexts } from './engine.ts';

/** A new instance starts empty, and is not made to hold everything at once. */
export interface Seat {
  readonly instance: EngineInstance;
  /** By the slot's letter and number. Lists, for a map of so many names took up to 5 ms in one go whenever it grew. */
  readonly filled: Readonly<Record<'A' | 'B', PolicyTexts[]>>;
}

export interface SeatHolder {
  /** Null after a crash that left no instance. */
  readonly seat: Seat | null;
  /** Opens one where there is none. */
  revive(): Seat;
  /** After a throw: puts a new instance in place of the one that threw. Never throws; answers with what happened, for the record. */
  replace(thrown: unknown): string;
  /** What throws is a deny, and a new instance (threat: 1,500 throws kill one for good). */
  guarded(ask: (seat: Seat) => Answer): Answer;
  readonly replacements: number;
}

export interface SeatOptions {
  /** Where instances come from; tests hand in broken ones. */
  readonly open?: () => EngineInstance;
  readonly onReplaced?: (cause: string) => void;
}

export function createSeatHolder({ open = openInstance, onReplaced }: SeatOptions): SeatHolder {
  const openSeat = (): Seat => ({ instance: open(), filled: { A: [], B: [] } });
  let seat: Seat | null = openSeat();
  let replacements = 0;

  function revive(): Seat {
    seat ??= openSeat();
    return seat;
  }

  /** A crash here leaves no instance; every question is denied and the next one tries again. */
  function replace(thrown: unknown): string {
    const cause = describe(thrown);
    try {
      seat = null;
      replacements += 1;
      onReplaced?.(cause);
      seat = openSeat();
      return cause;
    } catch (again) {
      return `${cause}; and no new instance could be had: ${describe(again)}`;
    }
  }

  return {
    get seat() {
      return seat;
    },
    revive,
    replace,
    guarded(ask) {
      try {
        return ask(revive());
      } catch (thrown) {
        if (thrown instanceof InterlockError) return denied([thrown.message]);
        return denied([`the policy engine threw: ${replace(thrown)}`]);
      }
    },
    get replacements() {
      return replacements;
    },
  };
}

/** Bounded: an engine's message may quote what it was given. */
function describe(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 200);
}
