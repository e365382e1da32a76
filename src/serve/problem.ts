// Errors of the console and the control socket as RFC 9457 problem details: the code and the words, never a stack or a secret.

import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { InterlockError, statusOf } from '../errors.ts';

export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint?: string;
}

export function problemOf(status: number, code: string, detail: string, hint?: string): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, detail, code, ...(hint === undefined ? {} : { hint }) };
}

/**
 * What a thrown value is to the one who asked. Ours speak for themselves; the framework's 4xx too; of anything else nothing is told,
 * because nobody checked that text for secrets (threat D14).
 */
export function thrownProblem(thrown: unknown): Problem {
  if (thrown instanceof InterlockError && thrown.code !== 'INTERNAL')
    return problemOf(statusOf(thrown.code), thrown.code, thrown.message, thrown.hint);
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : undefined;
  if (thrown instanceof Error && typeof status === 'number' && status >= 400 && status < 500)
    return problemOf(status, 'USAGE', thrown.message);
  return problemOf(500, 'INTERNAL', 'something went wrong inside; the log may tell');
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type('application/problem+json').send(problem);
}
