// Slots and generations: what is in force stays in force, and an engine that throws is replaced.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEngineSlots, MAX_SLICES } from '../../src/decide/engine-slots.ts';
import { openInstance } from '../../src/decide/engine.ts';
import type { EngineInstance, PolicyTexts, Question } from '../../src/decide/engine.ts';
import type { JoinedSet } from '../../src/decide/joined-set.ts';
import { joinReads } from '../../src/decide/reads.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const QUESTION: Question = {
  principal: { type: 'Agent', id: 'bot' },
  action: { type: 'Action', id: 'x' },
  resource: { type: 'Host', id: 'h' },
  context: {},
  entities: [],
};
const SURROGATE: Question = { ...QUESTION, context: { path: '\ud800' } };
const PERMIT = 'permit(principal, action, resource);';
const FORBID = 'forbid(principal, action, resource);';

function setOf(number: number, sources: PolicyTexts): JoinedSet {
  return { number, begin: () => ({ step: () => ({ sources, asked: { reads: joinReads([]), facts: [] } }) }) };
}

/** A real instance whose slots' names are written down. */
function noting(names: Set<string>): EngineInstance {
  const real = openInstance();
  return {
    ...real,
    preparse: (slot, policies) => {
      names.add(slot);
      return real.preparse(slot, policies);
    },
  };
}

describe('engine slots', () => {
  it('use the same few names for ever, in two generations', () => {
    const names = new Set<string>();
    const slots = createEngineSlots({ open: () => noting(names) });
    for (let i = 0; i < 6; i += 1) slots.activate(slots.prepare([{ a: PERMIT }, { b: FORBID }]));
    assert.deepEqual([...names].toSorted(), ['A/0', 'A/1', 'B/0', 'B/1']);
  });

  it('leave the generation in force alone while the next one is prepared', () => {
    const slots = createEngineSlots();
    const first = slots.prepare([{ a: PERMIT }]);
    slots.activate(first);
    const second = slots.prepare([{ b: FORBID }]);
    assert.equal(slots.ask(first, 0, QUESTION).effect, 'allow');
    slots.activate(second);
    assert.deepEqual(slots.ask(second, 0, QUESTION), { effect: 'deny', policies: ['b'], errors: [] });
  });

  it('refuse a broken slice and keep what is in force', async () => {
    const slots = createEngineSlots();
    const first = slots.prepare([{ a: PERMIT }]);
    slots.activate(first);
    await throwsWithCode('BUNDLE_INVALID', () => slots.prepare([{ b: 'permit(' }]));
    assert.equal(slots.ask(first, 0, QUESTION).effect, 'allow');
  });

  it('are filled one slice a step when a step has no time left, and serve the old ones until then', () => {
    const names = new Set<string>();
    const slots = createEngineSlots({ open: () => noting(names) });
    const first = slots.prepare([{ a: PERMIT }]);
    slots.activate(first);
    const next = slots.begin([{ b: FORBID }, { c: FORBID }, { d: FORBID }]);
    assert.deepEqual([next.step(0), names.size], [false, 2]);
    assert.equal(slots.ask(first, 0, QUESTION).effect, 'allow');
    assert.deepEqual([next.step(0), next.step(0), names.size], [false, true, 4]);
    slots.activate(next.generation);
    assert.deepEqual(slots.ask(next.generation, 2, QUESTION).policies, ['d']);
  });

  it('answer for an earlier generation whose slots were taken, from its own policies', () => {
    const slots = createEngineSlots();
    const generations = [{ a: PERMIT }, { b: FORBID }, { c: FORBID }].map((policies) => {
      const generation = slots.prepare([policies]);
      slots.activate(generation);
      return generation;
    });
    assert.deepEqual(
      [...generations, ...generations].map((generation) => slots.ask(generation, 0, QUESTION).policies.join()),
      ['a', 'b', 'c', 'a', 'b', 'c'],
    );
  });

  it('are taken ahead of time for what follows a large bundle, so that the engine makes no more room between requests', () => {
    const names = new Set<string>();
    const slots = createEngineSlots({ open: () => noting(names) });
    const large = Array.from({ length: 1_000 }, () => ({}));
    const first = slots.prepare([{ a: PERMIT }, ...large]);
    slots.activate(first);
    assert.deepEqual([names.size, names.has('A/1251'), names.has('B/1251')], [2_504, true, true]);
    assert.equal(slots.ask(first, 0, QUESTION).effect, 'allow');
    const next = slots.begin([...large, ...large.slice(0, 200), { b: FORBID }]);
    while (!next.step(100));
    slots.activate(next.generation);
    assert.deepEqual([names.size, slots.ask(next.generation, 1_200, QUESTION).policies], [2_504, ['b']]);
  });

  it('refuse more slices than there are slots', async () => {
    await throwsWithCode('BUNDLE_INVALID', () => createEngineSlots().prepare(Array.from({ length: MAX_SLICES + 1 }, () => ({}))));
  });
});

