// Reads the answers that may hold a list of tools, as JSON or as events, and hands on what the agent may see of them.

import { eventCutter, eventWithData, type ServerEvent } from '../../classify/sse-events.ts';
import { type Json, readJson, writeJson } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { AnswerRewriter, RewriteAids, RewriteObservation } from '../observation.ts';
import type { RpcBody } from './json-rpc.ts';
import { serverId } from './mcp-action.ts';
import { failedAnswer } from './mcp-refusal.ts';
import { filterTools, holdsBack, mayHideTools } from './tool-list.ts';
import { namesTools, toolsWatcher } from './tools-named.ts';

/** Of one answer, or one event. Lists of tools are some kilobytes. What is longer passes, as long as it names none. */
const LIMIT_BYTES = 4 * 1024 * 1024;

const NOT_READ = 'the list of tools could not be read, so it was not passed on';

interface Answered {
  readonly request: RequestView;
  /** What the client asked; null when it could not be read, and on a stream that it listens to. */
  readonly asked: RpcBody | null;
  /** Was a list of tools asked for? Then all of the answer is one. */
  readonly isList: boolean;
  readonly aids: RewriteAids;
}

/**
 * `asked`: the request's messages, for the ids of what is answered in the server's place. A list may come with the answer to any of them:
 * clients go by its id, not by the request on whose stream they hear it (E38).
 */
export function toolsObservation(request: RequestView, asked: RpcBody | null = null): RewriteObservation {
  const isList = asked?.messages.some(({ method }) => method === 'tools/list') === true;
  return {
    kind: 'rewrite',
    open({ status, headers }, aids) {
      // Clients take any success for an answer, and not all of them look at its type.
      if (status < 200 || status > 299) return null;
      const type = (headers.get('content-type') ?? '').toLowerCase();
      const answered = { request, asked, isList, aids };
      if (type.includes('text/event-stream')) return eventsRewriter(answered);
      return request.method === 'GET' ? null : jsonRewriter(answered);
    },
  };
}

/** Held until it is whole: there is no other way to tell what is in it. */
function jsonRewriter(answered: Answered): AnswerRewriter {
  const server = serverId(answered.request);
  const long = longPasser(answered);
  let chunks: Buffer[] = [];
  let size = 0;
  let withheld: string | null = null;
  return {
    push(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= LIMIT_BYTES) return NOTHING;
      const whole = Buffer.concat(chunks);
      chunks = [];
      return long(whole, server);
    },
    async end() {
      const whole = Buffer.concat(chunks);
      const isOther = size > LIMIT_BYTES || whole.length === 0 || !(answered.isList || namesTools(whole));
      const shown = isOther ? AS_IT_IS : await shownOf(whole, answered, server);
      if (shown.withheld) withheld = NOT_READ;
      return shown.bytes ?? whole;
    },
    // It counts to the end: while tools are judged, all of it is in memory.
    heldBytes: () => (size > LIMIT_BYTES ? 0 : size),
    withheld: () => withheld,
  };
}

const NOTHING = Buffer.alloc(0);

/** INVARIANT: of what is too long to be read nothing passes from where it names tools, if policy holds any back. */
function longPasser({ request, isList, aids }: Answered): (piece: Buffer, server: string) => Promise<Buffer> {
  const names = toolsWatcher();
  return async (piece, server) => {
    const isDoubtful = names(piece) || isList;
    if (isDoubtful && (await holdsBack(request, server, aids))) throw new RangeError('what may be a list of tools is too long');
    return piece;
  };
}

function eventsRewriter(answered: Answered): AnswerRewriter {
  const { request } = answered;
  const cutter = eventCutter(LIMIT_BYTES, 'pieces');
  const long = longPasser({ ...answered, isList: false });
  let server = serverId(request);
  let withheld: string | null = null;
  const rewritten = async (event: ServerEvent): Promise<Buffer> => {
    if (event.isPiece === true) return await long(event.raw, server);
    if (event.data === null) return event.raw;
    // 2024-11-05: calls go to the address that the stream names, so that is the server.
    if (event.type === 'endpoint') server = endpointOf(request, event.data) ?? server;
    const data = Buffer.from(event.data);
    // What else comes on a stream is none of this one's affair, however it is written.
    if (!namesTools(data)) return event.raw;
    const shown = await shownOf(data, answered, server);
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
    end() {
      const rest = cutter.rest();
      return rest === null ? NOTHING : rewritten(rest);
    },
    heldBytes: () => cutter.heldBytes(),
    withheld: () => withheld,
  };
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
async function shownOf(bytes: Buffer, { request, asked, isList, aids }: Answered, server: string): Promise<Shown> {
  const reading = readJson(bytes);
  if (reading.problem === null && !mayHideTools(reading.value)) {
    const kept: Json | null = await filterTools(reading.value, request, server, aids);
    return kept === null ? AS_IT_IS : { bytes: Buffer.from(writeJson(kept)), withheld: false };
  }
  if (!(await holdsBack(request, server, aids))) return AS_IT_IS;
  // On the stream of another request it is for whom its own id says.
  const id = isList ? null : idIn(bytes);
  const answer = failedAnswer(id === null ? asked : null, id, `Interlock: ${NOT_READ}`);
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
