// Azure DevOps' REST API: completion in every spelling, votes, unread bodies, whose host it is, and refusals.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Action } from '../../../src/classify/action.ts';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { azureDevops, azureDevopsServer } from '../../../src/providers/repo/azure-devops.ts';
import { requestView } from '../../support/request-view.ts';

const R = '/acme/site/_apis/git/repositories/web';

function classify(method: string, path: string, value: unknown, problem: string | null = null): readonly Action[] {
  const view = requestView(method, R + path, { host: 'dev.azure.com', headers: ['Content-Type', 'application/json'] });
  const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return azureDevops.recognise(view)?.classify({ bytes, problem }, NOTHING_KNOWN) ?? [];
}

const names = (method: string, path: string, value: unknown): string[] =>
  classify(method, path, value).map((action) => action.name);

describe('a pull request', () => {
  it('is merged by every status that is not plainly another', () => {
    for (const status of ['completed', 'Completed', 'COMPLETED', 3, '3', 4, 'all', 'notSet', true, {}])
      assert.deepEqual(names('PATCH', '/pullrequests/7', { status }), ['repo.merge'], String(status));
    for (const status of ['active', 'Abandoned'])
      assert.deepEqual(names('PATCH', '/pullrequests/7', { status }), ['repo.pull-request'], status);
  });
  it('is merged later when somebody is named for it, besides whatever else the call does', () => {
    const [first, second] = classify('PATCH', '/pullrequests/7', {
      autoCompleteSetBy: { id: 'x' },
      targetRefName: 'refs/heads/main',
    });
    assert.deepEqual([first?.name, first?.facts['autoMerge'], second?.name], ['repo.merge', true, 'repo.pull-request']);
  });
  it('passes over policies when the options say so in any way but no', () => {
    for (const [bypassPolicy, expected] of [
      [true, true],
      ['true', true],
      [1, true],
      [false, false],
      ['False', false],
    ] as const)
      assert.equal(
        classify('PATCH', '/pullrequests/7', { status: 'completed', completionOptions: { bypassPolicy } })[0]?.facts['bypass'],
        expected,
        String(bypassPolicy),
      );
  });
});

describe('a vote', () => {
  it('approves when it is positive, or no number', () => {
    for (const vote of [10, 5, 1, '10', null])
      assert.deepEqual(names('PUT', '/pullrequests/7/reviewers/x', { vote }), ['repo.approve'], String(vote));
    for (const vote of [0, -5, -10])
      assert.deepEqual(names('PUT', '/pullrequests/7/reviewers/x', { vote }), ['repo.comment'], String(vote));
    assert.deepEqual(names('PUT', '/pullrequests/7/reviewers/x', {}), ['repo.pull-request']);
  });
});

describe('what is missing or of another type', () => {
  it('makes a push unsure', () => {
    const commits = [{ comment: 'm', changes: [{ changeType: 'add', item: { path: '/a' } }] }];
    const refUpdates = [{ name: 'refs/heads/topic', oldObjectId: 'a'.repeat(40) }];
    assert.equal(classify('POST', '/pushes', { refUpdates, commits })[0]?.facts['inspected'], true);
    for (const body of [
      {},
      { refUpdates },
      { commits },
      { refUpdates: [], commits },
      { refUpdates: [7], commits },
      { refUpdates: [{ name: 7 }], commits },
      { refUpdates, commits: [7] },
      { refUpdates, commits: [{ changes: 'all' }] },
      { refUpdates, commits: [{ changes: [{ item: {} }] }] },
      { refUpdates: [{ ...refUpdates[0], NAME: 'refs/heads/main' }], commits },
      '[]',
      '{"refUpdates":[],"refUpdates":[]}',
    ])
      for (const action of classify('POST', '/pushes', body))
        assert.equal(action.facts['inspected'], false, JSON.stringify(body));
  });
  it('makes a list of refs unsure', () => {
    for (const body of ['[]', '{}', '[7]', '[{"name":"main"}]'])
      for (const action of classify('POST', '/refs', body)) assert.equal(action.facts['inspected'], false, body);
  });
});

describe('a body that could not be read', () => {
  it('leaves every action uninspected', () => {
    for (const path of ['/pushes', '/refs', '/pullrequests', '/invented'])
      for (const action of classify('POST', path, '', 'too large')) assert.equal(action.facts['inspected'], false, path);
  });
});

describe('the host', () => {
  it('is Microsoft’s, or any with `_apis` in its path', () => {
    const merge = (host: string) => requestView('PATCH', `${R}/pullrequests/1`, { host });
    for (const host of ['dev.azure.com', 'vsrm.dev.azure.com', 'acme.visualstudio.com']) {
      assert.notEqual(azureDevops.recognise(merge(host)), null, host);
      assert.equal(azureDevopsServer.recognise(merge(host)), null, host);
    }
    assert.notEqual(azureDevopsServer.recognise(merge('tfs.example.com')), null);
    assert.equal(azureDevopsServer.recognise(requestView('POST', '/a/apis/git', { host: 'tfs.example.com' })), null);
  });
});

describe('a refusal', () => {
  it('has the type key and message that clients print', () => {
    const answer = azureDevops.refuse(
      requestView('PATCH', `${R}/pullrequests/1`),
      { kind: 'blocked', reason: 'no', policies: [], entry: null, ticket: null, status: 403 },
      { bytes: Buffer.alloc(0), problem: null },
    );
    const document = JSON.parse(answer.body.toString()) as Record<string, unknown>;
    assert.deepEqual(
      [answer.status, document['message'], document['typeKey']],
      [403, 'Interlock: no', 'GitNeedsPermissionException'],
    );
  });
});
