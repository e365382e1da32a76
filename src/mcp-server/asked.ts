// What a tool call may ask about: one shape for every tool, read strictly, and made into a question of the client.

import { z } from 'zod';
import type { Ask, ToolAsk } from '../client/asking.ts';
import { AskError } from '../client/ask-error.ts';

const entity = z.strictObject({ type: z.string().max(200), id: z.string().max(2_048) });

const facts = z
  .record(z.string(), z.union([z.string(), z.int(), z.boolean(), z.array(z.string())]))
  .describe("Facts of the action in the words of the bundle's schema: strings, whole numbers, booleans, lists of strings.");

export const RESOURCE_SHAPE = {
  resource: entity.describe('What it acts on, such as {"type": "Host", "id": "api.example.com"}.'),
  parents: z.array(entity).max(100).optional().describe('What the resource is in. The domains of a host are known without.'),
  facts: facts.optional(),
};

export const RAW_REQUEST = z
  .string()
  .min(1)
  .describe(
    'One HTTP/1.1 request exactly as it would be sent: request line, Host, header fields, an empty line, the body. Lines end in CRLF.',
  );

/** One of `action` with `resource`, `request`, `mcp` and `toolCall`. Flat, for many hosts can't show a choice of shapes. */
export const QUESTION_SHAPE = {
  action: z.string().max(200).optional().describe('A typed action such as payment.refund. Give resource and facts with it.'),
  resource: RESOURCE_SHAPE.resource.optional(),
  parents: RESOURCE_SHAPE.parents,
  facts: RESOURCE_SHAPE.facts,
  request: RAW_REQUEST.optional(),
  mcp: z
    .strictObject({
      server: z.string().describe('The URL of the MCP server.'),
      tool: z.string(),
      arguments: z.record(z.string(), z.unknown()).optional(),
      headers: z.record(z.string(), z.string()).optional(),
    })
    .optional()
    .describe('A call of another MCP server’s tool.'),
  toolCall: z
    .strictObject({
      name: z.string(),
      model: z.string().describe('With its host: api.openai.com/gpt-5, or api.openai.com where no model is known.'),
      arguments: z.unknown(),
      input: z.string().optional().describe('What a tool that takes free text gets instead of arguments.'),
      api: z.string().optional().describe('How the model is asked, such as openai-chat.'),
    })
    .optional()
    .describe('A tool call that a model asks for.'),
  obligations: z
    .boolean()
    .optional()
    .describe('True if a changed request (verdict CONSTRAIN) serves you as well: then it counts as a yes.'),
};

const question = z.strictObject(QUESTION_SHAPE);
export type AskedQuestion = Partial<z.infer<typeof question>>;

/** Throws AskError QUESTION_INVALID unless exactly one thing is asked. */
export function askOf(asked: AskedQuestion): Ask {
  const { action, request, mcp, toolCall } = asked;
  const given = [action, request, mcp, toolCall].filter((one) => one !== undefined);
  if (given.length !== 1) throw invalid('give exactly one of `action` (with `resource`), `request`, `mcp` and `toolCall`');
  if (action === undefined && (asked.resource ?? asked.parents ?? asked.facts) !== undefined)
    throw invalid('`resource`, `parents` and `facts` belong to `action`; a request brings its own');
  const obligations = asked.obligations === true ? { obligations: true } : {};
  if (action !== undefined) return { ...typedAsk(asked, action), ...obligations };
  if (request !== undefined) return { request, ...obligations };
  if (mcp !== undefined) {
    const { server, tool } = mcp;
    return {
      mcp: { server, tool, ...optional('arguments', mcp.arguments), ...optional('headers', mcp.headers) },
      ...obligations,
    };
  }
  return { toolCall: calledTool(toolCall), ...obligations };
}

function calledTool(toolCall: AskedQuestion['toolCall']): ToolAsk['toolCall'] {
  const { name = '', model = '', api, input, arguments: given } = toolCall ?? {};
  if (input !== undefined && given !== undefined) throw invalid('give `arguments` or `input` of a tool call, not both');
  const called = { name, model, ...optional('api', api) };
  return input === undefined ? { ...called, ...optional('arguments', given) } : { ...called, input };
}

function typedAsk({ resource, parents, facts: known }: AskedQuestion, action: string): Ask & { readonly action: string } {
  if (resource === undefined) throw invalid('`action` needs `resource`: what it acts on');
  return { action, resource, ...optional('parents', parents), ...optional('facts', known) };
}

/** A member only if there is something to put into it. */
export function optional<K extends string, V>(name: K, value: V | undefined): { readonly [name in K]?: V } {
  const member: { [name in K]?: V } = {};
  if (value !== undefined) member[name] = value;
  return member;
}

function invalid(message: string): AskError {
  return new AskError(0, 'QUESTION_INVALID', message);
}
