// GitHub's REST API: what fixtures don't show, and refusals as Octokit hears them.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { Octokit } from '@octokit/rest';
import { githubEnterpriseRest, githubRest } from '../../../src/providers/repo/github-rest.ts';
import { routeOf } from '../../../src/providers/repo/github-routes.ts';
import { sendJson, startOrigin } from '../../support/origin.ts';
import { requestView } from '../../support/request-view.ts';

const refusal = { kind: 'blocked', reason: 'main is closed', policies: ['no'], entry: '3', ticket: null, status: 403 } as const;

describe('a route', () => {
  it('holds slashes in branches and files, whichever way they are written', () => {
    for (const path of [
      'contents/a/b/c',
      'git/refs/heads/feature/x',
      'branches/feature/x/rename',
      'branches/a/protection',
      'branches/a/b/protection/enforce_admins',
    ]) {
      const method = path.startsWith('git') ? 'PATCH' : path.endsWith('rename') ? 'POST' : 'PUT';
      assert.notEqual(routeOf(method, path.split('/')), null, path);
    }
  });
  it('is null for what only looks alike', () => {
    for (const path of [
      'contents',
      'git/ref/heads/main',
      'git/commits',
      'pulls/1/files',
      'pulls/1/merge/x',
      'branches/rename',
      'issues/1/timeline',
    ]) {
      assert.equal(routeOf('PUT', path.split('/')), null, path);
    }
  });
});

describe('the hosts of GitHub', () => {
  it('are the API and upload hosts, not the sites beside them', () => {
    const path = '/repos/acme/site/contents/a';
    for (const host of ['api.github.com', 'uploads.github.com', 'api.acme.ghe.com'])
      assert.notEqual(githubRest.recognise(requestView('PUT', path, { host })), null, host);
    assert.equal(githubRest.recognise(requestView('PUT', path, { host: 'acme.ghe.com' })), null);
    assert.equal(githubEnterpriseRest.recognise(requestView('PUT', path, { host: 'git.example.com' })), null);
    assert.notEqual(githubEnterpriseRest.recognise(requestView('PUT', `/api/v3${path}`, { host: 'git.example.com' })), null);
  });
  it('make a GET with a body, or with an override, no plain read', () => {
    const host = 'api.github.com';
    assert.equal(githubRest.recognise(requestView('GET', '/repos/a/b', { host, hasBody: false })), null);
    assert.notEqual(githubRest.recognise(requestView('GET', '/repos/a/b', { host })), null);
    assert.notEqual(
      githubRest.recognise(
        requestView('GET', '/repos/a/b', { host, hasBody: false, headers: ['X-HTTP-Method-Override', 'DELETE'] }),
      ),
      null,
    );
  });
});

describe('a body that could not be read', () => {
  it('leaves every action uninspected', () => {
    for (const path of ['/repos/a/b/contents/x', '/repos/a/b/issues', '/gists', '/repos/a/b/pulls/1/merge']) {
      const actions =
        githubRest
          .recognise(requestView('PUT', path, { host: 'api.github.com' }))
          ?.classify({ bytes: Buffer.alloc(0), problem: 'large' }, NOTHING_KNOWN) ?? [];
      assert.deepEqual(
        actions.map((action) => action.facts['inspected']),
        [false],
        path,
      );
    }
  });
});

describe('a refusal', () => {
  it('is Octokit’s own error, with the reason, after one call', async () => {
    await using origin = await startOrigin({
      leaf: null,
      answer: (_request, response) => {
        const answer = githubRest.refuse(requestView('PUT', '/repos/acme/site/merges', { host: 'api.github.com' }), refusal, {
          bytes: Buffer.alloc(0),
          problem: null,
        });
        sendJson(response, answer.status, JSON.parse(answer.body.toString()));
      },
    });
    const octokit = new Octokit({
      auth: 'x',
      baseUrl: `http://${origin.address}`,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
    const merge = octokit.rest.repos.merge({ owner: 'acme', repo: 'site', base: 'main', head: 'x' });
    await assert.rejects(
      merge,
      (error: Error & { status?: number }) =>
        error.status === 403 && /Interlock: main is closed \(policy no; entry 3\)/.test(error.message),
    );
    assert.equal(origin.received.length, 1);
  });
});
