// A candidate bundle beside the one in force: started, changed, rejected and stopped, each told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCandidate, startConfigured } from '../../src/rollout/candidate.ts';
import type { CandidateEvent } from '../../src/rollout/candidate.ts';
import { bundleFolder, directoryOf, members, policy, principal, request } from '../decide/bundle-fixture.ts';
import { NO_BUDGETS } from '../support/exchange.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { waitFor } from '../support/wait-for.ts';

const READ = policy('read', 'permit(principal, action == Action::"http.read", resource);');
const NONE = policy('none', 'forbid(principal, action == Action::"http.read", resource);');

function open() {
  const events: CandidateEvent[] = [];
  const candidate = createCandidate({ directory: directoryOf(members()), onEvent: (event) => events.push(event) });
  const verdict = (): string | undefined => candidate.judge(principal(), [request('http.read')], NO_BUDGETS)?.verdict;
  return { candidate, events, verdict };
}

test('judges by its files as they are, until it is stopped', async () => {
  using folder = bundleFolder(READ);
  const { candidate, events, verdict } = open();
  assert.equal(verdict(), undefined);
  const { digest } = await candidate.start(folder.path);
  assert.equal(verdict(), 'ALLOW');
  folder.write('main.cedar', NONE);
  await waitFor(() => verdict() === 'BLOCK' || undefined);
  assert.notEqual(candidate.state?.digest, digest);
  candidate.stop();
  assert.deepEqual([verdict(), candidate.state], [undefined, null]);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['started', 'changed', 'stopped'],
  );
});

test('a broken one is told and refused; the one before goes on', async () => {
  using good = bundleFolder(READ);
  using broken = bundleFolder('permit(');
  const { candidate, events, verdict } = open();
  await candidate.start(good.path);
  await throwsWithCode('BUNDLE_INVALID', () => candidate.start(broken.path));
  assert.equal(verdict(), 'ALLOW');
  assert.deepEqual(
    events.map(({ kind, policiesDir }) => [kind, policiesDir]),
    [
      ['started', good.path],
      ['rejected', broken.path],
    ],
  );
  candidate.stop();
});

test('a configured one that is broken is no reason not to start', async () => {
  using broken = bundleFolder('permit(');
  const { candidate, events } = open();
  await startConfigured(candidate, broken.path);
  await startConfigured(candidate, null);
  assert.deepEqual([candidate.state, events.length], [null, 1]);
});
