// A question through the same classify, enrich and decide as the wire. Nothing is sent, and nothing is recorded here.

import type { Action } from '../classify/action.ts';
import type { ToolReader } from '../classify/tool-call.ts';
import type { Judge } from '../decide/judge.ts';
import type { Wishes } from '../decide/wishes.ts';
import type { SchemaShape } from '../decide/schema-shape.ts';
import { rehearse, type RehearseDeps } from '../enforce/rehearse.ts';
import type { Authority } from '../http/request-view.ts';
import { readWrittenRequest, type WrittenRequest } from '../http/written-request.ts';
import type { Principal } from '../identify/principal.ts';
import type { Recall } from '../recall/recall.ts';
import { failed, type Finding, judged, rehearsed, stopped } from './finding.ts';
import { invalid } from './members.ts';
import type { Asked, Claim, Question } from './question.ts';
import { judgeToolCall } from './tool-question.ts';
import { typedAction } from './typed-action.ts';
import { tunnelOf, type WireDeps } from './wire-reading.ts';

export interface JudgeQuestionDeps extends WireDeps {
  /** Which judge to ask about an action: what else is known of it (a plan in force) may count. Null: always the same. */
  readonly lens?: JudgeLens | null;
  readonly judge: WireDeps['judge'] & ToolReader & { readonly shape: SchemaShape };
  readonly wishes: Wishes;
  readonly inspectBytes: number;
  /** `limits.toolCallBytes`. */
  readonly toolCallBytes: number;
  readonly recall: Pick<Recall, 'of'>;
  /** Throws ADDRESS_DENIED for what is never dialled, as far as that is known without looking anything up. */
  readonly checkAddress: (authority: Authority) => void;
}

export interface JudgeLens {
  judgeOf: NonNullable<RehearseDeps['judgeOf']>;
  judgeOfAction(principal: Principal, action: Action): Judge;
}

function judgeOf(principal: Principal, action: Action, { judge, lens }: JudgeQuestionDeps): Judge {
  return lens?.judgeOfAction(principal, action) ?? judge;
}

/** Never throws: what can't be judged is a BLOCK that says why. */
export async function judgeQuestion(asked: Asked, principal: Principal, deps: JudgeQuestionDeps): Promise<Finding> {
  try {
    const finding = await judgeOne(asked.question, principal, deps);
    return asked.claim === null || finding.judgement === null ? finding : checkClaim(finding, asked.claim);
  } catch (thrown) {
    return failed(thrown);
  }
}

async function judgeOne(question: Question, principal: Principal, deps: JudgeQuestionDeps): Promise<Finding> {
  switch (question.kind) {
    case 'typed': {
      const action = typedAction(question, deps.judge.shape, principal);
      return judged(judgeOf(principal, action, deps).judge(principal, [action]));
    }
    case 'request':
    case 'mcp':
      return judgeRequest(readWrittenRequest(question.raw), principal, deps);
    case 'tool':
      return judgeToolCall(question.call, principal, { ...deps, tools: deps.judge, judgeOf: deps.lens?.judgeOf });
  }
}

async function judgeRequest(written: WrittenRequest, principal: Principal, deps: JudgeQuestionDeps): Promise<Finding> {
  const { view } = written;
  try {
    const tunnel = tunnelOf(view, principal, deps);
    if (tunnel !== null) return dialable(judged(judgeOf(principal, tunnel, deps).judge(principal, [tunnel]), written), deps);
    const known = deps.recall.of(principal, view);
    // As on the wire: an answer that was passed on a moment ago may still be being read.
    const reading = known.settled();
    if (reading !== null) await reading;
    return dialable(
      rehearsed(await rehearse(written, principal, { ...deps, known, judgeOf: deps.lens?.judgeOf }), written),
      deps,
    );
  } catch (thrown) {
    return failed(thrown, written);
  }
}

/** What policy lets pass still goes nowhere when its address is none that is dialled. */
function dialable(finding: Finding, deps: JudgeQuestionDeps): Finding {
  if (finding.verdict === 'BLOCK' || finding.written === null) return finding;
  try {
    deps.checkAddress(finding.written.view.authority);
    return finding;
  } catch (thrown) {
    return stopped(finding, thrown);
  }
}

/** INVARIANT: a yes to a request is never read as a yes to the other action that was named beside it. */
function checkClaim(finding: Finding, { name, resource }: Claim): Finding {
  const actions = finding.judgement?.actions.map(({ action }) => action) ?? [];
  const fits = actions.some(
    (action) =>
      action.name === name &&
      (resource === null || (action.resource.type === resource.type && action.resource.id === resource.id)),
  );
  if (fits) return finding;
  const is = actions.slice(0, 5).map((action) => `${action.name} on ${action.resource.type}::${action.resource.id}`);
  return stopped(finding, invalid(`the request is ${is.join(', ')}, not what \`action\` and \`resource\` name: leave those out`));
}
