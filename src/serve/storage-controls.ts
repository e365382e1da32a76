// The control socket's routes for segments and holds.

import type { FastifyInstance } from 'fastify';
import type { HoldRequest, ReleaseRequest } from '../record/holds.ts';
import { body, result } from './control-route.ts';
import type { StorageDesk } from './storage-desk.ts';

const SEQUENCE = { type: 'integer', minimum: 0 } as const;
const WHO = {
  reason: { type: 'string', minLength: 1, maxLength: 1024 },
  osUser: { type: 'string', maxLength: 128, nullable: true },
} as const;

export function addStorageControls(app: FastifyInstance, desk: StorageDesk): void {
  app.post('/listSegments', body({}), () => result(desk.listSegments()));
  app.post('/listHolds', body({}), () => result(desk.listHolds()));
  app.post<{ Body: HoldRequest }>(
    '/addHold',
    body({ from: SEQUENCE, to: { ...SEQUENCE, nullable: true }, ...WHO }),
    ({ body: request }) => result(desk.addHold(request)),
  );
  app.post<{ Body: ReleaseRequest }>(
    '/releaseHold',
    body({ hold: { type: 'string', maxLength: 64 }, ...WHO }),
    ({ body: request }) => result(desk.releaseHold(request)),
  );
}
