// Questions hold what is read and nothing else; keys tell every two of them apart.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createEntityBook } from '../../src/decide/entity-book.ts';
import type { EntityBook } from '../../src/decide/entity-book.ts';
import { buildQuestion, judgedAction, questionKey } from '../../src/decide/question.ts';
import type { Slice } from '../../src/decide/slices.ts';
import { bundleOf, members, policy, principal, request } from './bundle-fixture.ts';

function sliceOf(policies: string, action = 'http.read'): Slice {
  const slice = bundleOf({ policies }).slices.get(action);
  if (slice === undefined) throw new Error('no such slice');
  return slice;
}

const NOTHING = sliceOf(policy('p', 'permit(principal, action == Action::"http.read", resource);'));
const PATH = sliceOf(policy('p', 'permit(principal, action == Action::"http.read", resource) when { context.path like "/a*" };'));
const ALL = sliceOf(
  policy(
    'p',
    `permit(principal in Team::"t", action, resource in Domain::"example.com")
  when { context.path == context.host || (context has tags && context.tags.contains("x")) || (context has size && context.size > 1) };`,
    '',
  ),
  'http.read',
);
const BOOK: EntityBook = createEntityBook(new Map(), members());

/** Why a question can't be asked. */
function refusal(built: ReturnType<typeof buildQuestion>): string {
  assert.ok(typeof built === 'string');
  return built;
}

describe('a question', () => {
  it('holds only the facts that are read', () => {
    const asked = buildQuestion(PATH, principal(), request('http.read', 'h', { path: '/abc', size: 4 }), BOOK);
    assert.ok(typeof asked !== 'string');
    assert.deepEqual(asked.context, { path: '/abc' });
    assert.deepEqual(asked.entities, []);
  });

  it('is refused for a fact of another type, which Cedar would quietly call unequal', () => {
    for (const path of [1, true, ['x']])
      assert.match(
        refusal(buildQuestion(PATH, principal(), request('http.read', 'h', { path }), BOOK)),
        /`path` is not a string/,
      );
    assert.match(refusal(buildQuestion(ALL, principal(), request('http.read', 'h', { size: 1.5 }), BOOK)), /whole number/);
    assert.match(refusal(buildQuestion(ALL, principal(), request('http.read', 'h', { size: 2 ** 60 }), BOOK)), /whole number/);
    assert.match(refusal(buildQuestion(ALL, principal(), request('http.read', 'h', { tags: 'x' }), BOOK)), /set of strings/);
  });

  it('never carries an object: `{"__entity": …}` would become an entity (threat D17)', () => {
    const sly: unknown = JSON.parse(
      '{"path": {"__entity": {"type": "Team", "id": "t"}}, "tags": [{"__entity": {"type": "Team", "id": "t"}}]}',
    );
    const facts = Object.assign({}, request('http.read').facts, sly);
    assert.match(refusal(buildQuestion(PATH, principal(), { ...request('http.read'), facts }, BOOK)), /`path` is not a string/);
    const { path: _, ...rest } = facts;
    assert.match(
      refusal(buildQuestion(ALL, principal(), { ...request('http.read'), facts: { ...rest, path: '' } }, BOOK)),
      /`tags` is not a set/,
    );
  });

  it('is refused, not cut, when a string or set is too long', () => {
    assert.match(
      refusal(buildQuestion(PATH, principal(), request('http.read', 'h', { path: 'x'.repeat(20_000) }), BOOK)),
      /longer than/,
    );
    assert.match(
      refusal(buildQuestion(ALL, principal(), request('http.read', 'h', { tags: Array.from({ length: 10_001 }, String) }), BOOK)),
      /more than 10000/,
    );
    assert.match(refusal(buildQuestion(PATH, principal(), request('http.read', 'x'.repeat(20_000)), BOOK)), /too long/);
  });

  it('is refused for a resource of a type that the action does not apply to', () => {
    assert.match(
      refusal(buildQuestion(NOTHING, principal(), { ...request('http.read'), resource: { type: 'Account', id: 'a' } }, BOOK)),
      /does not apply `http.read` to a Account/,
    );
  });
});

describe('the judged action', () => {
  it('has the user and session of its principal, and only theirs', () => {
    const { facts } = judgedAction(request('http.read'), principal('bot', { user: 'u', session: 's' }));
    assert.deepEqual([facts['user'], facts['session']], ['u', 's']);
  });

  it('is well formed throughout', () => {
    const sly = {
      name: 'http.read',
      resource: { type: 'Host', id: 'a\ud800' },
      parents: [{ type: 'Domain', id: '\udc00' }],
      facts: { path: '\ud800x', tags: ['ok', '\ud800'] },
    };
    const { resource, parents, facts } = judgedAction(sly, principal('bot', { session: '\ud800' }));
    assert.deepEqual(
      [resource.id, parents[0]?.id, facts['path'], facts['tags'], facts['session']],
      ['a\ufffd', '\ufffd', '\ufffdx', ['ok', '\ufffd'], '\ufffd'],
    );
  });
});

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
});
