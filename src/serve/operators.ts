// The gate before what operators see: a known caller whom Cedar lets read the console.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readers } from '../decide/reading.ts';
import type { Callers } from './caller.ts';
import { problemOf, sendProblem } from './problem.ts';

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

/** A route's onRequest hooks. */
export function operatorsOnly(callers: Callers, judge: Readers): Hook[] {
  return [
    callers.known,
    async (request, reply) => {
      if (judge.mayRead(callers.of(request).user)) return undefined;
      return sendProblem(
        reply,
        problemOf(
          403,
          'APPROVER_REFUSED',
          'policy does not let you read this',
          'Action::"console.read" in the bundle says who may',
        ),
      );
    },
  ];
}
