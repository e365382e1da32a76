// The engine that serves: two generations of preparsed sets in fixed, numbered, reused slots, and a new instance after any throw.

import { InterlockError } from '../errors.ts';
import { denied, openInstance } from './engine.ts';
import type { Answer, EngineInstance, PolicyTexts, Question } from './engine.ts';

/** The policies of each slice; the index is the slice's number. */
export type SliceTexts = readonly PolicyTexts[];

/** Slots cannot be freed, so their number is bounded for the life of the process: two generations of this many. */
export const MAX_SLICES = 512;

export interface Generation {
  readonly letter: 'A' | 'B';
  readonly slices: SliceTexts;
}

export interface EngineSlots {
  /** Preparses a bundle's slices into the letter that is not in force. Throws BUNDLE_INVALID; what is in force stays as it was. */
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

function slotName(letter: string, slice: number): string {
  return `${letter}/${slice}`;
}

function fill(instance: EngineInstance, generation: Generation): void {
  generation.slices.forEach((policies, slice) => {
    const errors = instance.preparse(slotName(generation.letter, slice), policies);
    const first = errors[0];
    if (first !== undefined)
      throw new InterlockError('BUNDLE_INVALID', `the engine refused a slice of the bundle: ${first.message}`);
  });
}

export function createEngineSlots(options: EngineSlotsOptions = {}): EngineSlots {
  const open = options.open ?? openInstance;
  let instance: EngineInstance | null = open();
  let active: Generation | null = null;
  let replacements = 0;

  /** A crash here leaves no instance; every question is denied and the next one tries again. */
  function replace(cause: string): void {
    instance = null;
    replacements += 1;
    options.onReplaced?.(cause);
    revive();
  }

  function revive(): EngineInstance {
    if (instance !== null) return instance;
    const fresh = open();
    if (active !== null) fill(fresh, active);
    instance = fresh;
    return fresh;
  }

  return {
    prepare(slices) {
      if (slices.length > MAX_SLICES) {
        throw new InterlockError(
          'BUNDLE_INVALID',
          `the schema has ${slices.length} actions, more than the ${MAX_SLICES} that fit`,
        );
      }
      const generation: Generation = { letter: active?.letter === 'A' ? 'B' : 'A', slices };
      try {
        fill(revive(), generation);
      } catch (thrown) {
        if (thrown instanceof InterlockError) throw thrown;
        replace(describe(thrown));
        throw new InterlockError('BUNDLE_INVALID', `the engine broke while it read the bundle: ${describe(thrown)}`, {
          cause: thrown,
        });
      }
      return generation;
    },
    activate(generation) {
      active = generation;
    },
    ask(generation, slice, question) {
      try {
        return revive().ask(slotName(generation.letter, slice), question);
      } catch (thrown) {
        return denied([`the policy engine threw: ${afterThrow(thrown, replace)}`]);
      }
    },
    get replacements() {
      return replacements;
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
