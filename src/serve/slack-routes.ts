// POST /v1/slack/interactions: the one route that takes a form, because Slack signs its bytes. No session, no token: the signature is all.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SlackDoor } from '../approve/slack.ts';
import { problemOf, sendProblem } from './problem.ts';

/** A card's interaction carries the whole message back. */
const BODY_BYTES = 256 * 1024;

export function addSlackRoutes(app: FastifyInstance, slack: Pick<SlackDoor, 'receive'>): void {
  // In a scope of its own: no other route learns to read forms (threat D3).
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    scope.post('/v1/slack/interactions', { bodyLimit: BODY_BYTES }, async (request, reply) => {
      const { body } = request;
      const check = Buffer.isBuffer(body)
        ? slack.receive({
            timestamp: single(request, 'x-slack-request-timestamp'),
            signature: single(request, 'x-slack-signature'),
            body,
          })
        : 'forged';
      if (check === 'genuine') return reply.code(200).send();
      if (check === 'busy') return sendProblem(reply, problemOf(503, 'SHUTTING_DOWN', 'too much at once: try again'));
      // Which of the three it was helps nobody but a forger.
      return sendProblem(reply, problemOf(401, 'APPROVER_REFUSED', 'the signature is not valid'));
    });
  });
}

function single(request: FastifyRequest, name: string): string | null {
  const values = request.raw.headersDistinct[name] ?? [];
  return values.length === 1 ? (values[0] ?? null) : null;
}
