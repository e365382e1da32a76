// One request head from the wire to a RequestView: everything that servers could read differently from us is refused here (E4, E8).

import { parseAuthority } from '../connection/authority.ts';
import { InterlockError } from '../errors.ts';
import { AGENT_SEQUENCE_FIELD, agentSequence } from './agent-sequence.ts';
import { HOP_BY_HOP, isAlias, NOT_STRIPPABLE, OVERRIDE_FIELDS, REROUTING } from './field-names.ts';
import { HeaderList } from './headers.ts';
import { claimedMethods } from './method-override.ts';
import type { Authority, RequestView } from './request-view.ts';
import { parseTarget } from './target.ts';

export interface HeadInput {
  readonly method: string;
  /** Origin-form; the caller has taken an absolute-form apart. `OPTIONS *` asks the proxy's next hop itself, and is refused. */
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly scheme: 'http' | 'https';
  /** From CONNECT or the absolute-form. Host (or :authority) must agree with it. */
  readonly authority: Authority;
  /** The client asked for a protocol switch and Node handed it over as one. */
  readonly upgrading: boolean;
  readonly hasBody: boolean;
  /** What the request line said, `1.1` or `1.0`; `h2` for an HTTP/2 stream, which has none. */
  readonly httpVersion: string;
}

const VERSIONS = new Set(['1.0', '1.1', 'h2']);

const METHOD = /^[A-Z][A-Z0-9-]{0,31}$/;

/** Throws REQUEST_MALFORMED, REQUEST_UNSUPPORTED or AUTHORITY_MISMATCH; what it returns is safe to judge and to send. */
export function readHead(input: HeadInput): RequestView {
  // Node's parser also takes version-less and made-up versions in clear text, `HTTP/2.0` among them (threat B6).
  if (!VERSIONS.has(input.httpVersion)) throw malformed('not an HTTP/1.1 request');
  checkMethod(input.method);
  const scan = scanHeaders(input.rawHeaders);
  checkHost(scan.hosts, input);
  const target = parseTarget(input.target);
  const dropped = scan.connectionTokens.length === 0 ? null : connectionNames(scan.connectionTokens);
  return {
    method: input.method,
    scheme: input.scheme,
    authority: input.authority,
    target: input.target,
    path: target.path,
    segments: target.segments,
    ambiguousPath: target.ambiguous,
    query: target.query,
    headers: new HeaderList(dropped === null ? scan.kept : new HeaderList(scan.kept).without(dropped).raw),
    upgrade: input.upgrading ? upgradeProtocol(scan.upgrades) : null,
    hasBody: input.hasBody,
    claimedMethods: claimedMethods(scan.overrides, target.query),
    agentSequence: agentSequence(scan.sequences),
  };
}

interface Scan {
  readonly kept: string[];
  readonly hosts: string[];
  readonly connectionTokens: string[];
  readonly upgrades: string[];
  readonly overrides: string[];
  readonly sequences: string[];
}

function scanHeaders(raw: readonly string[]): Scan {
  const scan: Scan = { kept: [], hosts: [], connectionTokens: [], upgrades: [], overrides: [], sequences: [] };
  let lengths = 0;
  let codings = 0;
  for (let i = 0; i < raw.length; i += 2) {
    const field = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    const name = field.toLowerCase();
    checkName(name);
    if (name === 'host') scan.hosts.push(value);
    else if (name === 'connection') scan.connectionTokens.push(value);
    else if (name === 'upgrade') scan.upgrades.push(value);
    else if (name === AGENT_SEQUENCE_FIELD) scan.sequences.push(value);
    else if (name === 'te') {
      // RFC 9110 §10.1.4: `trailers` is the one member that makes sense end to end; gRPC servers insist on it.
      if (/(?:^|,)\s*trailers\s*(?:$|[,;])/i.test(value)) scan.kept.push('te', 'trailers');
    } else if (name === 'content-length') {
      lengths += 1;
      if (!/^\d{1,15}$/.test(value)) throw malformed('Content-Length is not a plain number');
      scan.kept.push(field, value);
    } else if (name === 'transfer-encoding') {
      codings += 1;
      checkCoding(value);
    } else if (!HOP_BY_HOP.has(name) && !REROUTING.has(name)) {
      if (OVERRIDE_FIELDS.has(name)) scan.overrides.push(value);
      scan.kept.push(field, value);
    }
  }
  // RFC 9112 §6.3: either may be honest alone; together they are the smuggling classic (threat B1).
  if (lengths > 1 || codings > 1 || (lengths > 0 && codings > 0)) throw malformed('the body length is given more than once');
  return scan;
}

function checkName(name: string): void {
  if (name.includes('_') && isAlias(name))
    throw malformed(`the field name \`${name}\` is spelt with an underscore, which some servers take for the same field`);
}

function checkCoding(value: string): void {
  if (value.toLowerCase() !== 'chunked') throw malformed('the only transfer coding that is taken is `chunked`');
}

function checkMethod(method: string): void {
  if (!METHOD.test(method)) throw malformed('the method is not an upper-case token');
  // TRACE would echo credentials back (threat A19); CONNECT inside a tunnel is a second proxy (threat A20).
  // CALL is what policies are told of a model's tool call: no request may pass itself off as one.
  if (method === 'TRACE' || method === 'TRACK' || method === 'CONNECT' || method === 'CALL') {
    throw new InterlockError('REQUEST_UNSUPPORTED', `${method} is not forwarded`);
  }
}

/** INVARIANT: CONNECT authority (or absolute-form) and Host agree, else nothing is sent: domain fronting (threats A3, A5, B7). */
function checkHost(hosts: readonly string[], input: HeadInput): void {
  const [host, second] = hosts;
  if (host === undefined || second !== undefined) throw malformed('a request needs exactly one Host');
  const usualPort = input.scheme === 'https' ? 443 : 80;
  // Nearly all requests: no parser run.
  if (host === input.authority.host && input.authority.port === usualPort) return;
  if (host === `${input.authority.host}:${input.authority.port}`) return;
  const claimed = parseAuthority(host, usualPort);
  if (claimed.host !== input.authority.host || claimed.port !== input.authority.port) {
    throw new InterlockError(
      'AUTHORITY_MISMATCH',
      `Host names ${claimed.host}:${claimed.port}, but the connection is to ${input.authority.host}:${input.authority.port}`,
    );
  }
}

function connectionNames(values: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const token of values.join(',').split(',')) {
    const name = token.trim().toLowerCase();
    if (NOT_STRIPPABLE.has(name)) throw malformed(`Connection names \`${name}\`, which is not hop-by-hop`);
    if (name !== '' && name !== 'te') names.add(name);
  }
  return names;
}

function upgradeProtocol(upgrades: readonly string[]): string {
  const protocol = upgrades.join(',').trim().toLowerCase();
  // h2c and made-up protocols would leave us blind behind the 101 (threat B11).
  if (protocol !== 'websocket')
    throw new InterlockError('REQUEST_UNSUPPORTED', 'the only upgrade that is forwarded is `websocket`');
  return protocol;
}

function malformed(message: string): InterlockError {
  return new InterlockError('REQUEST_MALFORMED', message);
}
