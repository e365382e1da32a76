// One AuthZEN evaluation as a question: exactly one of an action with its facts, a raw request, an MCP call or a model's tool call.

import type { Facts } from '../classify/action.ts';
import { BASE64, readBase64 } from '../classify/base64.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../classify/strict-json.ts';
import { factsOf, flagAt, invalid, objectAt, refAt, refOf, textAt } from './members.ts';
import { mcpRequest } from './mcp-request.ts';
import type { Asked, Claim, Question, TypedQuestion } from './question.ts';
import { readToolCall } from './tool-question.ts';

/** What `context` may give instead of an action. */
const GIVEN = ['request', 'mcp', 'toolCall'] as const;
const MAX_PARENTS = 64;
const NOTHING: JsonObject = {};

/**
 * AuthZEN 1.0 §5 and §6. Members that it does not know are left alone, as it demands; those that say what is asked are read strictly.
 * `subject` may be left out: it is whoever asks. Throws QUESTION_INVALID.
 */
export function readQuestion(evaluation: JsonObject): Asked {
  const context = objectAt(evaluation, 'context') ?? NOTHING;
  const given = GIVEN.filter((name) => context[name] !== undefined);
  if (given.length > 1) throw invalid(`\`context\` gives ${given.join(' and ')}: ask about one thing at a time`);
  const [form] = given;
  return {
    subject: refAt(evaluation, 'subject') ?? null,
    question: form === undefined ? typedQuestion(evaluation, context) : givenQuestion(form, context),
    claim: form === undefined ? null : claimOf(evaluation),
    obligations: flagAt(context, 'obligations'),
    park: flagAt(context, 'park'),
  };
}

function givenQuestion(form: (typeof GIVEN)[number], context: JsonObject): Question {
  if (form === 'request') return { kind: 'request', raw: rawOf(context['request']) };
  const object = objectAt(context, form) ?? NOTHING;
  if (form === 'mcp') return { kind: 'mcp', raw: mcpRequest(object) };
  return { kind: 'tool', call: readToolCall(object) };
}

function rawOf(value: Json | undefined): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  const base64 = isJsonObject(value) ? value['base64'] : undefined;
  const bytes = typeof base64 === 'string' ? readBase64(base64, BASE64) : null;
  if (bytes === null) throw invalid('`context.request` is neither text nor {"base64": "…"}');
  return bytes;
}

function claimOf(evaluation: JsonObject): Claim | null {
  const action = objectAt(evaluation, 'action');
  const resource = refAt(evaluation, 'resource') ?? null;
  return action === undefined ? null : { name: textAt(action, 'name', 'action'), resource };
}

function typedQuestion(evaluation: JsonObject, context: JsonObject): TypedQuestion {
  const action = objectAt(evaluation, 'action');
  if (action === undefined) throw invalid('`action` is missing (or give context.request, context.mcp or context.toolCall)');
  const resource = objectAt(evaluation, 'resource');
  if (resource === undefined) throw invalid('`resource` is missing');
  return {
    kind: 'typed',
    name: textAt(action, 'name', 'action'),
    resource: refOf(resource, 'resource'),
    parents: parentsOf(resource),
    facts: joined(factsOf(objectAt(action, 'properties')), factsOf(objectAt(context, 'facts'))),
  };
}

/** INVARIANT: of a fact that is given twice no reader may choose. */
function joined(one: Facts, other: Facts): Facts {
  const twice = Object.keys(one).find((name) => Object.hasOwn(other, name));
  if (twice !== undefined) throw invalid(`the fact \`${twice}\` is in action.properties and in context.facts: give it once`);
  return { ...one, ...other };
}

/** Above the resource: `{"parents": [{"type": "Domain", "id": "example.com"}]}`. */
export function parentsOf(resource: JsonObject): TypedQuestion['parents'] {
  const properties = objectAt(resource, 'properties') ?? NOTHING;
  const unknown = Object.keys(properties).find((name) => name !== 'parents');
  if (unknown !== undefined)
    throw invalid(
      `a resource has no property \`${unknown}\`: what policies know of it is in the bundle; facts go into action.properties`,
    );
  const parents = properties['parents'] ?? [];
  if (!isJsonArray(parents) || parents.length > MAX_PARENTS)
    throw invalid(`\`resource.properties.parents\` is not a list of at most ${MAX_PARENTS}`);
  return parents.map((parent) => refOf(parent, 'resource.properties.parents'));
}
