// A plan's course on the page: where steps stand, which come in any order, what may differ, and pages read again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundRows, groupsOf, patternText, progressText, refreshed, standingOf } from '../../console/model/plan-progress.ts';
import type { Fate, PlanPattern } from '../../console/model/plan-shapes.ts';
import { plans, planStep, summaryOf } from '../support/console-plans.ts';

const used = (...fates: Fate[]) => planStep(1, { uses: fates.map((fate) => ({ exchange: 'x', at: '', fate })) });

test('a step stands where the worst of its uses says; what was not taken waits, or never comes', () => {
  assert.equal(standingOf(used('confirmed', 'unknown', 'sent'), 'accepted'), 'unknown');
  assert.equal(standingOf(used('confirmed', 'sent'), 'accepted'), 'sent');
  assert.equal(standingOf(used('refused', 'confirmed'), 'completed'), 'refused');
  assert.equal(standingOf(used('confirmed'), 'revoked'), 'done');
  assert.equal(standingOf(planStep(1, { next: true }), 'accepted'), 'next');
  assert.equal(standingOf(planStep(1), 'waiting'), 'later');
  assert.equal(standingOf(planStep(1), 'expired'), 'unused');
  assert.equal(standingOf(planStep(1, { verdict: 'BLOCK' }), 'rejected'), 'blocked');
  assert.equal(standingOf(planStep(1), 'rejected'), 'unused');
});

test('neighbours of one group come in any order', () => {
  const groups = groupsOf([planStep(1), planStep(2, { group: 7 }), planStep(3, { group: 7 }), planStep(4, { group: 8 })]);
  assert.deepEqual(
    groups.map(({ anyOrder, steps }) => [anyOrder, steps.map(({ step }) => step)]),
    [
      [false, [1]],
      [true, [2, 3]],
      [false, [4]],
    ],
  );
  assert.deepEqual(groupsOf([]), []);
});

const refund = (change: Partial<PlanPattern> = {}): PlanPattern => ({
  action: 'payment.refund',
  resource: { type: 'Account', id: 'stripe' },
  facts: { currency: 'USD', minorPerMajor: 100 },
  bounds: { amountMinor: { atMost: 50_000 } },
  ...change,
});

test('bounds: money as money, lists as what they may hold, and whatever may be anything', () => {
  assert.equal(patternText(refund()), 'Refund up to 500.00 USD');
  assert.equal(
    patternText(refund({ facts: { amountMinor: 100, currency: 'USD', minorPerMajor: 100 }, bounds: {} })),
    'Refund 1.00 USD',
  );
  assert.deepEqual(boundRows(refund()), [{ label: 'Amount', text: 'at most 500.00 USD' }]);
  const bounds = {
    attachmentCount: { atMost: 1_200 },
    recipients: { within: ['a@example.com'] },
    tags: { within: [] },
    subject: { any: true },
  } as const;
  assert.deepEqual(
    boundRows(refund({ facts: {}, bounds })).map(({ label, text }) => `${label}: ${text}`),
    ['Attachment count: at most 1,200', 'Recipients: only a@example.com', 'Tags: none', 'Subject: any'],
  );
  assert.equal(progressText({ taken: 0, steps: 1 }), '0 of 1 step');
});

test('a first page read again replaces what it covers, and leaves the older ones', () => {
  const rows = plans().map(summaryOf);
  const [first, second, third] = rows;
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  const page = { plans: [{ ...second, state: 'revoked' as const }, third], next: 'more' };
  const fresh = refreshed(rows, page);
  assert.equal(fresh.length, rows.length - 1, 'what the page should hold and does not is gone');
  assert.deepEqual(
    fresh.slice(0, 2).map((row) => [row.id, row.state]),
    [
      [second.id, 'revoked'],
      [third.id, third.state],
    ],
  );
  assert.deepEqual(refreshed(rows, { plans: [third], next: null }), [third]);
});
