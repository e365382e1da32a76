// The rulings of one bundle on single actions: asked of the engine once, then remembered while neither bundle nor directory changes.

import type { Action } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';
import type { EngineSlots, Generation } from './engine-slots.ts';
import type { EntityBook, Groups } from './entity-book.ts';
import { createMemo } from './memo.ts';
import { buildQuestion, questionKey } from './question.ts';
import { ruleOn } from './ruling.ts';
import type { Ruling } from './ruling.ts';
import type { Slice } from './slices.ts';

const MEMO_ENTRIES = 20_000;

export interface MemoCount {
  readonly size: number;
  readonly hits: number;
  readonly misses: number;
}

export interface Answers {
  rule(slice: Slice, principal: Principal, action: Action): Ruling;
  readonly memo: MemoCount;
}

export function createAnswers(slots: EngineSlots, generation: Generation, book: EntityBook, directory: Groups): Answers {
  const remembered = createMemo<Ruling>(MEMO_ENTRIES);
  let directoryGeneration = directory.generation;
  let hits = 0;
  let misses = 0;

  /** Groups of users live in the directory, so a change there makes every answer stale. */
  function recall(key: string): Ruling | undefined {
    if (directory.generation !== directoryGeneration) {
      remembered.clear();
      directoryGeneration = directory.generation;
    }
    return remembered.get(key);
  }

  function ask(slice: Slice, principal: Principal, action: Action): Ruling {
    if (slice.policies.size === 0) return ruleOn({ effect: 'deny', policies: [], errors: [] }, slice.policies);
    const question = buildQuestion(slice, principal, action, book);
    return typeof question === 'string' ? failed(question) : ruleOn(slots.ask(generation, slice.index, question), slice.policies);
  }

  return {
    rule(slice, principal, action) {
      const key = questionKey(slice, principal, action);
      const known = recall(key);
      if (known !== undefined) {
        hits += 1;
        return known;
      }
      misses += 1;
      const ruling = ask(slice, principal, action);
      // A failure is asked again: it may have been the engine's.
      if (ruling.errors.length === 0) remembered.set(key, ruling);
      return ruling;
    },
    get memo() {
      return { size: remembered.size, hits, misses };
    },
  };
}

/** What can't be asked or answered is a BLOCK. */
export function failed(error: string): Ruling {
  return ruleOn({ effect: 'deny', policies: [], errors: [error] }, new Map());
}
