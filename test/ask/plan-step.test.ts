// One answer everywhere, the plan's part: every fixture as the step of a plan has the verdict that it has on the wire.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { judgeQuestion } from '../../src/ask/judge-question.ts';
import { readQuestion } from '../../src/ask/read-question.ts';
import { isJsonObject, type JsonObject, readJson } from '../../src/classify/strict-json.ts';
import { InterlockError } from '../../src/errors.ts';
import { judgeSteps } from '../../src/plan/judge-steps.ts';
import { readPlan } from '../../src/plan/read-plan.ts';
import type { PlanStep } from '../../src/plan/plan.ts';
import { ASKER, askDesk } from '../support/ask-desk.ts';
import { fixtureFiles } from '../support/fixture-folders.ts';

const stack = new DisposableStack();
after(() => stack.dispose());
const hits = fixtureFiles().filter(({ name }) => name.startsWith('hit-'));
const connectPorts = new Set(Array.from({ length: 65_536 }, (_, port) => port));
const { deps } = stack.use(await askDesk({ change: { connectPorts } }));

function message(value: unknown): JsonObject {
  const read = readJson(Buffer.from(JSON.stringify(value))).value;
  assert.ok(isJsonObject(read));
  return read;
}

/** Null: it is no step that could be read. */
async function stepOf(raw: Buffer): Promise<PlanStep | null> {
  try {
    const draft = readPlan(message({ steps: [{ context: { request: { base64: raw.toString('base64') } } }] }));
    const { steps } = await judgeSteps(draft, ASKER, 'p_corpus', { ...deps, lens: null });
    return steps[0] ?? null;
  } catch (thrown) {
    assert.ok(thrown instanceof InterlockError && thrown.code === 'QUESTION_INVALID', String(thrown));
    return null;
  }
}

test(`each of ${hits.length} requests as a step has the endpoint's verdict, which one-answer.test.ts holds to the wire's`, async () => {
  const seen = new Map<string, number>();
  for (const { url, folder, name } of hits) {
    const raw = readFileSync(url);
    const asked = await judgeQuestion(
      readQuestion(message({ context: { request: { base64: raw.toString('base64') } } })),
      ASKER,
      deps,
    );
    const step = await stepOf(raw);
    const where = `${folder}/${name}`;
    const verdict = step?.verdict ?? 'BLOCK';
    seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
    if (step === null || asked.judgement === null) {
      assert.equal(verdict, asked.verdict, where);
      continue;
    }
    // What can't be bound can't be a step of its own: the one way in which a step is stricter.
    if (verdict === 'BLOCK' && asked.verdict !== 'BLOCK') assert.match(step.reason, /can not be bound/, where);
    else assert.deepEqual([verdict, step.policies], [asked.verdict, asked.judgement.policies], where);
    const waits = asked.decision?.rejudged === null || asked.decision === null ? asked.judgement.waits : null;
    if (verdict === 'WAIT' && waits !== null)
      assert.deepEqual(
        step.waits.map((wait) => wait.policy).toSorted(),
        [...new Set(waits.map((wait) => wait.policy))].toSorted(),
        where,
      );
    assert.equal(
      step.binding !== null || step.verdict === 'BLOCK' || asked.decision === null,
      true,
      `${where}: a request stands for itself alone`,
    );
  }
  for (const verdict of ['ALLOW', 'CONSTRAIN', 'WAIT', 'BLOCK'])
    assert.ok((seen.get(verdict) ?? 0) > 0, `${verdict}: ${JSON.stringify([...seen])}`);
});
