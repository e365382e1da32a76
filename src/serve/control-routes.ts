// Every use case of the operator as one route: a JSON object in, `{result}` or `{error}` out.

import type { FastifyInstance, FastifyReply } from 'fastify';
import { toInterlockError } from '../errors.ts';
import { asciiJson } from './ascii-json.ts';
import type { KeyChangeRequest } from '../record/key-rotation.ts';
import type { PromoteRequest, RefusedRequest, RollbackRequest } from '../rollout/bundle-changer.ts';
import type { BundleQuery } from './bundle-page.ts';
import { body, result } from './control-route.ts';
import { addReadingRoutes } from './control-reading.ts';
import type { EraseRequest } from '../record/eraser.ts';
import type { Operator, Said, VerifyOptions } from './operator.ts';
import { addProofControls } from './proof-controls.ts';
import { addStorageControls } from './storage-controls.ts';
import { thrownProblem } from './problem.ts';
import { createTicketStreams } from './ticket-stream.ts';

type Verified = Omit<VerifyOptions, 'onProgress' | 'onState'> & {
  /** The caller keeps where the walk is. */
  readonly states?: boolean;
};
/** A state and the checkpoints. */
const VERIFY_BYTES = 4 * 1024 * 1024;

const KEPT_NOTES = {
  type: 'array',
  maxItems: 64,
  items: {
    type: 'object',
    required: ['source', 'note'],
    additionalProperties: false,
    properties: { source: { type: 'string', maxLength: 1024 }, note: { type: 'string', maxLength: 16_384 } },
  },
} as const;
const NAME = { type: 'string', maxLength: 128 } as const;
const NAMES = { type: 'array', items: NAME, maxItems: 100 } as const;
const PATH = { type: 'string', minLength: 1, maxLength: 4_096 } as const;
const SAID = {
  type: 'object',
  additionalProperties: false,
  properties: { edit: NAME, scope: { type: 'boolean' }, reason: { type: 'string', maxLength: 1_000 } },
} as const;
const TOKEN = { type: 'string', maxLength: 128 } as const;

export function addControlRoutes(app: FastifyInstance, operator: Operator): void {
  app.post<{ Body: { name: string; teams: string[]; user: string | null } }>(
    '/addAgent',
    body({ name: NAME, teams: NAMES, user: { ...NAME, nullable: true } }),
    ({ body: { name, teams, user } }) => result(operator.addAgent(name, { teams, user })),
  );
  app.post<{ Body: { name: string; groups: string[] } }>(
    '/addUser',
    body({ name: NAME, groups: NAMES }),
    ({ body: { name, groups } }) => result(operator.addUser(name, { groups })),
  );
  const byName = {
    rotateAgent: operator.rotateAgent,
    revokeAgent: operator.revokeAgent,
    openSession: operator.openSession,
    rotateUser: operator.rotateUser,
    revokeUser: operator.revokeUser,
  };
  for (const [route, run] of Object.entries(byName)) {
    app.post<{ Body: { name: string } }>(`/${route}`, body({ name: NAME }), ({ body: { name } }) => result<unknown>(run(name)));
  }
  app.post('/listAgents', body({}), () => result(operator.listAgents()));
  app.post('/listUsers', body({}), () => result(operator.listUsers()));
  addTicketRoutes(app, operator);
  addPlanRoutes(app, operator);
  addLedgerRoutes(app, operator);
  addReadingRoutes(app, operator);
  addShadowRoutes(app, operator);
  addBundleRoutes(app, operator);
  addProofControls(app, operator);
  addStorageControls(app, operator);
}

function addTicketRoutes(app: FastifyInstance, operator: Operator): void {
  app.post<{ Body: { state?: string; agent?: string } }>(
    '/listTickets',
    body({}, { state: NAME, agent: NAME }),
    ({ body: filter }) => result(operator.listTickets(filter)),
  );
  app.post<{ Body: { id: string } }>('/showTicket', body({ id: NAME }), ({ body: { id } }) => result(operator.showTicket(id)));
  app.post<{ Body: { id: string; decision: 'approve' | 'deny'; token: string; said?: Said } }>(
    '/decideTicket',
    body({ id: NAME, decision: { enum: ['approve', 'deny'] }, token: TOKEN }, { said: SAID }),
    ({ body: { id, decision, token, said } }) => result(operator.decideTicket(id, decision, token, said)),
  );
  const streams = createTicketStreams(operator);
  app.post('/watchTickets', body({}), (_request, reply) => streams.open(reply, errorAnswer));
  app.post('/listGrants', body({}), () => result(operator.listGrants()));
  app.post<{ Body: { id: string } }>('/revokeGrant', body({ id: NAME }), async ({ body: { id } }) => {
    await operator.revokeGrant(id);
    return { result: null };
  });
}

function addPlanRoutes(app: FastifyInstance, operator: Operator): void {
  app.post<{ Body: { state?: string; agent?: string } }>(
    '/listPlans',
    body({}, { state: NAME, agent: NAME }),
    ({ body: filter }) => result(operator.listPlans(filter)),
  );
  app.post<{ Body: { id: string } }>('/showPlan', body({ id: NAME }), ({ body: { id } }) => result(operator.showPlan(id)));
  app.post<{ Body: { id: string } }>('/revokePlan', body({ id: NAME }), ({ body: { id } }) => result(operator.revokePlan(id)));
}

