// GitHub's GraphQL API: opaque targets are never granted by accident, and refusals keep the shape of the request.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { recognise } from '../../../src/classify/registry.ts';
import { githubGraphql } from '../../../src/providers/repo/github-graphql.ts';
import { requestView } from '../../support/request-view.ts';

const view = requestView('POST', '/graphql', { host: 'api.github.com' });
const body = (value: unknown) => ({ bytes: Buffer.from(JSON.stringify(value)), problem: null });
const classify = (query: string, variables?: unknown) =>
  githubGraphql.recognise(view)?.classify(body({ query, variables }), NOTHING_KNOWN) ?? [];
const refuse = (value: unknown): unknown => {
  const answer = githubGraphql.refuse(
    view,
    { kind: 'blocked', reason: 'no', policies: [], entry: null, ticket: null, status: 403 },
    body(value),
  );
  assert.equal(answer.status, 200);
  return JSON.parse(answer.body.toString());
};

describe('a mutation', () => {
  it('that pushes to an opaque target is uninspected, so that no permit for most refs lets it through', () => {
    for (const name of ['createRef', 'updateRef', 'updateRefs', 'deleteRef', 'createCommitOnBranch']) {
      const [action] = classify(
        `mutation { ${name}(input: {refId: "R", repositoryId: "R", name: "refs/heads/x", refUpdates: [{name: "refs/heads/x"}], branch: {id: "B"}}) { x } }`,
      );
      assert.deepEqual([action?.name, action?.facts['inspected'], action?.facts['repoKnown']], ['repo.push', false, false], name);
    }
  });
  it('without readable input is uninspected', () => {
    for (const args of ['', '(input: $missing)', '(input: 3)']) {
      assert.equal(classify(`mutation { mergePullRequest${args} { x } }`)[0]?.facts['inspected'], false, args);
    }
  });
  it('that GitHub adds tomorrow is an unknown write', () => {
    assert.equal(classify('mutation { inventedTomorrow(input: {x: 1}) { x } }')[0]?.name, 'repo.unknown-write');
  });
  it('counts once for each alias', () => {
    const names = classify('mutation { a: deleteRef(input: {refId: "1"}) { x } b: deleteRef(input: {refId: "2"}) { x } }').map(
      (action) => action.resource.id,
    );
    assert.deepEqual(names, ['github.com/unknown:1', 'github.com/unknown:2']);
  });
});

describe('a refusal', () => {
  it('names each field that would have run by its key', () => {
    const errors = [
      { type: 'FORBIDDEN', path: ['a'], message: 'Interlock: no' },
      { type: 'FORBIDDEN', path: ['deleteRef'], message: 'Interlock: no' },
    ];
    assert.deepEqual(refuse({ query: 'mutation { a: x(input: {}) { y } deleteRef(input: {}) { y } }' }), {
      data: { a: null, deleteRef: null },
      errors,
    });
  });
  it('of a batch is a list as long', () => {
    const answer = refuse([{ query: '{ a }' }, { query: 'mutation { b }' }]);
    assert.ok(Array.isArray(answer) && answer.length === 2);
  });
  it('of what could not be read is still one', () => {
    assert.deepEqual(refuse({ nothing: 1 }), { data: null, errors: [{ type: 'FORBIDDEN', message: 'Interlock: no' }] });
  });
});

describe('a server of one’s own', () => {
  const own = requestView('POST', '/api/graphql', { host: 'git.acme.example' });
  const told = (text: string) =>
    recognise(own)
      .classify({ bytes: Buffer.from(text), problem: null })
      .actions.map(({ name, facts }) => `${name} ${String(facts['inspected'])}`);
  const asked = (query: string): string => JSON.stringify({ query });

  it('never makes a read of a query: nobody knows that it is GitHub', () => {
    assert.deepEqual(told(asked('{ viewer { login } }')), ['http.write true']);
    assert.deepEqual(told(asked('mutation { orderCoffee(input: {x: 1}) { x } }')), ['http.write true']);
  });
  it('takes what is no JSON for a call that could not be read: GitLab reads forms', () => {
    for (const text of ['--b\r\n\r\n--b--', 'query=mutation{x}'])
      assert.deepEqual(told(text), ['repo.unknown-write false', 'http.write true'], text);
  });
  it('is judged by what would move a branch besides', () => {
    assert.deepEqual(told(asked('mutation { mergeBranch(input: {base: "main", head: "x"}) { x } }')), [
      'repo.merge true',
      'http.write true',
    ]);
    assert.deepEqual(told(asked('{ a }') + asked('mutation { b }')), ['repo.unknown-write false', 'http.write true']);
  });
});
