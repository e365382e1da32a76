// Where a re-routed push may land.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agentBranch, chooseLanding } from '../../src/enforce/agent-branch.ts';
import type { PullState } from '../../src/enforce/pull-api.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const OPEN: PullState = { kind: 'open', pull: { name: 'pull request #1', url: 'u' } };

interface Scene {
  readonly refs: Record<string, string>;
  readonly states?: Record<string, PullState>;
  readonly forward?: readonly string[];
  readonly taken?: readonly string[];
}

async function choose(scene: Scene): Promise<string> {
  const landing = await chooseLanding({
    stem: 'agent/bot/main',
    advertisement: {
      refs: new Map(Object.entries(scene.refs).map(([name, oid]) => [`refs/heads/${name}`, oid])),
      capabilities: [],
    },
    taken: new Set(scene.taken ?? []),
    descendsFrom: (tip) => (scene.forward ?? Object.values(scene.refs)).includes(tip),
    stateOf: async (branch) => scene.states?.[branch] ?? { kind: 'none' },
  });
  return `${landing.branch}${landing.tip === null ? '' : ` from ${landing.tip}`}`;
}

describe('a landing', () => {
  it('is the first name when that is free', async () => assert.equal(await choose({ refs: { main: 'm' } }), 'agent/bot/main'));
  it('is the branch whose pull request is open, the newest first', async () => {
    const refs = { 'agent/bot/main': 'a', 'agent/bot/main-2': 'b', 'agent/bot/main-3': 'c' };
    assert.equal(await choose({ refs, states: { 'agent/bot/main': OPEN, 'agent/bot/main-2': OPEN } }), 'agent/bot/main-2 from b');
  });
  it('is the next name when none is open', async () => {
    assert.equal(await choose({ refs: { 'agent/bot/main': 'a' } }), 'agent/bot/main-2');
    assert.equal(await choose({ refs: { 'agent/bot/main': 'a', 'agent/bot/main-2': 'b' } }), 'agent/bot/main-3');
  });
  it('is never a branch that would lose commits', async () => {
    assert.equal(
      await choose({ refs: { 'agent/bot/main': 'a' }, states: { 'agent/bot/main': OPEN }, forward: [] }),
      'agent/bot/main-2',
    );
  });
  it('goes forward where nobody can tell whether a pull request is open', async () => {
    assert.equal(
      await choose({ refs: { 'agent/bot/main': 'a' }, states: { 'agent/bot/main': { kind: 'unknown', reason: 'x' } } }),
      'agent/bot/main from a',
    );
  });
  it('is no name that the same push writes, and none that git could not store', async () => {
    assert.equal(await choose({ refs: {}, taken: ['refs/heads/agent/bot/main'] }), 'agent/bot/main-2');
    assert.equal(await choose({ refs: { 'agent/bot/main/x': 'a' } }), 'agent/bot/main-2');
  });
  it('ends somewhere', async () => {
    const names = ['agent/bot/main', ...Array.from({ length: 98 }, (_, index) => `agent/bot/main-${index + 2}`)];
    await throwsWithCode('CONSTRAINT_FAILED', () => choose({ refs: Object.fromEntries(names.map((name) => [name, 'x'])) }));
  });
});

describe('an agent’s branch', () => {
  it('is a branch name whatever the agent is called', () => {
    assert.equal(agentBranch('agent/', 'bot', 'feature/x'), 'agent/bot/feature/x');
    assert.match(agentBranch('agent/', '../../main', 'main'), /^agent\/main-[0-9a-f]{8}\/main$/);
  });
  it('is refused when the prefix makes it none', async () => {
    for (const prefix of ['agent//', '../', 'a b/', `${'x'.repeat(300)}/`])
      await throwsWithCode('CONSTRAINT_FAILED', () => agentBranch(prefix, 'bot', 'main'));
  });
});
