// A question about a model's tool call: read as the call that the gate in a model's answer would see, and judged as it is there.

import { checkActions } from '../classify/action-limits.ts';
import { type Known, NOTHING_KNOWN } from '../classify/known.ts';
import type { Proposal } from '../classify/proposal.ts';
import { type Json, type JsonObject, writeJson } from '../classify/strict-json.ts';
import { callTooLong, type ModelToolCall, type ToolReader, toolCallView } from '../classify/tool-call.ts';
import { formatAuthority, parseAuthority } from '../connection/authority.ts';
import { decide } from '../enforce/constrain.ts';
import { askingNobody, type RehearseDeps } from '../enforce/rehearse.ts';
import type { InspectedBody } from '../http/inspected-body.ts';
import { writtenExchange } from '../http/written-exchange.ts';
import type { Principal } from '../identify/principal.ts';
import { editToolCall } from '../providers/llm/tool-call-edit.ts';
import type { Provider } from '../providers/provider.ts';
import { type Finding, rehearsed } from './finding.ts';
import { invalid, textAt } from './members.ts';

const OF = 'context.toolCall';
const MEMBERS: ReadonlySet<string> = new Set(['name', 'arguments', 'input', 'model', 'api']);
const MAX_CHARACTERS = 2048;

/**
 * `{"name": "send_email", "arguments": {…}, "model": "api.openai.com/gpt-5", "api": "openai-chat"}`. `arguments` may be the text that the model
 * wrote; a tool that takes free text has `input` instead. `api` is how the model is asked, "unknown" when it is left out. Throws QUESTION_INVALID.
 */
export function readToolCall(object: JsonObject): ModelToolCall {
  const stray = Object.keys(object).find((name) => !MEMBERS.has(name));
  if (stray !== undefined) throw invalid(`\`${OF}\` has no member \`${stray.slice(0, 64)}\``);
  const { input } = object;
  if (input !== undefined && (typeof input !== 'string' || object['arguments'] !== undefined))
    throw invalid(`\`${OF}.input\` is the text that a tool takes instead of \`arguments\``);
  return {
    tool: textAt(object, 'name', OF),
    api: object['api'] === undefined ? 'unknown' : textAt(object, 'api', OF).slice(0, 64),
    ...placeOf(textAt(object, 'model', OF)),
    arguments: Buffer.from(typeof input === 'string' ? input : argumentsText(object['arguments'])),
    form: input === undefined ? 'json' : 'text',
    sure: true,
  };
}

/** As the model would have written them. INVARIANT: a text is taken as it is, so what it repeats or leaves open is judged as that. */
function argumentsText(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : writeJson(value);
}

/** `api.openai.com/gpt-5`, as a Model's id has it: the host with its port unless that is TLS's own; `api.openai.com` where no model is known. */
function placeOf(text: string): Pick<ModelToolCall, 'scheme' | 'authority' | 'model'> {
  const slash = text.indexOf('/');
  const place = slash === -1 ? text : text.slice(0, slash);
  const model = slash === -1 ? null : text.slice(slash + 1);
  try {
    const authority = parseAuthority(place, 443);
    // INVARIANT: only the canonical spelling is a host that a policy names; a bare word is a model without its host.
    const { host, port } = authority;
    const isPlain = [formatAuthority(host, null), formatAuthority(host, port)].includes(place) && /[.:]|^localhost/.test(place);
    if (isPlain && model !== '' && text.length <= MAX_CHARACTERS)
      return { scheme: port === 443 ? 'https' : 'http', authority, model };
  } catch {
    // told below
  }
  throw invalid(`\`${OF}.model\` does not name the host and the model, as in \`api.openai.com/gpt-5\``);
}

interface ToolQuestionDeps extends Pick<RehearseDeps, 'judge' | 'judgeOf' | 'wishes'> {
  readonly tools: ToolReader;
  readonly toolCallBytes: number;
}

/** What a tool does is the bundle's to say: nothing more can be learnt of it. */
const BY_BUNDLE: Known = { ...NOTHING_KNOWN, consulted: true };

/** Throws QUESTION_INVALID where calls are not judged, CLASSIFY_FAILED for one that does too much at once. */
export async function judgeToolCall(call: ModelToolCall, principal: Principal, deps: ToolQuestionDeps): Promise<Finding> {
  const { tools, wishes, toolCallBytes } = deps;
  if (!tools.judgesCalls)
    throw invalid("this bundle's schema has no `llm.tool-call`, so calls of a model's tools are not judged");
  if (call.arguments.length > toolCallBytes) throw callTooLong(call.tool, toolCallBytes);
  const written = { view: toolCallView(call, principal.session), bytes: call.arguments };
  const exchange = writtenExchange(written, principal, 'rehearsal');
  const read = ({ bytes }: InspectedBody) => tools.actionsOf({ ...call, arguments: bytes });
  const body: InspectedBody = { bytes: call.arguments, problem: null };
  const actions = read(body);
  checkActions(actions);
  const proposal: Proposal = {
    request: written.view,
    provider: speakerOf(call),
    body,
    actions,
    known: BY_BUNDLE,
    lookedUp: false,
    reread: read,
  };
  const judge = (await deps.judgeOf?.(exchange, principal, proposal)) ?? deps.judge;
  const originate = askingNobody(() => undefined);
  const decision = await decide(exchange, principal, proposal, { judge, wishes, originate });
  return rehearsed({ decision, unknown: null, exchange }, written);
}

/** Nobody is refused here; edits are those of the gate. */
function speakerOf({ form }: ModelToolCall): Provider {
  return {
    name: 'tool-call',
    family: 'llm',
    hosts: [],
    recognise: () => null,
    refuse: () => ({ status: 403, headers: [], body: Buffer.alloc(0) }),
    edit: (request, body, edit) => editToolCall(request, body, edit, form),
  };
}
