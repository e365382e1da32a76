// Answers of http://interlock.internal/: JSON in plain ASCII, and problems (RFC 9457).

import { type InterlockError, statusOf } from '../errors.ts';
import { plainText } from '../record/plain-text.ts';
import type { NativeAnswer } from '../providers/refusal.ts';
import { asciiJson } from './ascii-json.ts';

const COMMON = ['cache-control', 'no-store', 'x-content-type-options', 'nosniff'];
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

export function internalReply(status: number, type: string, body: Buffer): NativeAnswer {
  return { status, headers: ['content-type', type, ...COMMON], body };
}

export function internalJson(value: unknown): NativeAnswer {
  return internalReply(200, 'application/json', Buffer.from(`${asciiJson(value)}\n`));
}

export function internalProblem(status: number, detail: string, headers: readonly string[] = [], code?: string): NativeAnswer {
  const problem = {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    ...(code === undefined ? {} : { code }),
  };
  const reply = internalReply(status, 'application/problem+json', Buffer.from(`${asciiJson(problem)}\n`));
  return { ...reply, headers: [...reply.headers, ...headers] };
}

export function methodNotAllowed(allow: string): NativeAnswer {
  return internalProblem(405, `only ${allow} is answered here`, ['allow', allow]);
}

export function problemOf({ code, message }: InterlockError): NativeAnswer {
  const status = statusOf(code);
  // What went wrong inside is for the log, not for an agent.
  const detail = code === 'INTERNAL' ? 'something went wrong here' : plainText(message, 1_000);
  return internalProblem(status, detail, status === 429 ? ['retry-after', '1'] : [], code);
}
