// Keys tell every two questions apart that read anything different.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { questionKey } from '../../src/decide/question-key.ts';
import { docketFor, policy, principal, request } from './bundle-fixture.ts';

const NOTHING = docketFor(policy('p', 'permit(principal, action == Action::"http.read", resource);'));
const PATH = docketFor(
  policy('p', 'permit(principal, action == Action::"http.read", resource) when { context.path like "/a*" };'),
);
const ALL = docketFor(
  policy(
    'p',
    `permit(principal in Team::"t", action, resource in Domain::"example.com")
  when { principal has user && context.path == context.host || (context has tags && context.tags.contains("x")) || (context has size && context.size > 1) };`,
    '',
  ),
);
describe('a key', () => {
  it('is the same for all that the slice does not read', () => {
    assert.equal(
      questionKey(NOTHING, principal('a'), request('http.read', 'x')),
      questionKey(NOTHING, principal('b'), request('http.read', 'y', { path: '/z' })),
    );
    assert.equal(
      questionKey(PATH, principal('a'), request('http.read', 'x')),
      questionKey(PATH, principal('b'), request('http.read', 'y')),
    );
    assert.notEqual(
      questionKey(PATH, principal(), request('http.read', 'x')),
      questionKey(PATH, principal(), request('http.read', 'x', { path: '/z' })),
    );
  });
});

const word = fc.constantFrom('', 'a', 'b', 'ab', '1:a', '-', 's1:a', '|', '0', '2!');
const asked = fc.record({
  agent: word,
  user: fc.option(word, { nil: null }),
  teams: fc.array(word, { maxLength: 3 }),
  id: word,
  parents: fc.array(fc.record({ type: word, id: word }), { maxLength: 3 }),
  facts: fc.record({
    host: word,
    path: word,
    size: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    tags: fc.option(fc.array(word, { maxLength: 2 }), { nil: undefined }),
  }),
});
const keyOf = (each: {
  agent: string;
  user: string | null;
  teams: string[];
  id: string;
  parents: { type: string; id: string }[];
  facts: { host: string; path: string; size: number | undefined; tags: string[] | undefined };
}): string => {
  const { size, tags, ...facts } = each.facts;
  const action = {
    name: 'http.read',
    resource: { type: 'Host', id: each.id },
    parents: each.parents,
    facts: { ...facts, ...(size === undefined ? {} : { size }), ...(tags === undefined ? {} : { tags }) },
  };
  return questionKey(ALL, principal(each.agent, { user: each.user, teams: each.teams }), action);
};

describe('two keys', () => {
  it('are the same only for questions that read the same (INVARIANT)', () => {
    fc.assert(
      fc.property(
        asked,
        asked,
        (one, other) => (keyOf(one) === keyOf(other)) === (JSON.stringify(one) === JSON.stringify(other)),
      ),
      { numRuns: 3_000 },
    );
    assert.notEqual(
      keyOf({
        agent: 'x',
        user: null,
        teams: ['a'],
        id: 'b',
        parents: [{ type: 'c', id: 'd' }],
        facts: { host: '', path: '', size: undefined, tags: undefined },
      }),
      keyOf({
        agent: 'x',
        user: null,
        teams: ['a', 'b', 'c'],
        id: 'd',
        parents: [],
        facts: { host: '', path: '', size: undefined, tags: undefined },
      }),
    );
  });

  it('differ for each single thing that is read, and however it is spread', () => {
    type Change = Partial<Parameters<typeof keyOf>[0]>;
    const facts = { host: 'h', path: 'p', size: undefined, tags: undefined };
    const base = { agent: 'a', user: null, teams: ['ab', 'c'], id: 'i', parents: [{ type: 'T', id: 'ab' }], facts };
    const changes: readonly Change[] = [
      {},
      { agent: 'b' },
      { user: 'a' },
      { user: '-' },
      { teams: ['a', 'bc'] },
      { teams: ['abc'] },
      { teams: [] },
      { id: 'j' },
      { parents: [] },
      { parents: [{ type: 'T', id: 'b' }] },
      { parents: [{ type: 'Ta', id: 'b' }] },
      { facts: { ...facts, host: 'hp', path: '' } },
      { facts: { ...facts, host: '', path: 'hp' } },
      { facts: { ...facts, size: 1 } },
      { facts: { ...facts, tags: ['a', 'b'] } },
      { facts: { ...facts, tags: ['ab'] } },
      { facts: { ...facts, tags: [] } },
    ];
    const keys = changes.map((change) => keyOf({ ...base, ...change }));
    assert.deepEqual(
      keys.map((key) => keys.indexOf(key)),
      keys.map((_, at) => at),
    );
    const asks = request('http.read', 'x');
    const other = { ...asks, resource: { type: 'Account', id: asks.resource.id } };
    assert.notEqual(questionKey(NOTHING, principal(), asks), questionKey(NOTHING, principal(), other));
    assert.notEqual(
      questionKey(NOTHING, principal(), asks),
      questionKey({ ...NOTHING, number: NOTHING.number + 1 }, principal(), asks),
    );
  });
});
