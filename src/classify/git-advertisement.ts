// What `info/refs?service=git-receive-pack` answers (gitprotocol-http, "Smart Clients"): the refs that are there and what the server can do.

import { chomp, readPacket } from './pkt-line.ts';

/** More refs than the largest public repositories have. */
const MAX_REFS = 1_000_000;

export interface Advertisement {
  /** Object id by ref; refs hold one char a byte. */
  readonly refs: ReadonlyMap<string, string>;
  readonly capabilities: readonly string[];
}

/** Reads a whole advertisement of protocol v0 or v1. Null when it isn't one, or is cut short. */
export function readAdvertisement(body: Buffer): Advertisement | null {
  const service = readPacket(body, 0);
  if (typeof service === 'string' || service.kind !== 'data') return null;
  if (chomp(service.payload).toString('latin1') !== '# service=git-receive-pack') return null;
  const blank = readPacket(body, service.end);
  if (typeof blank === 'string' || blank.kind !== 'flush') return null;
  return readRefs(body, blank.end);
}

function readRefs(body: Buffer, start: number): Advertisement | null {
  const refs = new Map<string, string>();
  let capabilities: readonly string[] | null = null;
  for (let offset = start; refs.size <= MAX_REFS; ) {
    const packet = readPacket(body, offset);
    if (typeof packet === 'string') return null;
    if (packet.kind === 'flush') return capabilities === null ? null : { refs, capabilities };
    if (packet.kind !== 'data') return null;
    offset = packet.end;
    const line = chomp(packet.payload).toString('latin1');
    if (line === 'version 1' || line.startsWith('shallow ')) continue;
    const nul = line.indexOf('\0');
    if (capabilities === null)
      capabilities =
        nul < 0
          ? []
          : line
              .slice(nul + 1)
              .split(' ')
              .filter((word) => word !== '');
    const match = /^([0-9a-f]{40}|[0-9a-f]{64}) (.+)$/s.exec(nul < 0 ? line : line.slice(0, nul));
    if (match?.[1] === undefined || match[2] === undefined) return null;
    // `capabilities^{}` stands for an empty repository, `.have` for objects of a fork's parent: neither is a ref.
    if (match[2] !== 'capabilities^{}' && match[2] !== '.have') refs.set(match[2], match[1]);
  }
  return null;
}
