// Access to a gateway on another host: its CA certificate is fetched through the proxy and kept in the caller's cache folder.

import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { InterlockError } from '../errors.ts';
import type { AgentAccess } from './agent-variables.ts';
import { usage } from './failure.ts';

const TIMEOUT_MS = 10_000;
const MAX_CA_BYTES = 65_536;

interface RemoteProxy {
  readonly agent: string;
  readonly token: string;
  readonly proxyUrl: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * `agent` may name its session (`support-bot~nightly`); otherwise this call makes one up, so that what it starts can be told apart.
 * Throws USAGE, CONNECT_FAILED, IDENTITY_REJECTED or UPSTREAM_PROTOCOL.
 */
export async function remoteAccess(remote: RemoteProxy): Promise<AgentAccess> {
  const url = proxyUrlOf(remote.proxyUrl);
  const [agent = '', named] = remote.agent.split('~');
  const session = named ?? `s${randomBytes(6).toString('hex')}`;
  const username = `${agent}~${session}`;
  const pem = await fetchCa(url, username, remote.token);
  return { agent, session, username, token: remote.token, proxyUrl: url.origin, ...keep(url, pem, remote.env) };
}

function proxyUrlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const hint = 'Give it as http://HOST:PORT or https://HOST:PORT; the agent and its token go into --agent and --token.';
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw usage('--proxy is not the URL of a proxy', hint);
  if (url.username !== '' || url.password !== '' || url.pathname !== '/')
    throw usage('--proxy has more in it than scheme, host and port', hint);
  return url;
}

/** `http://interlock.internal/` is a name that only the proxy itself answers to, and only for the agent that asks. */
async function fetchCa(url: URL, username: string, token: string): Promise<string> {
  const basic = Buffer.from(`${username}:${token}`).toString('base64');
  const headers = { host: 'interlock.internal', 'proxy-authorization': `Basic ${basic}`, connection: 'close' };
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const options = {
    host,
    port: url.port,
    path: 'http://interlock.internal/ca.pem',
    headers,
    agent: false,
    // Node would take the name to verify from the Host header, which is the reserved name. An address has no SNI (RFC 6066 §3).
    servername: isIP(host) === 0 ? host : '',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const failed = (cause: Error): void =>
      reject(new InterlockError('CONNECT_FAILED', `cannot reach the proxy at ${url.origin}: ${cause.message}`, { cause }));
    send(options, (response) => {
      read(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), failed);
    })
      .on('error', failed)
      .end();
  });
  if (answer.status === 407) {
    throw new InterlockError('IDENTITY_REJECTED', `the proxy at ${url.origin} does not know this agent and token`, {
      hint: 'Rotate it there: interlock agents rotate NAME',
    });
  }
  if (answer.status !== 200 || !isCa(answer.text)) {
    throw new InterlockError(
      'UPSTREAM_PROTOCOL',
      `what answers at ${url.origin} gave no CA certificate (status ${answer.status})`,
      { hint: 'Is it an Interlock proxy?' },
    );
  }
  return answer.text;
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > MAX_CA_BYTES) throw new Error('the answer is too long');
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('latin1');
}

function isCa(pem: string): boolean {
  try {
    return new X509Certificate(pem).ca;
  } catch {
    return false;
  }
}

/** Both files in the caller's own cache folder: in a shared temporary folder others could put their CA in place of ours. */
function keep(url: URL, pem: string, env: NodeJS.ProcessEnv): { readonly caFile: string; readonly caBundleFile: string } {
  const cache = env['XDG_CACHE_HOME'];
  const root = cache !== undefined && cache.startsWith('/') ? cache : join(env['HOME'] ?? homedir(), '.cache');
  const folder = join(root, 'interlock', createHash('sha256').update(url.origin).digest('hex').slice(0, 16));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const caFile = replace(join(folder, 'ca.pem'), pem);
  const caBundleFile = replace(join(folder, 'ca-bundle.pem'), [pem.trimEnd(), ...systemRoots(), ''].join('\n'));
  return { caFile, caBundleFile };
}

function systemRoots(): string[] {
  const system = getCACertificates('system');
  return system.length > 0 ? system : getCACertificates('bundled');
}

/** By renaming, so that a program which starts meanwhile never reads half a file. */
function replace(file: string, text: string): string {
  const fresh = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(fresh, text, { mode: 0o600 });
  renameSync(fresh, file);
  return file;
}
