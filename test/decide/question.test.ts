// Questions hold what is read and nothing else; keys tell every two of them apart.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEntityBook } from '../../src/decide/entity-book.ts';
import type { EntityBook } from '../../src/decide/entity-book.ts';
import { questionsTo, judgedAction } from '../../src/decide/question.ts';
import { docketFor, members, policy, principal, request } from './bundle-fixture.ts';

const NOTHING = docketFor(policy('p', 'permit(principal, action == Action::"http.read", resource);'));
const PATH = docketFor(
  policy('p', 'permit(principal, action == Action::"http.read", resource) when { context.path like "/a*" };'),
);
const ALL = docketFor(
  policy(
    'p',
    `permit(principal in Team::"t", action, resource in Domain::"example.com")
  when { context.path == context.host || (context has tags && context.tags.contains("x")) || (context has size && context.size > 1) };`,
    '',
  ),
);
const BOOK: EntityBook = createEntityBook(new Map(), members());

/** Why a question can't be asked. */
function refusal(built: ReturnType<typeof questionsTo>): string {
  assert.ok(typeof built === 'string');
  return built;
}

describe('a question', () => {
  it('holds only the facts that are read', () => {
    const asked = questionsTo(PATH, principal(), request('http.read', 'h', { path: '/abc', size: 4 }), BOOK);
    assert.ok(typeof asked !== 'string');
    const { context, entities } = asked(PATH);
    assert.deepEqual({ context, entities }, { context: { path: '/abc' }, entities: [] });
  });

  it('is refused for a fact of another type, which Cedar would quietly call unequal', () => {
    for (const path of [1, true, ['x']])
      assert.match(refusal(questionsTo(PATH, principal(), request('http.read', 'h', { path }), BOOK)), /`path` is not a string/);
    assert.match(refusal(questionsTo(ALL, principal(), request('http.read', 'h', { size: 1.5 }), BOOK)), /whole number/);
    assert.match(refusal(questionsTo(ALL, principal(), request('http.read', 'h', { size: 2 ** 60 }), BOOK)), /whole number/);
    assert.match(refusal(questionsTo(ALL, principal(), request('http.read', 'h', { tags: 'x' }), BOOK)), /set of strings/);
  });

  it('never carries an object: `{"__entity": …}` would become an entity (threat D17)', () => {
    const sly: unknown = JSON.parse(
      '{"path": {"__entity": {"type": "Team", "id": "t"}}, "tags": [{"__entity": {"type": "Team", "id": "t"}}]}',
    );
    const facts = Object.assign({}, request('http.read').facts, sly);
    assert.match(refusal(questionsTo(PATH, principal(), { ...request('http.read'), facts }, BOOK)), /`path` is not a string/);
    const { path: _, ...rest } = facts;
    assert.match(
      refusal(questionsTo(ALL, principal(), { ...request('http.read'), facts: { ...rest, path: '' } }, BOOK)),
      /`tags` is not a set/,
    );
  });

  it('is refused, not cut, when a string or set is too long', () => {
    assert.match(
      refusal(questionsTo(PATH, principal(), request('http.read', 'h', { path: 'x'.repeat(20_000) }), BOOK)),
      /longer than/,
    );
    assert.match(
      refusal(questionsTo(ALL, principal(), request('http.read', 'h', { tags: Array.from({ length: 10_001 }, String) }), BOOK)),
      /more than 10000/,
    );
    assert.match(refusal(questionsTo(PATH, principal(), request('http.read', 'x'.repeat(20_000)), BOOK)), /too long/);
  });

  it('is refused for a resource of a type that the action does not apply to', () => {
    assert.match(
      refusal(questionsTo(NOTHING, principal(), { ...request('http.read'), resource: { type: 'Account', id: 'a' } }, BOOK)),
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
