// The tools that an agent asks Interlock with, over MCP. None of them decides anything, and none sends what it is asked about.

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { AskError } from '../client/ask-error.ts';
import type { Decision } from '../client/asking.ts';
import type { Interlock } from '../client/interlock.ts';
import { version } from '../version.ts';
import { type AskedQuestion, askOf, optional, QUESTION_SHAPE, RAW_REQUEST, RESOURCE_SHAPE } from './asked.ts';
import { addPlans, type Planner } from './plan-tools.ts';
import { toolResult } from './tool-result.ts';
import { decisionText, explanationText, foundText, ticketText } from './words.ts';

type Asker = Pick<Interlock, 'evaluate' | 'searchActions' | 'ticket'>;

/** MCP clients give a call up after 60 seconds unless told otherwise. */
const MAX_WAIT_SECONDS = 50;
/** Elements and members of one call's arguments, so that a list of a million is refused before it is walked. */
const MAX_INPUT_ELEMENTS = 50_000;

const INSTRUCTIONS = `Interlock stands between you and the network, and judges every request by policy before it leaves.
Ask check_action before you do something that may be refused or may need a person. An answer is no permission: the request itself is judged
again when it is sent. For several steps, some of which may need a person, submit_plan asks once for all of them. When something was refused, explain_refusal says by which policy and why. Do not try to get around a refusal.`;

/** INVARIANT: a hint is what hosts decide by whether to ask their user first: a tool that opens a ticket is not read-only. */
const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const OPENS_TICKET = { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false };

const TICKET_ID = z
  .string()
  .regex(/^t_[a-z2-7]{26}$/)
  .describe('As refusals and request_approval name it: t_….');

const DECISION = z.looseObject({
  decision: z.boolean(),
  context: z.looseObject({
    verdict: z.enum(['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK']).optional(),
    reason: z.string().optional(),
    policies: z.array(z.string()).optional(),
    constraints: z.array(z.string()).optional(),
    entry: z.string().optional(),
  }),
});

const TICKET = z.looseObject({
  id: z.string(),
  state: z.enum(['pending', 'approved', 'denied', 'expired', 'spent']),
  reason: z.string(),
  next: z.string(),
});

const EXPLAINED = z.looseObject({ decision: z.boolean().optional(), ticket: TICKET.optional() });
const FOUND = z.looseObject({ results: z.array(z.looseObject({ name: z.string() })), context: z.looseObject({}) });

/** A server for one session. */
export function createTools(interlock: Asker & Planner): McpServer {
  const server = new McpServer(
    { name: 'interlock', title: 'Interlock', version: version() },
    { instructions: INSTRUCTIONS, maxToolInputElements: MAX_INPUT_ELEMENTS },
  );
  addQuestions(server, interlock);
  addTickets(server, interlock);
  addPlans(server, interlock);
  return server;
}

function addQuestions(server: McpServer, interlock: Asker): void {
  server.registerTool(
    'check_action',
    {
      title: 'Check an action',
      description:
        'What would become of this if you did it now? Give one of: action with resource and facts, request, mcp, toolCall.',
      inputSchema: z.strictObject(QUESTION_SHAPE),
      outputSchema: DECISION,
      annotations: READS,
    },
    (asked) => toolResult(() => evaluated(interlock, asked), decisionText),
  );
  server.registerTool(
    'what_may_i_do',
    {
      title: 'What may I do?',
      description: 'Which actions does policy permit you on this resource, and what stands in the way of the others?',
      inputSchema: z.strictObject({ ...RESOURCE_SHAPE, obligations: QUESTION_SHAPE.obligations }),
      outputSchema: FOUND,
      annotations: READS,
    },
    ({ resource, parents, facts, obligations }) =>
      toolResult(
        () =>
          interlock.searchActions({
            resource,
            ...optional('parents', parents),
            ...optional('facts', facts),
            ...optional('obligations', obligations),
          }),
        (found) => foundText(resource, found),
      ),
  );
  server.registerTool(
    'explain_refusal',
    {
      title: 'Explain a refusal',
      description:
        'Why was this refused, or would it be? Give the ticket that the refusal names, or what you did as for check_action: it is judged again, as of now.',
      inputSchema: z.strictObject({ ticket: TICKET_ID.optional(), ...QUESTION_SHAPE }),
      outputSchema: EXPLAINED,
      annotations: READS,
    },
    ({ ticket, ...asked }) =>
      ticket === undefined
        ? toolResult(() => evaluated(interlock, asked), explanationText)
        : toolResult(
            () => ticketAlone(interlock, ticket, asked),
            (found) => ticketText(found.ticket),
          ),
  );
}

function addTickets(server: McpServer, interlock: Asker): void {
  server.registerTool(
    'ticket_status',
    {
      title: 'Status of a ticket',
      description:
        'Has a person decided about a request of yours that waits? With waitSeconds the answer comes when somebody has, or then.',
      inputSchema: z.strictObject({
        ticket: TICKET_ID,
        waitSeconds: z.int().min(0).max(MAX_WAIT_SECONDS).optional().describe('At most 50.'),
      }),
      outputSchema: TICKET,
      annotations: READS,
    },
    ({ ticket, waitSeconds = 0 }) => toolResult(() => interlock.ticket(ticket, { waitSeconds }), ticketText),
  );
  server.registerTool(
    'request_approval',
    {
      title: 'Ask for approval ahead',
      description:
        'Opens the ticket that this request would wait for, before you send it. Once it is approved, the very same request goes out once: same method, address, credential, fields and body.',
      inputSchema: z.strictObject({ request: RAW_REQUEST }),
      outputSchema: DECISION,
      annotations: OPENS_TICKET,
    },
    ({ request }) => toolResult(() => interlock.evaluate({ request, park: true }), decisionText),
  );
}

/** Async, so that a question which is none fails like one that was refused. */
async function evaluated(interlock: Asker, asked: AskedQuestion): Promise<Decision> {
  return interlock.evaluate(askOf(asked));
}

async function ticketAlone(
  interlock: Asker,
  ticket: string,
  asked: AskedQuestion,
): Promise<{ ticket: Awaited<ReturnType<Asker['ticket']>> }> {
  if (Object.values(asked).some((one) => one !== undefined))
    throw new AskError(0, 'QUESTION_INVALID', 'give a ticket or a question, not both');
  return { ticket: await interlock.ticket(ticket) };
}
