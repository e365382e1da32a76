// Whatever a body is made to cost, it ends in actions: no throw, no endless list, and nothing taken for read that was not.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MAX_ACTIONS } from '../../src/classify/action-limits.ts';
import { recognise } from '../../src/classify/registry.ts';
import type { InspectedBody } from '../../src/http/inspected-body.ts';
import { endpoints } from '../support/fixture-folders.ts';
import { readFixture, type FixtureRequest } from '../support/fixture-request.ts';
import { hostileBodies } from '../support/hostile-bodies.ts';

const BODIES = hostileBodies(96 * 1024);
const ENDPOINTS_OF_EACH = 3;

const typeOf = ({ view }: FixtureRequest): string => view.headers.all('content-type').join();
const found = await endpoints(readFixture, typeOf, ENDPOINTS_OF_EACH);

for (const [folder, calls] of Map.groupBy(found, (one) => one.folder)) {
  describe(folder, () => {
    for (const { name, fixture } of calls)
      test(name, () => BODIES.forEach((body) => endsInActions(fixture, body.name, body.bytes)));
  });
}

function endsInActions({ view }: FixtureRequest, name: string, bytes: Buffer): void {
  const recognised = recognise({ ...view, hasBody: true });
  const { actions } = recognised.classify(given(recognised.need, bytes));
  assert.ok(actions.length > 0, name);
  // More than this is refused by propose; nobody may get as far as millions.
  assert.ok(actions.length <= MAX_ACTIONS * 10, `${name}: ${actions.length} actions`);
}

function given(need: ReturnType<typeof recognise>['need'], bytes: Buffer): InspectedBody {
  if (need.kind === 'none') return { bytes: Buffer.alloc(0), problem: null };
  if (need.kind === 'whole') return { bytes, problem: null };
  const size = need.measure(bytes);
  return typeof size === 'number' ? { bytes: bytes.subarray(0, size), problem: null } : { bytes: Buffer.alloc(0), problem: size };
}
