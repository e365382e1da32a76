// Each call of a tool in a model's answer is an exchange of its own: the same pipeline, with the question to the model as its cause.

import { checkActions } from './classify/action-limits.ts';
import type { Known } from './classify/known.ts';
import { NOTHING_KNOWN } from './classify/known.ts';
import { proposeSubstitute } from './classify/propose.ts';
import type { Proposal } from './classify/proposal.ts';
import { callTooLong, type ModelToolCall, type ToolReader, toolCallView } from './classify/tool-call.ts';
import { approvedCall } from './enforce/covered-request.ts';
import type { Decision } from './enforce/decision.ts';
import { InterlockError } from './errors.ts';
import type { Sent } from './forward/relay.ts';
import { createBodyMeter } from './http/body-meter.ts';
import type { Exchange } from './http/exchange.ts';
import type { InspectedBody } from './http/inspected-body.ts';
import type { MemoryBudget } from './http/memory-budget.ts';
import { RequestBody } from './http/request-body.ts';
import type { CallGate } from './observe/call-sluice.ts';
import type { Principal } from './identify/principal.ts';
import type { Recorded, Stages } from './pipeline.ts';
import { type CallReply, callReply } from './http/call-reply.ts';
import type { CallFate, SeenCall } from './providers/call-reader.ts';
import type { CallsObservation } from './providers/observation.ts';
import type { Provider } from './providers/provider.ts';
import { refusalSentence } from './providers/refusal.ts';
import type { Announcements } from './session/announcements.ts';
import { editToolCall } from './providers/llm/tool-call-edit.ts';

interface CallGateDeps {
  readonly stages: Stages;
  readonly tools: ToolReader;
  /** `limits.toolCallBytes`. */
  readonly limitBytes: number;
  readonly nextId: () => string;
  readonly budget: MemoryBudget;
  /** What passes may be followed by a request that does it. */
  readonly announce: Announcements['announce'];
  /** Runs the pipeline; never rejects. */
  readonly handle: (exchange: Exchange, stages: Stages) => Promise<void>;
}

/** Null where the bundle in force says nothing of a model's calls: then they pass unread. */
export function callGate(asking: Exchange, deps: CallGateDeps): CallGate | null {
  if (!deps.tools.judgesCalls) return null;
  return { limitBytes: deps.limitBytes, judge: (call, of) => judgeCall(asking, callOf(asking, call, of), call, deps) };
}

function callOf({ request }: Exchange, seen: SeenCall, { api, model }: CallsObservation): ModelToolCall {
  const { scheme, authority } = request;
  const { tool, form, sure } = seen;
  return { tool, form, sure, api, model, scheme, authority, arguments: seen.arguments };
}

async function judgeCall(asking: Exchange, call: ModelToolCall, seen: SeenCall, deps: CallGateDeps): Promise<CallFate> {
  const reply = callReply(asking.reply, call.tool);
  const session = sessionOf(asking);
  const exchange: Exchange = {
    id: deps.nextId(),
    request: toolCallView(call, session),
    body: new RequestBody(null, deps.budget),
    reply,
    identify: asking.identify,
    // INVARIANT: a call of which not all was kept is refused whatever policy says.
    fault: seen.isTooLong ? callTooLong(call.tool, deps.limitBytes) : null,
    cause: asking.id,
    message: true,
    toolCall: true,
    source: asking.source,
    startedMs: performance.now(),
  };
  let fate: CallFate | null = null;
  await deps.handle(exchange, {
    ...deps.stages,
    classify: () => Promise.resolve(proposalOf(exchange, call, reply, deps.tools)),
    decide: (_exchange, principal, proposal) => decideByOne(exchange, principal, proposal, deps.stages),
    forward(_exchange, principal, recorded) {
      const { actions } = recorded.decision.revised ?? recorded.decision.proposal;
      deps.announce(principal, { tool: call.tool, entry: recorded.entry, actions, approved: approvedCall(recorded) });
      fate = fateOf(recorded);
      return Promise.resolve(sentOf(recorded));
    },
  });
  // INVARIANT: only what its own pipeline let go, after its verdict was written, passes.
  return fate ?? { kind: 'replace', text: reply.text };
}

/** Proved again for each call; one that is not any more is refused by the pipeline. */
function sessionOf(asking: Exchange): string | null {
  try {
    return asking.identify().session;
  } catch {
    return null;
  }
}

function proposalOf(exchange: Exchange, call: ModelToolCall, reply: CallReply, tools: ToolReader): Proposal {
  const read = ({ bytes }: InspectedBody) => tools.actionsOf({ ...call, arguments: bytes });
  const body: InspectedBody = { bytes: call.arguments, problem: null };
  const actions = read(body);
  if (actions.length === 0)
    throw new InterlockError('CLASSIFY_FAILED', `it could not be told what a call of ${call.tool} would do`);
  checkActions(actions);
  return {
    request: exchange.request,
    provider: speakerOf(call, reply),
    body,
    actions,
    known: BY_BUNDLE,
    lookedUp: false,
    reread: read,
    call,
  };
}

const MAX_READINGS = 3;

/**
 * INVARIANT: one bundle says what a call does and judges it. Where another one came into force in between, the call is read anew; a judge blocks what
 * another bundle has read, so it is blocked when that goes on.
 */
async function decideByOne(exchange: Exchange, principal: Principal, first: Proposal, stages: Stages): Promise<Decision> {
  let proposal = first;
  for (let reading = 1; ; reading += 1) {
    const decision = await stages.decide(exchange, principal, proposal);
    const isByOne = proposal.actions.every(({ readBy }) => readBy === undefined || readBy === decision.judgement.bundle);
    if (isByOne || reading >= MAX_READINGS) return decision;
    proposal = proposeSubstitute(proposal.request, proposal.body, proposal);
  }
}

/** What a tool does is the bundle's to say: after a wait it is asked again. */
const BY_BUNDLE: Known = { ...NOTHING_KNOWN, consulted: true };

/** Speaks for a call: its refusal is text in the model's answer, its one edit a value of its arguments. */
function speakerOf({ form }: ModelToolCall, reply: CallReply): Provider {
  return {
    name: 'tool-call',
    family: 'llm',
    hosts: [],
    recognise: () => null,
    refuse(_request, refusal) {
      reply.tell(refusalSentence(refusal));
      return { status: refusal.status, headers: [], body: Buffer.alloc(0) };
    },
    edit: (request, body, edit) => editToolCall(request, body, edit, form),
  };
}

function fateOf({ decision }: Recorded): CallFate {
  return decision.substitute === null ? { kind: 'pass' } : { kind: 'edit', arguments: decision.substitute.body.bytes };
}

/** What was handed over, as the client reads it. */
function sentOf({ decision }: Recorded): Sent {
  const { bytes } = decision.substitute?.body ?? decision.proposal.body;
  const meter = createBodyMeter();
  if (bytes.length > 0) meter.add(bytes);
  const handed = { requestBytes: meter.bytes, requestDigest: meter.digest() };
  return { result: 'sent', status: null, ...handed, responseBytes: 0, responseDigest: null, error: null };
}
