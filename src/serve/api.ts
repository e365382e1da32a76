// The API on the console's listener, put together: who calls, tickets for approvers, and the views for operators.

import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { OpenTicketBook } from '../approve/ticket-book.ts';
import type { Enforcement, OidcConfig } from '../config/config.ts';
import type { ReloadableJudge } from '../decide/judge-engine.ts';
import type { Directory } from '../identify/directory.ts';
import { addBudgetRoutes, type BudgetRouteDeps } from './budget-routes.ts';
import { addBundleRoutes, type BundleRouteDeps } from './bundle-routes.ts';
import { PROBLEM } from './api-schema.ts';
import { createCallers } from './caller.ts';
import { addEntryRoutes, entriesWith } from './entry-routes.ts';
import { addEventRoutes } from './event-routes.ts';
import type { FailureThrottle } from './failure-throttle.ts';
import { addGrantRoutes } from './grant-routes.ts';
import type { History } from './history.ts';
import { addHouseRoutes } from './house-routes.ts';
import { addPlanRoutes, type PlanRouteDeps } from './plan-routes.ts';
import type { Oidc } from './oidc.ts';
import { addOidcRoutes } from './oidc-routes.ts';
import { addOpenApiRoute, describeRoutes } from './openapi.ts';
import { operatorsOnly } from './operators.ts';
import { createReviewDesk } from '../rollout/review-desk.ts';
import { addReportRoutes, type ReportRouteDeps } from './report-routes.ts';
import { addReviewRoutes } from './review-routes.ts';
import { addProofRoutes, type ProofRouteDeps } from './proof-routes.ts';
import { sessionCookie } from './session-cookie.ts';
import { addSessionRoutes } from './session-routes.ts';
import { createSessions } from './sessions.ts';
import { addShadowRoutes, type ShadowRouteDeps } from './shadow-routes.ts';
import { addStatisticsRoutes } from './statistics-routes.ts';
import { movesIn, type TicketMove } from './ticket-moves.ts';
import { createTicketPoll } from './ticket-poll.ts';
import { addTicketRoutes, type TicketRouteDeps } from './ticket-routes.ts';

export interface ApiOptions extends Pick<TicketRouteDeps, 'bodies'> {
  readonly directory: Pick<Directory, 'authenticateUser' | 'user' | 'agents' | 'users'>;
  readonly tickets: TicketRouteDeps['tickets'] & Pick<OpenTicketBook, 'watch' | 'grants' | 'revokeGrant'>;
  readonly judge: Pick<ReloadableJudge, 'mayRead' | 'state' | 'policies' | 'userBy'>;
  readonly history: History;
  readonly throttle: FailureThrottle;
  readonly enforcement: Enforcement;
  readonly shadow: ShadowRouteDeps['shadow'];
  readonly budgets: BudgetRouteDeps['budgets'];
  readonly plans: PlanRouteDeps['plans'];
  readonly bundles: BundleRouteDeps['bundles'];
  readonly reports: ReportRouteDeps['reports'];
  readonly proofs: ProofRouteDeps['proofs'];
  readonly sessionMinutes: number;
  /** Null: tokens are the only way in. */
  readonly oidc: { readonly config: OidcConfig; readonly client: Oidc } | null;
  readonly log: Pick<Logger, 'warn'>;
}

export interface Api {
  /** Answers what waits, and ends what streams. */
  close(): void;
}

/** `secure`: the console speaks TLS. */
export async function addApi(app: FastifyInstance, options: ApiOptions, secure: boolean): Promise<Api> {
  const { directory, tickets, throttle, judge, history } = options;
  const sessions = createSessions({ directory, minutes: options.sessionMinutes });
  const access = { directory, throttle, sessions, cookie: sessionCookie(secure) };
  const callers = createCallers(access);
  const poll = createTicketPoll({ tickets });
  const operators = operatorsOnly(callers, judge);
  await describeRoutes(app, access.cookie);
  app.addSchema(PROBLEM);
  const { oidc, log } = options;
  addSessionRoutes(app, {
    ...access,
    callers,
    mayRead: judge.mayRead,
    enforcement: options.enforcement,
    oidc: oidc === null ? null : oidc.config,
  });
  if (oidc !== null) addOidcRoutes(app, { ...access, directory, judge, oidc: oidc.client, config: oidc.config, log, secure });
  addTicketRoutes(app, { callers, tickets, poll, bodies: options.bodies, moves: (id) => movesOf(id, history) });
  addGrantRoutes(app, { callers, judge, tickets });
  addEntryRoutes(app, { ...history, operators, bundle: () => ({ digest: judge.state.digest, policies: judge.policies }) });
  addProofRoutes(app, { operators, proofs: options.proofs });
  addStatisticsRoutes(app, { operators, statistics: history.statistics });
  addHouseRoutes(app, { ...history, operators, directory, bundle: () => ({ ...judge.state, listed: judge.policies }) });
  addPlanRoutes(app, { ...history, callers, judge, tickets, plans: options.plans });
  addBudgetRoutes(app, { operators, budgets: options.budgets });
  addBundleRoutes(app, { ...history, operators, bundles: options.bundles, inForce: () => judge.state.digest });
  const review = createReviewDesk({ bundles: options.bundles });
  addReviewRoutes(app, {
    ...history,
    operators,
    review,
    bundle: () => ({ digest: judge.state.digest, policies: judge.policies }),
  });
  addShadowRoutes(app, { ...history, operators, shadow: options.shadow });
  addReportRoutes(app, { operators, reports: options.reports });
  const events = addEventRoutes(app, { ...history, callers, judge, tickets });
  addOpenApiRoute(app);
  return {
    close() {
      poll.close();
      events.close();
      review.close();
    },
  };
}

async function movesOf(ticket: string, { feed, index, ledger }: History): Promise<readonly TicketMove[]> {
  await feed.settled();
  return movesIn(await entriesWith({ kind: 'ticket', value: ticket }, { index, ledger }));
}