function addShadowRoutes(app: FastifyInstance, operator: Operator): void {
  app.post<{ Body: { policiesDir: string } }>('/startShadow', body({ policiesDir: PATH }), ({ body: { policiesDir } }) =>
    result(operator.startShadow(policiesDir)),
  );
  app.post('/stopShadow', body({}), async () => {
    await operator.stopShadow();
    return { result: null };
  });
  app.post('/showShadow', body({}), () => result(operator.showShadow()));
}

const WHO = {
  token: { ...TOKEN, nullable: true },
  osUser: { ...NAME, nullable: true },
  reason: { type: 'string', maxLength: 1_000 },
} as const;
const REQUEST = {
  ...WHO,
  before: { ...NAME, maxLength: 129, nullable: true },
  overwrite: { type: 'boolean' },
} as const;

function addBundleRoutes(app: FastifyInstance, operator: Operator): void {
  const page = { before: { type: 'integer', minimum: 0 }, limit: { type: 'integer', minimum: 1, maximum: 200 } };
  app.post<{ Body: BundleQuery }>('/bundleHistory', body({}, page), ({ body: query }) => result(operator.bundleHistory(query)));
  app.post<{ Body: PromoteRequest }>(
    '/promoteBundle',
    body({ ...REQUEST, directory: PATH, expected: { ...NAME, maxLength: 129 } }),
    ({ body: request }) => result(operator.promoteBundle(request)),
  );
  app.post<{ Body: RollbackRequest }>('/rollbackBundle', body({ ...REQUEST, digest: NAME }), ({ body: request }) =>
    result(operator.rollbackBundle(request)),
  );
  app.post<{ Body: RefusedRequest }>(
    '/refuseBundle',
    body({
      ...WHO,
      directory: PATH,
      digest: { type: 'string', pattern: '^[0-9a-f]{64}$' },
      note: { type: 'string', maxLength: 1_000 },
    }),
    ({ body: request }) => result(operator.refuseBundle(request)),
  );
}

function addLedgerRoutes(app: FastifyInstance, operator: Operator): void {
  app.post('/listBudgets', body({}), () => result(operator.listBudgets()));
  app.post<{ Body: { count: number } }>('/tailLedger', body({ count: { type: 'integer', minimum: 0 } }), ({ body: { count } }) =>
    result(operator.tailLedger(count)),
  );
  app.post<{ Body: { from: number; count: number } }>(
    '/readVerdicts',
    body({ from: { type: 'integer', minimum: 0 }, count: { type: 'integer', minimum: 1 } }),
    ({ body: { from, count } }) => result(operator.readVerdicts(from, count)),
  );
  app.post<{ Body: { id: string } }>('/showEntry', body({ id: NAME }), ({ body: { id } }) => result(operator.showEntry(id)));
  app.post<{ Body: Verified }>(
    '/verifyLedger',
    {
      ...body(
        { kept: KEPT_NOTES },
        {
          publicKey: { type: 'string', minLength: 44, maxLength: 44 },
          resume: { type: 'string', maxLength: 1024 * 1024 },
          states: { type: 'boolean' },
        },
      ),
      bodyLimit: VERIFY_BYTES,
    },
    ({ body: how }, reply) => streamVerify(operator, how, reply),
  );
  app.post('/anchorLedger', body({}), () => result(operator.anchorLedger()));
  app.post('/exportStatus', body({}), () => result(operator.exportStatus()));
  app.post('/ledgerKeys', body({}), () => result(operator.ledgerKeys()));
  app.post<{ Body: EraseRequest }>(
    '/eraseValues',
    body(
      { reason: { type: 'string', minLength: 1, maxLength: 1024 }, osUser: { ...NAME, nullable: true } },
      {
        entry: { type: 'integer', minimum: 0 },
        places: { type: 'array', items: { type: 'string', maxLength: 512 }, maxItems: 512 },
        subject: { type: 'string', minLength: 1, maxLength: 2_048 },
      },
    ),
    ({ body: request }) => result(operator.eraseValues(request)),
  );
  app.post<{ Body: KeyChangeRequest }>(
    '/rotateLedgerKey',
    body({
      reason: { type: 'string', minLength: 1, maxLength: 1024 },
      osUser: { type: 'string', nullable: true, maxLength: 128 },
    }),
    ({ body: request }) => result(operator.rotateLedgerKey(request)),
  );
}

/** A long walk: one line of JSON for each step of progress, the last one with the report or the error (NDJSON). */
async function streamVerify(operator: Operator, { states = false, ...how }: Verified, reply: FastifyReply): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  raw.on('error', () => raw.destroy());
  raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const line = (value: object): void => void raw.write(`${asciiJson(value)}\n`);
  try {
    const onProgress = (done: number, total: number): void => line({ progress: [done, total] });
    const onState = (state: string): void => line({ state });
    line({ result: await operator.verifyLedger({ ...how, onProgress, ...(states ? { onState } : {}) }) });
  } catch (thrown) {
    line(errorAnswer(thrown));
  }
  raw.end();
}

/** Holding the socket is the administrator's authority, so even an INTERNAL error is told in its own words. */
export function errorAnswer(thrown: unknown): {
  readonly status: number;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | undefined };
} {
  const { status, code, detail, hint } = thrownProblem(thrown);
  return { status, error: { code, message: code === 'INTERNAL' ? toInterlockError(thrown).message : detail, hint } };
}
