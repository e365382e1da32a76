// An upstream's response head made fit for the client: hop-by-hop fields out, nothing that leads around the proxy.

import { InterlockError } from '../errors.ts';
import type { RawHeaders } from './headers.ts';

/** RFC 9110 §7.6.1; Alt-Svc would move the client to HTTP/3, which passes no proxy (threat B19). */
const DROPPED = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'proxy-authentication-info',
  'transfer-encoding',
  'upgrade',
  'trailer',
  'alt-svc',
  // Ours alone: an origin must not be able to speak in Interlock's name.
  'interlock-entry',
  'interlock-ticket',
  'interlock-verdict',
]);

/** Throws UPSTREAM_PROTOCOL for a status that no origin may send through a proxy. */
export function checkStatus(status: number): void {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new InterlockError(
      'UPSTREAM_PROTOCOL',
      `the upstream answered with status ${status}, which is not a final HTTP status`,
    );
  }
  // 407 is ours alone: passed on, it would make the client send us fresh credentials for the origin's asking (threat B19).
  if (status === 407) throw new InterlockError('UPSTREAM_PROTOCOL', 'the upstream asked for proxy authentication (407)');
}

/** The end-to-end fields, in order and spelling, without those named by the upstream's own `Connection`. */
export function responseFields(raw: RawHeaders): string[] {
  const fields: string[] = [];
  let named: Set<string> | null = null;
  for (let i = 0; i < raw.length; i += 2) {
    const field = raw[i] ?? '';
    const name = field.toLowerCase();
    if (!DROPPED.has(name)) fields.push(field, raw[i + 1] ?? '');
    else if (name === 'connection') named = addNames(named, raw[i + 1] ?? '');
  }
  return named === null ? fields : withoutNames(fields, named);
}

function addNames(names: Set<string> | null, value: string): Set<string> | null {
  if (value === 'keep-alive' || value === 'close') return names; // nearly every answer
  const all = names ?? new Set<string>();
  for (const token of value.split(',')) all.add(token.trim().toLowerCase());
  return all;
}

/** Framing stays whatever `Connection` says: stripping it would let an upstream unframe its own answer. */
function withoutNames(fields: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = (fields[i] ?? '').toLowerCase();
    if (!names.has(name) || name === 'content-length' || name === 'content-encoding')
      kept.push(fields[i] ?? '', fields[i + 1] ?? '');
  }
  return kept;
}
