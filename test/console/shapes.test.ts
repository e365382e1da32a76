// The page's idea of what the API answers, held to the gateway's own types: what the compiler lets pass here, the page can read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as Page from '../../console/model/shapes.ts';
import type * as Bundles from '../../console/model/bundle-shapes.ts';
import type * as Reports from '../../console/model/report-shapes.ts';
import type { KeptReport } from '../../src/rollout/report-store.ts';
import type * as Plans from '../../console/model/plan-shapes.ts';
import type { PlanSummary, SeenPlan } from '../../src/plan/seen-plan.ts';
import type { planMoves } from '../../src/serve/plan-moves.ts';
import type { Grant } from '../../src/approve/grant.ts';
import type { FeedEntry } from '../../src/serve/feed-entry.ts';
import type { agentView, userView } from '../../src/serve/directory-view.ts';
import type { ShownBody } from '../../src/serve/shown-body.ts';
import type { BundleMove } from '../../src/serve/bundle-move.ts';
import type { BundleDiff } from '../../src/rollout/bundle-diff.ts';
import type { BundleReview } from '../../src/rollout/review-bundle.ts';
import type { TicketMove } from '../../src/serve/ticket-moves.ts';
import type { SeenTicket } from '../../src/serve/ticket-seen.ts';
import type { Entry } from '../../src/record/entry.ts';
import type { StatisticsView } from '../../src/record/statistics.ts';

/** Does not compile when the gateway's answer is not one that the page reads. */
type Reads<Shape, Answer extends Shape> = Answer;

interface Held {
  readonly ticket: Reads<Page.ListedTicket, SeenTicket>;
  readonly body: Reads<NonNullable<Page.TicketView['body']>, ShownBody>;
  readonly move: Reads<Page.TicketMove, TicketMove>;
  readonly grant: Reads<Page.Grant, Grant>;
  readonly entry: Reads<Omit<Page.FeedEntry, 'verdict'>, FeedEntry>;
  readonly agent: Reads<Page.AgentView, ReturnType<typeof agentView>>;
  readonly user: Reads<Page.UserView, ReturnType<typeof userView>>;
  readonly record: Reads<Omit<Page.LedgerEntry, 'body'>, Entry>;
  readonly plan: Reads<Omit<Plans.PlanSummary, 'mayRevoke'>, PlanSummary>;
  readonly planView: Reads<Omit<Plans.PlanView, 'mayRevoke' | 'moves'>, SeenPlan>;
  readonly planMoves: Reads<Plans.PlanView['moves'], ReturnType<typeof planMoves>>;
  readonly bundleMove: Reads<Omit<Bundles.BundleMove, 'move' | 'load'>, Omit<BundleMove, 'move' | 'load'>>;
  readonly bundleLoad: Reads<Bundles.BundleMove['load'], BundleMove['load']>;
  readonly diff: Reads<Bundles.BundleDiff, BundleDiff>;
  readonly finding: Reads<Omit<Bundles.Finding, 'policy'>, BundleReview['findings'][number]>;
  readonly report: Reads<Reports.Report, KeptReport>;
  readonly coverage: Reads<Bundles.Coverage['coverage'], BundleReview['coverage']>;
  readonly buckets: Reads<Page.Stats['buckets'], StatisticsView['buckets']>;
}

test('every shape is held to its answer', () => {
  const held: Readonly<Record<keyof Held, true>> = {
    ticket: true,
    body: true,
    move: true,
    grant: true,
    entry: true,
    agent: true,
    user: true,
    record: true,
    plan: true,
    planView: true,
    planMoves: true,
    bundleMove: true,
    bundleLoad: true,
    diff: true,
    finding: true,
    report: true,
    coverage: true,
    buckets: true,
  };
  assert.equal(Object.keys(held).length, 18);
});