describe('slots of joined sets', () => {
  it('join a set once its slices were asked often enough, in one of a few slots that sets take from each other', () => {
    const names = new Set<string>();
    const slots = createEngineSlots({ open: () => noting(names), joinAfter: 3 });
    const [first, second] = [0, 1_024].map((number) => setOf(number, { a: PERMIT, [`b${number}`]: FORBID }));
    assert.ok(first !== undefined && second !== undefined);
    const askedOf = (set: typeof first): string | undefined => slots.askJoined(set, () => QUESTION)?.policies.join();
    assert.deepEqual(
      [1, 2, 3, 4].map(() => askedOf(first)),
      [undefined, undefined, 'b0', 'b0'],
    );
    assert.deepEqual(
      [1, 2, 3, 4].map(() => askedOf(second)),
      [undefined, undefined, 'b1024', 'b1024'],
    );
    assert.deepEqual(
      [1, 2, 3].map(() => askedOf(first)),
      [undefined, undefined, 'b0'],
    );
    assert.deepEqual([...names], ['joined/0']);
  });

  it('do not take what an engine refused, yet holds, for the set that was there before', () => {
    const open = (): EngineInstance => {
      const real = openInstance();
      const error = { message: 'no' } as ReturnType<EngineInstance['preparse']>[number];
      return { ...real, preparse: (slot, sources) => [...real.preparse(slot, sources), ...('bad' in sources ? [error] : [])] };
    };
    const slots = createEngineSlots({ joinAfter: 1, open });
    const [good, bad] = [setOf(0, { good: PERMIT }), setOf(1_024, { bad: FORBID })];
    const asked = (set: JoinedSet): string | undefined => slots.askJoined(set, () => QUESTION)?.policies.join();
    assert.deepEqual([asked(good), asked(bad), asked(bad), asked(good)], ['good', undefined, undefined, 'good']);
    assert.equal(slots.replacements, 0);
  });

  it('put few sets together at a time: the one begun first gives way, and counts anew', () => {
    const slots = createEngineSlots({ joinAfter: 2 });
    const steps: number[] = [];
    const sets = Array.from({ length: 65 }, (_, number): JoinedSet => {
      const { begin } = setOf(number, { a: PERMIT });
      return {
        number,
        begin() {
          let step = 0;
          const joining = begin();
          return { step: (parse) => (steps.push(number), (step += 1) < 3 ? null : joining.step(parse)) };
        },
      };
    });
    const ask = (set: JoinedSet | undefined): boolean => set !== undefined && slots.askJoined(set, () => QUESTION) !== null;
    for (const set of [...sets, ...sets]) ask(set);
    assert.equal(steps.length, 65);
    // The second is in its second step; the first begins anew, after it was asked as often as at first.
    assert.deepEqual([ask(sets[1]), ask(sets[1])], [false, true]);
    assert.deepEqual([ask(sets[0]), ask(sets[0]), ask(sets[0]), ask(sets[0])], [false, false, false, true]);
  });

  it('do not take a joined set for one of a new instance', () => {
    const slots = createEngineSlots({ joinAfter: 2 });
    const set = setOf(0, { a: PERMIT, b: FORBID });
    const asked = (question: Question): string | undefined => slots.askJoined(set, () => question)?.effect;
    assert.deepEqual([asked(QUESTION), asked(SURROGATE), slots.replacements], [undefined, 'deny', 1]);
    assert.deepEqual([asked(QUESTION), asked(QUESTION)], [undefined, 'deny']);
  });
});

describe('an engine that throws', () => {
  it('deny what made the engine throw, replace the instance, and judge on', () => {
    let opened = 0;
    const causes: string[] = [];
    const slots = createEngineSlots({
      open: () => {
        opened += 1;
        return openInstance();
      },
      onReplaced: (cause) => causes.push(cause),
    });
    const generation = slots.prepare([{ a: PERMIT }]);
    slots.activate(generation);
    const answer = slots.ask(generation, 0, SURROGATE);
    assert.equal(answer.effect, 'deny');
    assert.match(answer.errors.join(), /threw/);
    assert.equal(slots.replacements, 1);
    assert.equal(opened, 2);
    assert.equal(causes.length, 1);
    assert.equal(slots.ask(generation, 0, QUESTION).effect, 'allow');
  });

  it('does not make the new instance hold a whole bundle at once', () => {
    const names = new Set<string>();
    const slots = createEngineSlots({ open: () => noting(names) });
    const generation = slots.prepare(Array.from({ length: 50 }, (_, i) => ({ [`p${i}`]: PERMIT })));
    slots.activate(generation);
    names.clear();
    assert.equal(slots.ask(generation, 7, SURROGATE).effect, 'deny');
    assert.equal(slots.ask(generation, 8, QUESTION).effect, 'allow');
    assert.deepEqual([...names], ['A/8']);
  });

  it('deny while no instance can be had, and try again at the next question', () => {
    let broken = false;
    const slots = createEngineSlots({
      open: () => {
        if (broken) throw new Error('no memory');
        return openInstance();
      },
    });
    const generation = slots.prepare([{ a: PERMIT }]);
    slots.activate(generation);
    broken = true;
    assert.match(slots.ask(generation, 0, SURROGATE).errors.join(), /no new instance/);
    assert.equal(slots.ask(generation, 0, QUESTION).effect, 'deny');
    broken = false;
    assert.equal(slots.ask(generation, 0, QUESTION).effect, 'allow');
  });
});
