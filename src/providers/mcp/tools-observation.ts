// Reads the answers that may hold a list of tools, as JSON or as events, and hands on what the agent may see of them.

import { eventCutter, eventWithData, type ServerEvent } from '../../classify/sse-events.ts';
import { foldName, type Json, readJson, writeJson } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { AnswerRewriter, RewriteAids, RewriteObservation } from '../observation.ts';
import type { RpcBody } from './json-rpc.ts';
import { serverId } from './mcp-action.ts';
import { failedAnswer } from './mcp-refusal.ts';
import { filterTools, holdsBack, mayHideTools } from './tool-list.ts';

/** Of one answer, or one event. Lists of tools are some kilobytes. */
const LIMIT_BYTES = 4 * 1024 * 1024;

const NOT_READ = 'the list of tools could not be read, so it was not passed on';

interface Answered {
  readonly request: RequestView;
  /** What the client asked; null on a stream that it listens to. */
  readonly asked: RpcBody | null;
  readonly aids: RewriteAids;
}

/** `asked`: the request's messages, for the ids of what is answered in the server's place. */
export function toolsObservation(request: RequestView, asked: RpcBody | null = null): RewriteObservation {
  return {
    kind: 'rewrite',
    open({ status, headers }, aids) {
      // Clients take any success for an answer, and not all of them look at its type.
      if (status < 200 || status > 299) return null;
      const type = (headers.get('content-type') ?? '').toLowerCase();
      if (type.includes('text/event-stream')) return eventsRewriter({ request, asked, aids });
      return request.method === 'GET' ? null : jsonRewriter({ request, asked, aids });
    },
  };
}

/** Held until it is whole: there is no other way to tell what is in it. */
function jsonRewriter(answered: Answered): AnswerRewriter {
  const chunks: Buffer[] = [];
  let size = 0;
  let withheld: string | null = null;
  return {
    push(chunk) {
      size += chunk.length;
      if (size > LIMIT_BYTES) throw new RangeError('the list of tools is too long');
      chunks.push(chunk);
      return Buffer.alloc(0);
    },
    async end() {
      const whole = Buffer.concat(chunks);
      const shown = whole.length === 0 ? AS_IT_IS : await shownOf(whole, answered, serverId(answered.request));
      if (shown.withheld) withheld = NOT_READ;
      return shown.bytes ?? whole;
    },
    withheld: () => withheld,
  };
}

function eventsRewriter(answered: Answered): AnswerRewriter {
  const { request } = answered;
  const cutter = eventCutter(LIMIT_BYTES);
  let server = serverId(request);
  let withheld: string | null = null;
  const rewritten = async (event: ServerEvent): Promise<Buffer> => {
    if (event.data === null) return event.raw;
    // 2024-11-05: calls go to the address that the stream names, so that is the server.
    if (event.type === 'endpoint') server = endpointOf(request, event.data) ?? server;
    // What else comes on a stream is none of this one's affair, however it is written.
    if (!namesTools(event.data)) return event.raw;
    const shown = await shownOf(Buffer.from(event.data), answered, server);
    if (shown.withheld) withheld = NOT_READ;
    return shown.bytes === null ? event.raw : eventWithData(event, shown.bytes.toString());
  };
  const inOrder = async (events: readonly ServerEvent[]): Promise<Buffer> => {
    const given: Buffer[] = [];
    for (const event of events) given.push(await rewritten(event));
    return Buffer.concat(given);
  };
  return {
    push: (chunk) => inOrder(cutter.push(chunk)),
    end: () => cutter.rest(),
    withheld: () => withheld,
  };
}

/** As a key or a value, however it is escaped or cased. */
function namesTools(text: string): boolean {
  const plain = text.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return foldName(plain).includes('"tools"');
}

interface Shown {
  /** Null: nothing in it has to change. */
  readonly bytes: Buffer | null;
  readonly withheld: boolean;
}

const AS_IT_IS: Shown = { bytes: null, withheld: false };

/**
 * INVARIANT: where policy holds tools back, what can't be read surely does not reach the client: its own reader may be less strict, and
 * would find tools that are neither filtered nor pinned (C5, E17).
 */
async function shownOf(bytes: Buffer, { request, asked, aids }: Answered, server: string): Promise<Shown> {
  const reading = readJson(bytes);
  if (reading.problem === null && !mayHideTools(reading.value)) {
    const kept: Json | null = await filterTools(reading.value, request, server, aids);
    return kept === null ? AS_IT_IS : { bytes: Buffer.from(writeJson(kept)), withheld: false };
  }
  if (!(await holdsBack(request, server, aids))) return AS_IT_IS;
  const answer = failedAnswer(asked, asked === null ? idIn(bytes) : null, `Interlock: ${NOT_READ}`);
  return { bytes: Buffer.from(JSON.stringify(answer)), withheld: true };
}

/** Of an answer that nobody here trusts: it only says who is told. */
function idIn(bytes: Buffer): string | number | null {
  try {
    const answer: unknown = JSON.parse(bytes.toString());
    const id: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'id') : null;
    return typeof id === 'string' || typeof id === 'number' ? id : null;
  } catch {
    return null;
  }
}

/** Only on the same host: a call elsewhere is another server's. */
function endpointOf(request: RequestView, endpoint: string): string | null {
  const base = `https://host.invalid${request.path}`;
  if (!URL.canParse(endpoint, base)) return null;
  const url = new URL(endpoint, base);
  return serverId(request, url.pathname.split('/').map(decoded));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
