// git clone and fetch over smart HTTP: a POST that only asks. It counts as a read when it is nothing else, to the last byte.

import type { Action } from '../../classify/action.ts';
import { isPlainRead, readAction, writeAction } from '../../classify/plain-action.ts';
import { FLUSH_PACKET, chomp, readPacket, writePacket } from '../../classify/pkt-line.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { refusalSentence } from '../refusal.ts';
import type { Recognition } from '../provider.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';

const OID = '[0-9a-f]{40}(?:[0-9a-f]{24})?';
const WORDS = '[\\x21-\\x7e]{1,200}(?: [\\x21-\\x7e]{1,200}){0,40}';

/** Words of the client's own choosing, together: no more than a read's address could carry as well. */
const MAX_FREE_BYTES = 16 * 1024;

/**
 * Every line that upload-pack takes (gitprotocol-pack, gitprotocol-v2). INVARIANT: nothing else passes as a read, or any host whose path
 * ends in `git-upload-pack` would take whatever an agent wants to get out.
 */
const LINES = [
  new RegExp(`^want ${OID}(?: ${WORDS})?$`),
  new RegExp(`^(?:have|shallow|oid) ${OID}$`),
  /^deepen(?:-since)? \d{1,12}$/,
  /^(?:deepen-not|want-ref|ref-prefix) [\x21-\x7e]{1,250}$/,
  /^filter [a-z0-9:=+%,./-]{1,100}$/i,
  /^command=(?:ls-refs|fetch|object-info|bundle-uri)$/,
  /^(?:agent|session-id|object-format)=[\x21-\x7e]{1,200}$/,
  /^packfile-uris [a-z,]{1,50}$/,
  /^(?:done|thin-pack|no-progress|include-tag|ofs-delta|deepen-relative|sideband-all|wait-for-done|peel|symrefs|unborn|size)$/,
];

/** Null when it is no fetch. */
export function recogniseFetch(request: RequestView): Recognition | null {
  return isFetch(request) ? { need: { kind: 'whole' }, classify: (body) => [classifyFetch(request, body)] } : null;
}

export function isFetch(request: RequestView): boolean {
  return request.segments.at(-1) === 'git-upload-pack' && !isPlainRead(request);
}

function classifyFetch(request: RequestView, body: InspectedBody): Action {
  const plain =
    request.method === 'POST' && request.query === '' && !request.ambiguousPath && request.claimedMethods.length === 0;
  return plain && body.problem === null && onlyAsks(body.bytes) ? readAction(request) : writeAction(request);
}

function onlyAsks(bytes: Buffer): boolean {
  let freeBytes = 0;
  for (let offset = 0; offset < bytes.length; ) {
    const packet = readPacket(bytes, offset);
    if (typeof packet === 'string' || packet.kind === 'response-end') return false;
    offset = packet.end;
    if (packet.kind !== 'data') continue;
    const line = chomp(packet.payload).toString('latin1');
    if (!LINES.some((pattern) => pattern.test(line))) return false;
    if (!/^(?:have|want|shallow|oid) [0-9a-f]+$/.test(line)) freeBytes += line.length;
    if (freeBytes > MAX_FREE_BYTES) return false;
  }
  return bytes.length > 0;
}

/**
 * `GET …/info/refs?service=…`: every fetch and push begins so, and `git push --dry-run` is nothing else. A read all the same: it is claimed only
 * so that its refusal is one that git shows.
 */
export function discoveryService(request: RequestView): string | null {
  const [last, before] = [request.segments.at(-1), request.segments.at(-2)];
  if (request.method !== 'GET' || !isPlainRead(request) || last !== 'refs' || before !== 'info') return null;
  return /^service=(git-(?:receive|upload)-pack)$/.exec(request.query)?.[1] ?? null;
}

/** An advertisement of an error: `fatal: remote error: …`. Of a 403 git would show no more than the number, unless its text is plain. */
export function refuseDiscovery(service: string, refusal: Refusal): NativeAnswer {
  const error = writePacket(Buffer.from(`ERR ${refusalSentence(refusal).slice(0, 1000)}`, 'utf8'));
  const body = Buffer.concat([writePacket(`# service=${service}\n`), FLUSH_PACKET, error]);
  return {
    status: 200,
    headers: ['Content-Type', `application/x-${service}-advertisement`, 'Cache-Control', 'no-cache'],
    body,
  };
}

/** `ERR` is the one packet that git shows in every phase of a fetch: `fatal: remote error: …`. */
export function refuseFetch(refusal: Refusal): NativeAnswer {
  const body = writePacket(Buffer.from(`ERR ${refusalSentence(refusal).slice(0, 1000)}`, 'utf8'));
  return { status: 200, headers: ['Content-Type', 'application/x-git-upload-pack-result', 'Cache-Control', 'no-cache'], body };
}
