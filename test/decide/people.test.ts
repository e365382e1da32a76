// Who a person is elsewhere: one person or nobody, and a finding when two claim the same id.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findingsOf, judgeOf, members, policy } from './bundle-fixture.ts';

const READ = policy('read', 'permit(principal, action == Action::"http.read", resource);');

function user(id: string, attrs: Readonly<Record<string, string>>): string {
  return JSON.stringify({ uid: { type: 'User', id }, attrs, parents: [] });
}

function judge(...entities: string[]) {
  return judgeOf({ policies: READ, entities: `[${entities.join(',\n')}]` }, members());
}

describe('ids at other services', () => {
  it('name the one user who has them, by the very attribute and the very value', () => {
    const people = judge(user('fay', { slack: 'U1', oidc: 'sub-1' }), user('leo', { slack: 'U2' }));
    assert.equal(people.userBy('slack', 'U1'), 'fay');
    assert.equal(people.userBy('slack', 'U2'), 'leo');
    assert.equal(people.userBy('oidc', 'sub-1'), 'fay');
    assert.equal(people.userBy('oidc', 'U1'), null);
    assert.equal(people.userBy('slack', 'u1'), null);
    assert.equal(people.userBy('slack', 'U3'), null);
  });

  it('name nobody when two users claim one, and `policy check` says where', () => {
    const both = [user('fay', { slack: 'U1' }), user('eve', { slack: 'U1' })];
    assert.equal(judge(...both).userBy('slack', 'U1'), null);
    const [finding, ...more] = findingsOf({ policies: READ, entities: `[\n${both.join(',\n')}]` });
    assert.match(finding ?? '', /^entities\.json:3:1: warning: slack "U1" is claimed by 2 users \(fay, eve\), so it is nobody's/);
    assert.deepEqual(more, []);
  });

  it('are never empty, and never of anything but a user', () => {
    const people = judge(
      user('fay', { slack: '' }),
      '{ "uid": { "type": "Account", "id": "a" }, "attrs": { "currency": "U1" } }',
    );
    assert.equal(people.userBy('slack', ''), null);
    assert.equal(people.userBy('slack', 'U1'), null);
  });

  it('follow the names of JavaScript no further than the entities do', () => {
    assert.equal(judge(user('fay', {})).userBy('slack', '__proto__'), null);
  });
});
