// The rulings of one bundle on single actions: asked of the engine once, then remembered while neither bundle nor directory changes.

import { BUDGET } from '../budget/budget.ts';
import type { Action } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';
import { denied } from './engine.ts';
import type { Answer } from './engine.ts';
import type { Docket, Gathering } from './docket.ts';
import type { EngineSlots, Generation } from './engine-slots.ts';
import type { EntityBook, Groups } from './entity-book.ts';
import { createMemo } from './memo.ts';
import type { Policy } from './policy.ts';
import { questionKey } from './question-key.ts';
import { questionsTo } from './question.ts';
import type { QuestionTo } from './question.ts';
import { ruleOn } from './ruling.ts';
import type { Ruling } from './ruling.ts';

const MEMO_ENTRIES = 20_000;

export interface MemoCount {
  readonly size: number;
  readonly hits: number;
  readonly misses: number;
}

export interface Answers {
  rule(docket: Docket, principal: Principal, action: Action): Ruling;
  readonly memo: MemoCount;
}

/** The engine with the slices of one bundle in it, and that bundle's policies by id. */
export interface Bench {
  readonly slots: EngineSlots;
  readonly generation: Generation;
  readonly policies: ReadonlyMap<string, Policy>;
}

export function createAnswers(bench: Bench, book: EntityBook, directory: Groups): Answers {
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

  function ask(docket: Docket, principal: Principal, action: Action): Ruling {
    if (docket.gatherings.length === 0) return ruleOn({ effect: 'deny', policies: [], errors: [] }, bench.policies);
    const questionTo = questionsTo(docket, principal, action, book);
    return typeof questionTo === 'string' ? failed(questionTo) : askJoined(bench, docket, questionTo);
  }

  return {
    rule(docket, principal, action) {
      // What is used changes with every exchange, so such an answer is worth nothing a moment later.
      if (docket.facts.includes(BUDGET)) return ask(docket, principal, action);
      const key = questionKey(docket, principal, action);
      const known = recall(key);
      if (known !== undefined) {
        hits += 1;
        return known;
      }
      misses += 1;
      const ruling = ask(docket, principal, action);
      // A failure is asked again: it may have been the engine's.
      if (ruling.errors.length === 0) remembered.set(key, ruling);
      return ruling;
    },
    get memo() {
      return { size: remembered.size, hits, misses };
    },
  };
}

/** Asks each gathering of the docket: as one set once there is one, and slice by slice until then. */
function askJoined(bench: Bench, docket: Docket, questionTo: QuestionTo): Ruling {
  const answers = docket.gatherings.flatMap(
    (gathering) => bench.slots.askJoined(gathering.joined, questionTo) ?? askEach(bench, gathering, questionTo),
  );
  return ruleOn(joinAnswers(answers), bench.policies);
}

/** Asks each slice of the docket. */
export function askAll(bench: Bench, docket: Docket, questionTo: QuestionTo): Ruling {
  return ruleOn(joinAnswers(docket.gatherings.flatMap((gathering) => askEach(bench, gathering, questionTo))), bench.policies);
}

function askEach({ slots, generation }: Bench, { meets }: Gathering, questionTo: QuestionTo): Answer[] {
  return meets.map((meeting) => slots.ask(generation, meeting.slice.index, questionTo(meeting)));
}

/** INVARIANT: what Cedar answers for the policies of all sets in one: any error is a deny, then any forbid is, then any permit allows. */
export function joinAnswers(answers: readonly Answer[]): Answer {
  const only = answers[0];
  if (only !== undefined && answers.length === 1) return only;
  const errors = answers.flatMap((answer) => answer.errors);
  if (errors.length > 0) return denied(errors);
  const forbidding = answers.filter((answer) => answer.effect === 'deny' && answer.policies.length > 0);
  const decisive = forbidding.length > 0 ? forbidding : answers.filter((answer) => answer.effect === 'allow');
  return {
    effect: forbidding.length === 0 && decisive.length > 0 ? 'allow' : 'deny',
    policies: decisive.flatMap((answer) => answer.policies).toSorted(),
    errors: [],
  };
}

/** What can't be asked or answered is a BLOCK. */
export function failed(error: string): Ruling {
  return ruleOn({ effect: 'deny', policies: [], errors: [error] }, new Map());
}
