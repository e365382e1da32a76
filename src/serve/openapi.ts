// The OpenAPI 3.1 document of the console's API, made of the routes themselves.

import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { version } from '../version.ts';
import type { SessionCookie } from './session-cookie.ts';

/** To be called before the first route is added: it listens for them. */
export async function describeRoutes(app: FastifyInstance, cookie: SessionCookie): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Interlock console',
        version: version(),
        description: 'For approvers and operators, on console.listen. Errors are application/problem+json (RFC 9457).',
      },
      tags: [
        { name: 'session', description: 'Coming in and leaving' },
        { name: 'tickets', description: 'What waits for people' },
        { name: 'grants', description: 'Approvals not yet used' },
        { name: 'plans', description: 'What agents were let do, step by step' },
        { name: 'ledger', description: 'What happened' },
        { name: 'house', description: 'Agents, users and the bundle' },
      ],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: "An approver's token: `interlock users add NAME` prints one." },
          session: { type: 'apiKey', in: 'cookie', name: cookie.name, description: 'Set by POST /v1/session.' },
          csrf: { type: 'apiKey', in: 'header', name: 'X-Interlock-CSRF', description: 'Given by GET /v1/session.' },
        },
      },
    },
    refResolver: { buildLocalReference: (schema, _base, _fragment, index) => String(schema['$id'] ?? `shape-${index}`) },
  });
}

/** GET /v1/openapi.json, for everybody: it tells nothing that the source does not. */
export function addOpenApiRoute(app: FastifyInstance): void {
  app.get('/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
