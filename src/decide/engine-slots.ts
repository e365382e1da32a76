// The engine that serves: two generations of preparsed sets in fixed, numbered, reused slots, and a new instance after any throw.

import { InterlockError } from '../errors.ts';
import { createSeatHolder } from './engine-seat.ts';
import type { Seat, SeatHolder, SeatOptions } from './engine-seat.ts';
import type { Answer, PolicyTexts, Question } from './engine.ts';
import { createJoinedSlots } from './joined-slots.ts';
import type { JoinedSlots } from './joined-slots.ts';

/** The policies of each slice; the index is the slice's number. */
export type SliceTexts = readonly PolicyTexts[];

/** Slots cannot be freed, so their number is bounded for the life of the process: two generations of this many. */
export const MAX_SLICES = 32_768;

/**
 * From here on a bundle's slots are asked for ahead of time: the engine keeps them in one table, and to make it larger took 23 ms at 7,168
 * slots, 42 ms at 14,336 and 88 ms at 28,672. Of a smaller bundle it takes no time.
 */
const RESERVED_FROM = 1_000;
/** For the next bundle, which may be somewhat larger. */
const RESERVED_TIMES = 1.25;

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
  /** All steps at once, while nothing is served yet; takes the slots of the next bundle with it. */
  prepare(slices: SliceTexts): Generation;
  /** From here on `generation` is in force and the other letter is free. */
  activate(generation: Generation): void;
  /** Never throws: a throw of the engine is a deny, and the instance is replaced (threat: 1,500 throws kill one for good). */
  ask(generation: Generation, slice: number, question: Question): Answer;
  /**
   * Null while the set is not in its slot: then its slices are to be asked, and once that was often enough it is put there in place of
   * whatever was. Never throws.
   */
  readonly askJoined: JoinedSlots['ask'];
  /** How often the instance was replaced. */
  readonly replacements: number;
}

interface EngineSlotsOptions extends SeatOptions {
  readonly joinAfter?: number;
}

function slotOf({ letter }: Generation, slice: number): string {
  return `${letter}/${slice}`;
}

function fill(seat: Seat, { letter, slices }: Generation, slice: number): void {
  const policies = slices[slice] ?? {};
  if (seat.filled[letter][slice] === policies) return;
  const first = seat.instance.preparse(slotOf({ letter, slices }, slice), policies)[0];
  if (first !== undefined)
    throw new InterlockError('BUNDLE_INVALID', `the engine refused a slice of the bundle: ${first.message}`);
  seat.filled[letter][slice] = policies;
}

export function createEngineSlots(options: EngineSlotsOptions = {}): EngineSlots {
  const holder = createSeatHolder(options);
  const joined = createJoinedSlots(holder, options.joinAfter);
  let active: Generation | null = null;

  function begin(slices: SliceTexts): Preparation {
    if (slices.length > MAX_SLICES) {
      throw new InterlockError(
        'BUNDLE_INVALID',
        `the bundle needs ${slices.length} slices, more than the ${MAX_SLICES} that fit`,
      );
    }
    const generation: Generation = { letter: active?.letter === 'A' ? 'B' : 'A', slices };
    return preparationOf(generation, (slice) => fillNext(holder, generation, slice));
  }

  return {
    begin,
    prepare(slices) {
      const preparation = begin(slices);
      while (!preparation.step(Number.POSITIVE_INFINITY));
      if (slices.length >= RESERVED_FROM) reserve(holder, preparation.generation);
      return preparation.generation;
    },
    activate(generation) {
      active = generation;
    },
    // After a replacement a slice is only preparsed when it is asked: a throw must not hold the event loop for a whole bundle.
    ask: (generation, slice, question) =>
      holder.guarded((seat) => {
        fill(seat, generation, slice);
        return seat.instance.ask(slotOf(generation, slice), question);
      }),
    askJoined: joined.ask,
    get replacements() {
      return holder.replacements;
    },
  };
}

/** Puts empty sets into the slots that nothing is in yet, of both letters, and makes room for what the next bundle puts there. */
function reserve(holder: SeatHolder, { slices }: Generation): void {
  const seat = holder.revive();
  const slots = Math.min(MAX_SLICES, Math.ceil(slices.length * RESERVED_TIMES));
  for (const letter of ['A', 'B'] as const)
    for (let slice = 0; slice < slots; slice += 1)
      if (seat.filled[letter][slice] === undefined) seat.instance.preparse(slotOf({ letter, slices }, slice), {});
  seat.instance.reserveAgain();
}

function fillNext(holder: SeatHolder, generation: Generation, slice: number): void {
  try {
    fill(holder.revive(), generation, slice);
  } catch (thrown) {
    if (thrown instanceof InterlockError) throw thrown;
    const cause = holder.replace(thrown);
    throw new InterlockError('BUNDLE_INVALID', `the engine broke while it read the bundle: ${cause}`, { cause: thrown });
  }
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
