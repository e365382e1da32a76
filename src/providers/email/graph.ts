// Microsoft Graph on all its national hosts: mail, drafts, rules that forward, deletion and batches; every other write is an unknown one.

import type { Action } from '../../classify/action.ts';
import type { Learnt } from '../../classify/known.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { BodyEdit, EditedBody } from '../body-edit.ts';
import { graphError } from '../graph-error.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Observation } from '../observation.ts';
import type { Provider, Recognition } from '../provider.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { setField } from '../set-field.ts';
import { forgetDraft, learnDraft } from './draft-memory.ts';
import { unknownMailWrite } from './email-action.ts';
import { batchItems, classifyItems, graphBatch, itemsForgotten, refusedResponses } from './graph-batch.ts';
import { classifyGraph } from './graph-call.ts';
import { draftLearnt } from './graph-drafts.ts';
import { keepGraphRecipients } from './graph-edit.ts';
import { type GraphCall, graphCall } from './graph-routes.ts';

export const graph: Provider = {
  name: 'graph',
  family: 'email',
  hosts: [
    'graph.microsoft.com',
    'canary.graph.microsoft.com',
    'graph.microsoft.us',
    'dod-graph.microsoft.us',
    'graph.microsoft.de',
    'microsoftgraph.chinacloudapi.cn',
  ],
  recognise,
  refuse,
  edit,
  observe,
  batch: (request, body, known) => (graphCall(request)?.kind === 'batch' ? graphBatch(request, body, known) : null),
};

/** A message with its text: what a draft's answer repeats. */
const ANSWER_LIMIT_BYTES = 1024 * 1024;

function recognise(request: RequestView): Recognition | null {
  const call = graphCall(request);
  if (call === null) return null;
  return {
    need: { kind: 'whole' },
    classify: (body, known) => {
      if (call.kind !== 'batch') return classifyGraph(request, body, call, known);
      const items = batchItems(request, body);
      return items === null ? [unknownMailWrite(request, false)] : classifyItems(request, items, known).flat();
    },
  };
}

/** A batch is answered with 200 and an error for each of its requests: clients look nowhere else. */
function refuse(request: RequestView, refusal: Refusal, body: InspectedBody): NativeAnswer {
  const items = graphCall(request)?.kind === 'batch' && refusal.kind !== 'failed' ? batchItems(request, body) : null;
  if (items === null) return jsonAnswer(refusal, graphError(refusal, request.headers.get('client-request-id')));
  const responses = refusedResponses(request, items, new Map(items.map((_, index) => [index, refusal])));
  return { ...jsonAnswer(refusal, { responses }), status: 200 };
}

function edit(request: RequestView, body: InspectedBody, change: BodyEdit): EditedBody {
  return change.kind !== 'keep-recipients'
    ? setField(request, body, change)
    : keepGraphRecipients(request, body, new Set(change.domains));
}

const DRAFT_CALLS: ReadonlySet<string> = new Set(['draft', 'draft-update', 'draft-answer']);

function observe(request: RequestView, body: InspectedBody, actions: readonly Action[]): Observation | null {
  const call = graphCall(request);
  const [action] = actions;
  if (call === null || action === undefined) return null;
  const beforehand = call.kind === 'batch' ? itemsForgotten(batchItems(request, body) ?? []) : changedDrafts(call, action);
  if (!DRAFT_CALLS.has(call.kind))
    return beforehand.length === 0 ? null : { kind: 'copy', limitBytes: 0, beforehand, read: () => [] };
  return {
    kind: 'copy',
    limitBytes: ANSWER_LIMIT_BYTES,
    beforehand,
    read: (answer) => draftLearnt(call, action, answer),
  };
}

/** An update makes a draft unknown until its answer is there; an attachment comes to what it holds already. */
function changedDrafts(call: GraphCall, action: Action): readonly Learnt[] {
  if (call.kind === 'draft-update') return [forgetDraft(call.id)];
  return call.kind === 'attach' || call.kind === 'attach-session' ? [learnDraft(call.id, action)] : [];
}
