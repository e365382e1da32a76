// The control socket's routes for what is handed to an auditor.

import type { FastifyInstance } from 'fastify';
import type { DiscloseRequest, ProofDesk, ProveRequest } from './proof-desk.ts';

const ID = { type: 'string', maxLength: 16 } as const;
const FLAG = { type: 'boolean' } as const;
const NOTE = { type: 'string', maxLength: 65_536 } as const;
const NAME_OR_NONE = { type: 'string', maxLength: 128, nullable: true } as const;
const PROVE = { id: ID, bundle: FLAG, related: FLAG, since: { ...NOTE, nullable: true } } as const;
const DISCLOSE = {
  ...PROVE,
  fields: { type: 'array', maxItems: 64, items: { type: 'string', maxLength: 256 } },
  token: NAME_OR_NONE,
  osUser: NAME_OR_NONE,
  reason: { type: 'string', maxLength: 1_000 },
} as const;

export function addProofControls(app: FastifyInstance, desk: ProofDesk): void {
  app.post<{ Body: ProveRequest }>('/proveEntry', taking(PROVE), async ({ body }) => ({ result: await desk.proveEntry(body) }));
  app.post<{ Body: DiscloseRequest }>('/discloseEntry', taking(DISCLOSE), async ({ body }) => ({
    result: await desk.discloseEntry(body),
  }));
  app.post<{ Body: { older: string; newer: string | null } }>(
    '/proveConsistency',
    taking({ older: NOTE, newer: { ...NOTE, nullable: true } }),
    async ({ body: { older, newer } }) => ({ result: await desk.proveConsistency(older, newer) }),
  );
}

function taking(properties: Readonly<Record<string, object>>) {
  return { schema: { body: { type: 'object', additionalProperties: false, required: Object.keys(properties), properties } } };
}
