// The engine that serves: two generations of preparsed sets in fixed, numbered, reused slots, and a new instance after any throw.

import { InterlockError } from '../errors.ts';
import { denied, openInstance } from './engine.ts';
import type { Answer, EngineInstance, PolicyTexts, Question } from './engine.ts';

/** The policies of each slice; the index is the slice's number. */
export type SliceTexts = readonly PolicyTexts[];

/** Slots cannot be freed, so their number is bounded for the life of the process: two generations of this many. */
export const MAX_SLICES = 32_768;

export interface Generation {
  readonly letter: 'A' | 'B';
  readonly slices: SliceTexts;
}

/** A bundle on its way into the letter that is not in force. Another one that is begun meanwhile takes its slots away. */
export interface Preparation {
  readonly generation: Generation;
  /**
   * Preparses slice after slice until this long has passed, by the clock and never less than one; true once all are in. Throws
   * BUNDLE_INVALID; what is in force stays as it was.
   */
  step(maxMs: number): boolean;
}

export interface EngineSlots {
  begin(slices: SliceTexts): Preparation;
  /** All steps at once. */
  prepare(slices: SliceTexts): Generation;
  /** From here on `generation` is in force and the other letter is free. */
  activate(generation: Generation): void;
  /** Never throws: a throw of the engine is a deny, and the instance is replaced (threat: 1,500 throws kill one for good). */
  ask(generation: Generation, slice: number, question: Question): Answer;
  /** How often the instance was replaced. */
  readonly replacements: number;
}

interface EngineSlotsOptions {
  /** Where instances come from; tests hand in broken ones. */
  readonly open?: () => EngineInstance;
  readonly onReplaced?: (cause: string) => void;
}

/** An instance, and which slices are in its slots: a new one starts empty, and is not made to hold everything at once. */
interface Seat {
  readonly instance: EngineInstance;
  readonly filled: Readonly<Record<Generation['letter'], Map<number, PolicyTexts>>>;
}

function fill(seat: Seat, { letter, slices }: Generation, slice: number): void {
  const policies = slices[slice] ?? {};
  if (seat.filled[letter].get(slice) === policies) return;
  const first = seat.instance.preparse(`${letter}/${slice}`, policies)[0];
  if (first !== undefined)
    throw new InterlockError('BUNDLE_INVALID', `the engine refused a slice of the bundle: ${first.message}`);
  seat.filled[letter].set(slice, policies);
}

export function createEngineSlots(options: EngineSlotsOptions = {}): EngineSlots {
  const open = options.open ?? openInstance;
  const openSeat = (): Seat => ({ instance: open(), filled: { A: new Map(), B: new Map() } });
  let seat: Seat | null = openSeat();
  let active: Generation | null = null;
  let replacements = 0;

  /** A crash here leaves no instance; every question is denied and the next one tries again. */
  function replace(cause: string): void {
    seat = null;
    replacements += 1;
    options.onReplaced?.(cause);
    seat = openSeat();
  }

  function revive(): Seat {
    seat ??= openSeat();
    return seat;
  }

  function fillNext(generation: Generation, slice: number): void {
    try {
      fill(revive(), generation, slice);
    } catch (thrown) {
      if (thrown instanceof InterlockError) throw thrown;
      const cause = afterThrow(thrown, replace);
      throw new InterlockError('BUNDLE_INVALID', `the engine broke while it read the bundle: ${cause}`, { cause: thrown });
    }
  }

  function begin(slices: SliceTexts): Preparation {
    if (slices.length > MAX_SLICES) {
      throw new InterlockError(
        'BUNDLE_INVALID',
        `the bundle needs ${slices.length} slices, more than the ${MAX_SLICES} that fit`,
      );
    }
    const generation: Generation = { letter: active?.letter === 'A' ? 'B' : 'A', slices };
    return preparationOf(generation, (slice) => fillNext(generation, slice));
  }

  return {
    begin,
    prepare(slices) {
      const preparation = begin(slices);
      while (!preparation.step(Number.POSITIVE_INFINITY));
      return preparation.generation;
    },
    activate(generation) {
      active = generation;
    },
    ask(generation, slice, question) {
      try {
        const current = revive();
        // After a replacement a slice is only preparsed when it is asked: a throw must not hold the event loop for a whole bundle.
        fill(current, generation, slice);
        return current.instance.ask(`${generation.letter}/${slice}`, question);
      } catch (thrown) {
        if (thrown instanceof InterlockError) return denied([thrown.message]);
        return denied([`the policy engine threw: ${afterThrow(thrown, replace)}`]);
      }
    },
    get replacements() {
      return replacements;
    },
  };
}

function preparationOf(generation: Generation, fillSlice: (slice: number) => void): Preparation {
  const count = generation.slices.length;
  let next = 0;
  return {
    generation,
    step(maxMs) {
      const end = performance.now() + maxMs;
      do {
        if (next < count) fillSlice(next);
        next += 1;
      } while (next < count && performance.now() < end);
      return next >= count;
    },
  };
}

function afterThrow(thrown: unknown, replace: (cause: string) => void): string {
  const cause = describe(thrown);
  try {
    replace(cause);
  } catch (again) {
    return `${cause}; and no new instance could be had: ${describe(again)}`;
  }
  return cause;
}

/** Bounded: an engine's message may quote what it was given. */
function describe(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 200);
}
