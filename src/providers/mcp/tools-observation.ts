// Reads the answers that may hold a list of tools, as JSON or as events, and hands on what the agent may see of them.

import { eventCutter, eventWithData, type ServerEvent } from '../../classify/sse-events.ts';
import { type Json, readJson, writeJson } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { AnswerRewriter, RewriteAids, RewriteObservation } from '../observation.ts';
import { serverId } from './mcp-action.ts';
import { filterTools } from './tool-list.ts';

/** Of one answer, or one event. Lists of tools are some kilobytes. */
const LIMIT_BYTES = 4 * 1024 * 1024;

export function toolsObservation(request: RequestView): RewriteObservation {
  return {
    kind: 'rewrite',
    open({ status, headers }, aids) {
      if (status !== 200) return null;
      const type = (headers.get('content-type') ?? '').toLowerCase();
      if (type.includes('text/event-stream')) return eventsRewriter(request, aids);
      return type.includes('json') && request.method !== 'GET' ? jsonRewriter(request, aids) : null;
    },
  };
}

/** Held until it is whole: there is no other way to tell what is in it. */
function jsonRewriter(request: RequestView, aids: RewriteAids): AnswerRewriter {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    push(chunk) {
      size += chunk.length;
      if (size > LIMIT_BYTES) throw new RangeError('the list of tools is too long');
      chunks.push(chunk);
      return Buffer.alloc(0);
    },
    async end() {
      const whole = Buffer.concat(chunks);
      return (await filtered(whole, request, serverId(request), aids)) ?? whole;
    },
  };
}

function eventsRewriter(request: RequestView, aids: RewriteAids): AnswerRewriter {
  const cutter = eventCutter(LIMIT_BYTES);
  let server = serverId(request);
  const rewritten = async (event: ServerEvent): Promise<Buffer> => {
    if (event.data === null) return event.raw;
    // 2024-11-05: calls go to the address that the stream names, so that is the server.
    if (event.type === 'endpoint') server = endpointOf(request, event.data) ?? server;
    const data = await filtered(Buffer.from(event.data), request, server, aids);
    return data === null ? event.raw : eventWithData(event, data.toString());
  };
  const inOrder = async (events: readonly ServerEvent[]): Promise<Buffer> => {
    const given: Buffer[] = [];
    for (const event of events) given.push(await rewritten(event));
    return Buffer.concat(given);
  };
  return {
    push: (chunk) => inOrder(cutter.push(chunk)),
    end: () => cutter.rest(),
  };
}

/** Null: nothing in it had to change, or it can't be read, and then no model can either. */
async function filtered(bytes: Buffer, request: RequestView, server: string, aids: RewriteAids): Promise<Buffer | null> {
  if (!bytes.includes('tools')) return null;
  const reading = readJson(bytes);
  const kept: Json | null = reading.problem === null ? await filterTools(reading.value, request, server, aids) : null;
  return kept === null ? null : Buffer.from(writeJson(kept));
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
