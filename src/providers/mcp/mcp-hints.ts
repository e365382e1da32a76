// What the head of a request says of MCP, before its body is read.

import { isJsonType, mediaType } from '../../classify/content-type.ts';
import type { RequestView } from '../../http/request-view.ts';

const PATHS: ReadonlySet<string> = new Set(['mcp', 'sse']);
const POST_PATHS: ReadonlySet<string> = new Set(['message', 'messages']);
const SESSION = /(?:^|&)session_?id=/i;

/**
 * A field of MCP's own, a host or path that is usual for it. A hint makes everything there MCP, also what can't be read; without one
 * only the body can tell.
 */
export function hasMcpHint(request: RequestView): boolean {
  const { segments, headers, authority } = request;
  if (authority.host.startsWith('mcp.') || segments.some((segment) => PATHS.has(segment.toLowerCase()))) return true;
  if (isSessionPost(request)) return true;
  return headers.raw.some((name, at) => at % 2 === 0 && /^mcp-/i.test(name));
}

/** The transport of 2024-11-05 posts to `/messages?sessionId=…` and hears the answer on another connection. */
function isSessionPost(request: RequestView): boolean {
  return POST_PATHS.has((request.segments.at(-1) ?? '').toLowerCase()) && SESSION.test(request.query);
}

/**
 * Types under which MCP servers read JSON: the transport demands `application/json`, and its SDKs answer 415 to everything else. INVARIANT:
 * an upload of another type, or of none, is not held to be looked at, or large ones would be refused for their size.
 */
export function mayBeJson(request: RequestView): boolean {
  const media = mediaType(request.headers);
  if (media.problem !== null) return true;
  return isJsonType(media) || media.type === 'text/json' || media.type === 'application/json-rpc';
}

/** Does the client want an event stream, and nothing else? */
export function wantsOnlyEvents(request: RequestView): boolean {
  const accept = (request.headers.get('accept') ?? '').toLowerCase();
  return accept.includes('text/event-stream') && !accept.includes('json') && !accept.includes('*/*');
}

export function wantsEvents(request: RequestView): boolean {
  return (request.headers.get('accept') ?? '').toLowerCase().includes('text/event-stream');
}

/** Is the answer to a POST read by the client? Not in the oldest transport, whose posts do not ask for a type (5.3 of the catalogue). */
export function hearsAnswers(request: RequestView): boolean {
  const accept = (request.headers.get('accept') ?? '').toLowerCase();
  return !isSessionPost(request) || accept.includes('json') || accept.includes('text/event-stream');
}
