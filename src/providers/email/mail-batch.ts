// Batches whose API answers message by message: actions that keep messages apart, and the batch that can be sent in part.

import type { Action } from '../../classify/action.ts';
import { isJsonArray, type Json, readJson, writeJson } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Batch } from '../batch.ts';
import type { EditedBody } from '../body-edit.ts';
import type { ObservedAnswer } from '../observation.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { sendActions, unreadSend } from './email-action.ts';
import { type MailMessage, recipientsOf } from './mail-message.ts';

export interface BatchActions {
  readonly actions: readonly Action[];
  /** For each item in order, the indexes of its actions. */
  readonly items: ReadonlyArray<readonly number[]>;
}

/** More different messages are one action that nobody could read: each is a question to the engine. */
const MAX_ACTIONS = 100;

/**
 * Null stands for an item that can't be read surely: it is an action of its own, and the others are still judged. Messages are one action
 * only when they go to the same domains as well, so that what is refused for one of them is not refused for its neighbours.
 */
export function batchActions(request: RequestView, messages: ReadonlyArray<MailMessage | null>): BatchActions {
  const groups = new Map<string, { readonly messages: (MailMessage | null)[]; readonly index: number }>();
  const items: number[][] = [];
  for (const message of messages) {
    const key = message === null ? '' : likeness(message);
    const group = groups.get(key) ?? { messages: [], index: groups.size };
    groups.set(key, group);
    group.messages.push(message);
    items.push([group.index]);
  }
  if (groups.size > MAX_ACTIONS || groups.size === 0) return { actions: [unreadSend(request)], items: items.map(() => [0]) };
  const actions = [...groups.values()].map((group) => actionOf(request, group.messages));
  return { actions, items };
}

function likeness(message: MailMessage): string {
  const { sender, envelopeSender, subject, sandbox, recipientsKnown } = message;
  const domains = [...new Set(recipientsOf(message).map((one) => one.domain))].sort();
  return JSON.stringify([
    sender?.address,
    envelopeSender?.address,
    subject,
    sandbox === true,
    recipientsKnown !== false,
    domains,
  ]);
}

function actionOf(request: RequestView, messages: ReadonlyArray<MailMessage | null>): Action {
  const read = messages.filter((message) => message !== null);
  const [action] = read.length < messages.length ? [] : sendActions(request, read);
  return action ?? unreadSend(request);
}

/** A JSON list whose answer is a list of the same order; `denied` is what stands in the place of a refused item. */
interface ListBatch {
  readonly list: readonly Json[];
  readonly items: BatchActions['items'];
  readonly document: (list: readonly Json[]) => Json;
  readonly denied: (refusal: Refusal) => Json;
}

export function listBatch({ list, items, document, denied }: ListBatch): Batch {
  return {
    items,
    without(refused): EditedBody {
      const kept = list.filter((_, index) => !refused.has(index));
      const changed = [...refused].sort((a, b) => a - b).map((index) => `message ${index + 1}: taken out`);
      return { bytes: Buffer.from(writeJson(document(kept))), changed };
    },
    join: (answer, refused) => joined(answer, refused, list.length, denied),
  };
}

/** An answer that is no list of what was sent (an error for all of it) goes on as it is: nothing was done then. */
function joined(
  answer: ObservedAnswer,
  refused: ReadonlyMap<number, Refusal>,
  length: number,
  denied: ListBatch['denied'],
): NativeAnswer {
  const headers = ['content-type', answer.headers.get('content-type') ?? 'application/json'];
  const given = readJson(answer.body).value;
  if (!isJsonArray(given) || given.length !== length - refused.size) return { status: answer.status, headers, body: answer.body };
  const rest = [...given];
  const all = Array.from({ length }, (_, index): Json => {
    const refusal = refused.get(index);
    return refusal === undefined ? (rest.shift() ?? null) : denied(refusal);
  });
  return { status: answer.status, headers, body: Buffer.from(writeJson(all)) };
}
