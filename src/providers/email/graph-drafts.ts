// What Microsoft Graph's answers and attachments teach about drafts: the draft itself comes back, with those who would get it.

import type { Action, Facts } from '../../classify/action.ts';
import type { Known, Learnt } from '../../classify/known.ts';
import { isJsonArray, isJsonObject, type JsonObject, readJson } from '../../classify/strict-json.ts';
import type { ObservedAnswer } from '../observation.ts';
import { findDraft, forgetDraft, learnDraftFacts } from './draft-memory.ts';
import { messageFacts } from './email-action.ts';
import type { GraphCall } from './graph-routes.ts';
import { LIST_NAMES, readGraphMessage } from './graph-mail.ts';
import type { MailAttachment } from './mail-message.ts';

const ATTACHMENT_FACTS = ['attachments', 'attachmentTypes', 'attachmentCount', 'attachmentBytes'] as const;

/**
 * The draft in the answer to the call that made or changed it. INVARIANT: only a whole one teaches: with a list left out (`$select`,
 * `Prefer: return=minimal`) nobody knows who gets it.
 */
export function draftLearnt(call: GraphCall, action: Action, answer: ObservedAnswer): readonly Learnt[] {
  const document = answer.status === 200 || answer.status === 201 ? readJson(answer.body).value : undefined;
  const id = isJsonObject(document) ? document['id'] : undefined;
  if (!isJsonObject(document) || typeof id !== 'string') return [];
  const isWhole = LIST_NAMES.every((name) => isJsonArray(document[name]));
  const message = isWhole ? readGraphMessage(document, 'user' in call ? call.user : null) : null;
  if (message === null) return [forgetDraft(id)];
  return [learnDraftFacts(id, { ...withoutAttachments(messageFacts([message])), ...attachmentFacts(call, action, document) })];
}

function withoutAttachments(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !name.startsWith('attachment')));
}

/** A new draft holds what the request hung on it; of any other the answer only says whether there is anything. */
function attachmentFacts(call: GraphCall, action: Action, document: JsonObject): Facts {
  if (document['hasAttachments'] === false)
    return { attachments: [], attachmentTypes: [], attachmentCount: 0, attachmentBytes: 0 };
  const facts: Record<string, Facts[string]> = {};
  for (const name of ATTACHMENT_FACTS) {
    const fact = call.kind === 'draft' ? action.facts[name] : undefined;
    if (fact !== undefined) facts[name] = fact;
  }
  return facts;
}

/** What the draft holds with one more attachment, as far as it is known. */
export function withAttachment(known: Known, id: string, attachment: MailAttachment): Facts {
  const before = findDraft(known, id);
  if (before === undefined) return { recipientsKnown: false };
  const added = messageFacts([{ sender: null, to: [], cc: [], bcc: [], subject: undefined, attachments: [attachment] }]);
  const after: Record<string, Facts[string]> = { ...before };
  for (const name of ATTACHMENT_FACTS) {
    const sum = joined(before[name], added[name]);
    if (sum === undefined) delete after[name];
    else after[name] = sum;
  }
  return after;
}

/** Undefined when either is unknown. */
function joined(before: Facts[string] | undefined, added: Facts[string] | undefined): Facts[string] | undefined {
  if (typeof before === 'number' && typeof added === 'number') return before + added;
  if (typeof before !== 'object' || typeof added !== 'object') return undefined;
  return [...new Set([...before, ...added])].sort();
}
