// The bundle in force with its shadow policies too, in an engine of its own: what it would say is asked beside the traffic.

import type { BudgetMeter } from '../budget/meter.ts';
import type { Action } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';
import type { Bundle } from './bundle.ts';
import { createBundleJudge } from './bundle-judge.ts';
import { createEngineSlots } from './engine-slots.ts';
import type { EngineSlots } from './engine-slots.ts';
import type { Groups } from './entity-book.ts';
import type { Judgement } from './judgement.ts';
import { sliceTexts } from './slices.ts';

export interface ShadowSide {
  /** Never throws. Null when it could not differ: no shadow policy is about any of these actions. `meter`: what is used of the budgets. */
  judge(principal: Principal, actions: readonly Action[], meter: BudgetMeter): Judgement | null;
}

/**
 * INVARIANT: shadow policies never enter the engine that serves, so they neither decide nor can they break it. The engine is opened with
 * the first of them, and its sets are only preparsed when they are asked: a reload costs no more time with them than without.
 */
export function createShadowSides(directory: Groups): (bundle: Bundle) => ShadowSide | null {
  let slots: EngineSlots | null = null;
  return (bundle) => {
    const { shadowSlices: slices } = bundle;
    if (slices === null) return null;
    slots ??= createEngineSlots();
    const { generation } = slots.begin(sliceTexts(slices));
    slots.activate(generation);
    const side = createBundleJudge({ ...bundle, slices }, slots, generation, directory);
    const sets = new Set(bundle.policies.filter(({ shadow }) => shadow).map(({ actions }) => actions));
    const touched = new Set([...sets].flatMap((actions) => [...actions]));
    return {
      judge: (principal, actions, meter) =>
        actions.some(({ name }) => touched.has(name)) ? side.judge(principal, actions, meter) : null,
    };
  };
}
