// INVARIANT: slicing, projecting and remembering change no answer. Random bundles, compared with Cedar given everything at once.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { checkFiles } from '../../src/decide/bundle.ts';
import type { Bundle } from '../../src/decide/bundle.ts';
import { createBundleJudge } from '../../src/decide/bundle-judge.ts';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import type { Verdict } from '../../src/decide/judgement.ts';
import { stricter } from '../../src/decide/ruling.ts';
import { slicePolicies, sliceTexts } from '../../src/decide/slices.ts';
import { filesOf } from './bundle-fixture.ts';
import { asked, asker, cedarsAnswer, ENTITIES, NESTED_SCHEMA, PEOPLE, policyText } from './random-bundle.ts';

/** Questions to compare; a run of FUZZ_CASES=20000 takes some minutes. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 500);

/** By id, without those that can never apply: such a bundle is refused. */
function bundleFrom(texts: readonly string[]): { readonly policies: Record<string, string>; readonly bundle: Bundle } | null {
  const policies = Object.fromEntries(texts.map((body, index) => [`p${index}`, `@id("p${index}") @reason("r") ${body}`]));
  const files = { schema: NESTED_SCHEMA, entities: JSON.stringify(ENTITIES), policies: Object.values(policies).join('\n') };
  const { bundle, findings } = checkFiles(filesOf(files));
  if (bundle !== null) return { policies, bundle };
  const bad = new Set(findings.filter(({ severity }) => severity === 'error').map(({ line }) => line - 1));
  const good = texts.filter((_, index) => !bad.has(index));
  return good.length === texts.length || good.length === 0 ? null : bundleFrom(good);
}

function verdictOf(bundle: Bundle, effect: string, ids: readonly string[], erred: readonly string[]): Verdict {
  if (effect === 'deny' || erred.length > 0) return 'BLOCK';
  const determining = bundle.policies.filter(({ id }) => ids.includes(id));
  return determining.map(({ verdict }) => verdict).reduce(stricter, 'ALLOW');
}

it("a sliced and remembered answer is Cedar's own", () => {
  const engines = [createEngineSlots({ joinAfter: Number.POSITIVE_INFINITY }), createEngineSlots({ joinAfter: 1 })];
  const seen = { compared: 0, allowed: 0, forbidden: 0, erred: 0, slices: 0 };
  fc.assert(
    fc.property(
      fc.array(policyText, { minLength: 4, maxLength: 14 }),
      fc.constantFrom(0, 2, 8_192),
      fc.array(fc.tuple(asker, asked), { minLength: 12, maxLength: 20, size: 'max' }),
      (texts, copies, questions) => {
        const made = bundleFrom(texts);
        fc.pre(made !== null);
        if (made === null) return;
        const { policies } = made;
        const bundle = { ...made.bundle, slices: slicePolicies(made.bundle.policies, copies) };
        seen.slices += bundle.slices.list.length;
        const truths = questions.map(([who, action]) => ({ who, action, truth: cedarsAnswer(policies, who, action) }));
        const judges = engines.map((slots) => {
          const generation = slots.prepare(sliceTexts(bundle.slices));
          slots.activate(generation);
          return createBundleJudge(bundle, slots, generation, PEOPLE);
        });
        for (const [judge, { who, action, truth }] of judges.flatMap((each) =>
          [...truths, ...truths].map((one) => [each, one] as const),
        )) {
          const judged = judge.judge(who, [action]).actions[0];
          const { effect, erred } = truth;
          assert.deepEqual(
            {
              verdict: judged?.verdict,
              policies: judged?.policies,
              erred: judged?.errors.map((error) => /^policy (\w+):/.exec(error)?.[1]).toSorted(),
            },
            {
              verdict: verdictOf(bundle, effect, truth.policies, erred),
              policies: erred.length > 0 ? [] : truth.policies,
              erred,
            },
          );
          seen.compared += 1;
          if (erred.length > 0) seen.erred += 1;
          else if (effect === 'allow') seen.allowed += 1;
          else if (truth.policies.length > 0) seen.forbidden += 1;
        }
      },
    ),
    { numRuns: Math.ceil(CASES / 64), seed: Number(process.env['FUZZ_SEED'] ?? 7), maxSkipsPerRun: 40 },
  );
  if (process.env['FUZZ_CASES'] !== undefined) process.stdout.write(`${JSON.stringify(seen)}\n`);
  assert.ok(
    seen.compared >= CASES * 0.7 && Math.min(seen.allowed, seen.forbidden, seen.erred) > CASES / 50,
    JSON.stringify(seen),
  );
});
