// Shadow policies: validated like others, never in force, and judged with all the others in an engine of their own.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createJudge } from '../../src/decide/judge-engine.ts';
import { createShadowSides } from '../../src/decide/shadow-side.ts';
import {
  bundleFolder,
  bundleOf,
  directoryOf,
  findingsOf,
  judgeOf,
  members,
  policy,
  principal,
  request,
} from './bundle-fixture.ts';
import { NO_BUDGETS } from '../support/exchange.ts';

const READ = policy('read', 'permit(principal, action == Action::"http.read", resource);');
const WRITE = policy('write', 'permit(principal, action == Action::"http.write", resource);');
const SHADOW = policy('no-read', 'forbid(principal, action == Action::"http.read", resource);', '@shadow("true")');
const read = [request('http.read')];
const write = [request('http.write')];

describe('a shadow policy', () => {
  it('never decides, whether it forbids or permits', () => {
    assert.equal(judgeOf({ policies: READ + SHADOW }).judge(principal(), read).verdict, 'ALLOW');
    const permit = policy('more', 'permit(principal, action, resource);', '@shadow("true")');
    assert.equal(judgeOf({ policies: READ + permit }).judge(principal(), write).verdict, 'BLOCK');
  });

  it('is in no slice of the bundle', () => {
    const { slices, policies } = bundleOf({ policies: READ + SHADOW });
    assert.deepEqual(
      slices.list.flatMap((slice) => slice.policies.map(({ id }) => id)),
      ['read'],
    );
    assert.deepEqual(
      policies.map(({ id, shadow }) => [id, shadow]),
      [
        ['read', false],
        ['no-read', true],
      ],
    );
  });

  it('is validated like any other', () => {
    assert.match(findingsOf({ policies: READ + SHADOW.replace('http.read', 'http.reed') }).join(), /http\.reed/);
    assert.match(findingsOf({ policies: READ + READ.replace('@id', '@shadow("true") @id') }).join(), /@id\("read"\) is taken/);
  });

  it('is refused with any other value, so that no misspelt one takes a forbid out of force', () => {
    for (const value of ['false', 'yes', 'True', ''])
      assert.match(
        findingsOf({ policies: READ + SHADOW.replace('"true"', `"${value}"`) }).join(),
        /another value than "true"/,
        value,
      );
  });
});

describe('the side of the shadow policies', () => {
  const sideOf = createShadowSides(members());

  it('is not there when there are none', () => {
    assert.equal(sideOf(bundleOf({ policies: READ })), null);
  });

  it('judges with all policies, and only what a shadow policy is about', () => {
    const side = sideOf(bundleOf({ policies: READ + WRITE + SHADOW }));
    assert.equal(side?.judge(principal(), write, NO_BUDGETS), null);
    const judged = side?.judge(principal(), [...write, ...read], NO_BUDGETS);
    assert.deepEqual(
      judged?.actions.map(({ verdict, policies }) => [verdict, policies]),
      [
        ['ALLOW', ['write']],
        ['BLOCK', ['no-read']],
      ],
    );
  });
});

describe('the judge that serves', () => {
  it('answers for the bundle in force, and beside it for the shadow policies of the same bundle', async () => {
    using folder = bundleFolder(READ + SHADOW);
    const judge = await createJudge({ policiesDir: folder.path, directory: directoryOf(members()) });
    assert.equal(judge.judge(principal(), read).verdict, 'ALLOW');
    assert.equal(judge.judgeShadow(principal(), read, NO_BUDGETS)?.verdict, 'BLOCK');
    assert.equal(judge.judgeShadow(principal(), read, NO_BUDGETS)?.bundle, judge.bundle);
    folder.write('main.cedar', READ);
    await judge.reload();
    assert.equal(judge.judgeShadow(principal(), read, NO_BUDGETS), null);
  });
});
