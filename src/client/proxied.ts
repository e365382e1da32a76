// One request to http://interlock.internal/ through the proxy of the environment. Nothing but Node's own http.

import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { AskError } from './ask-error.ts';

export interface ProxyAddress {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly authorization: string | null;
}

const ORIGIN = 'http://interlock.internal';
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** `http://agent:token@127.0.0.1:8080`. Throws NO_PROXY. The token is never part of a message. */
export function proxyAddress(url: string | undefined): ProxyAddress {
  if (url === undefined || url === '')
    throw new AskError(0, 'NO_PROXY', 'set HTTPS_PROXY to the address of Interlock, as `interlock env` prints it');
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address === null || !/^https?:$/.test(address.protocol))
    throw new AskError(0, 'NO_PROXY', 'HTTPS_PROXY is not the URL of an HTTP proxy');
  const secure = address.protocol === 'https:';
  const login = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
  return {
    secure,
    host: address.hostname.replace(/^\[|\]$/g, ''),
    port: address.port === '' ? (secure ? 443 : 80) : Number(address.port),
    authorization: address.username === '' ? null : `Basic ${Buffer.from(login).toString('base64')}`,
  };
}

export interface Sending {
  readonly path: string;
  /** Default: POST with a message, GET without. */
  readonly method?: 'DELETE';
  readonly message?: unknown;
  /** Other statuses than 200 whose body is an answer. */
  readonly statuses?: readonly number[];
}

/** The answer's JSON. Throws AskError for everything but a 200, and what else is said to be an answer. */
export async function proxied(proxy: ProxyAddress, sending: Sending, timeoutMs: number): Promise<unknown> {
  const { status, text } = await exchange(proxy, sending, timeoutMs);
  const said = parsed(text);
  const fits = status === 200 || sending.statuses?.includes(status) === true;
  if (fits && said !== undefined) return said;
  throw new AskError(status, codeOf(status, said), detailOf(said) ?? `Interlock answered ${status}`);
}

function exchange(proxy: ProxyAddress, sending: Sending, timeoutMs: number): Promise<{ status: number; text: string }> {
  const { path, message, method = message === undefined ? 'GET' : 'POST' } = sending;
  const body = message === undefined ? null : Buffer.from(JSON.stringify(message));
  return new Promise((resolve, reject) => {
    const send = proxy.secure ? secureRequest : plainRequest;
    const fail = (cause: Error): void =>
      reject(new AskError(0, 'UNREACHABLE', `Interlock could not be asked: ${cause.message}`, { cause }));
    const asked = send({
      host: proxy.host,
      port: proxy.port,
      // Absolute form: a proxy that is not Interlock finds no such host, and nothing of the question goes further.
      path: `${ORIGIN}${path}`,
      method,
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        host: 'interlock.internal',
        accept: 'application/json',
        ...(proxy.authorization === null ? {} : { 'proxy-authorization': proxy.authorization }),
        ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': String(body.length) }),
      },
    });
    asked.on('error', fail);
    asked.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('error', fail);
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) response.destroy(new Error('the answer is too long'));
        else chunks.push(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
    });
    asked.end(body ?? undefined);
  });
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

export function member(said: unknown, name: string): unknown {
  return typeof said === 'object' && said !== null ? Reflect.get(said, name) : undefined;
}

function codeOf(status: number, said: unknown): string {
  const code = member(said, 'code');
  if (typeof code === 'string') return code;
  if (said === undefined && status === 200) return 'UNREADABLE';
  return status === 404 ? 'NOT_FOUND' : status === 407 ? 'IDENTITY_REJECTED' : 'REFUSED';
}

function detailOf(said: unknown): string | null {
  const detail = member(said, 'detail') ?? member(said, 'reason');
  return typeof detail === 'string' ? detail : null;
}
