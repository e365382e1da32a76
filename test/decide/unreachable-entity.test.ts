// Entities that no request is ever about: hosts that are written otherwise, and lists that nobody is in.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unreachableEntity } from '../../src/decide/unreachable-entity.ts';

const HOSTS = new Set(['Host']);

function problem(op: 'equal' | 'in', type: string, id: string, parents: readonly string[] = []): string | null {
  const uid = { type, id };
  const test = op === 'in' ? ({ op, uid, type: null } as const) : ({ op, uid } as const);
  return unreachableEntity(test, HOSTS, new Set(parents))?.message ?? null;
}

test('names of hosts, domains and repositories are taken as requests have them', () => {
  assert.match(problem('equal', 'Host', 'API.example.com') ?? '', /not in lower case/);
  assert.match(problem('equal', 'Repo', 'github.com/Acme/Site') ?? '', /not in lower case/);
  assert.match(problem('equal', 'Host', 'https://api.example.com') ?? '', /an address and no name/);
  assert.match(problem('in', 'Domain', '*.example.com') ?? '', /letter by letter/);
  assert.match(problem('equal', 'Host', 'api.example.com/v1') ?? '', /no name of a host/);
  assert.match(problem('equal', 'Host', 'api.example.com:443') ?? '', /usual port/);
  for (const id of ['api.example.com', 'api.example.com:8443', 'api.example.com:80', '[::1]:8080', 'localhost:3000'])
    assert.equal(problem('equal', 'Host', id), null, id);
  assert.equal(problem('equal', 'Account', 'acct_1AbC'), null);
});

test('a list that entities.json gives to nobody has nobody in it', () => {
  assert.match(problem('in', 'HostList', 'modles') ?? '', /nothing is in HostList::"modles"/);
  assert.equal(problem('in', 'HostList', 'models', ['HostList::models']), null);
  assert.equal(problem('in', 'Team', 'anybody'), null);
  assert.equal(problem('in', 'Domain', 'example.com'), null);
  assert.equal(problem('in', 'Host', 'api.example.com'), null);
});
