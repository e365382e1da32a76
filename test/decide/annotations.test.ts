// Annotations: what they ask for, and every way to get them wrong.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAnnotations } from '../../src/decide/annotations.ts';

const GOOD = { id: 'a', reason: 'because' };

function read(
  annotations: Record<string, string | null>,
  effect: 'permit' | 'forbid' = 'permit',
): ReturnType<typeof readAnnotations> {
  // A bare `@flag` has null for a value, which the engine's own type does not tell.
  const tree = JSON.parse(
    JSON.stringify({
      effect,
      principal: { op: 'All' },
      action: { op: 'All' },
      resource: { op: 'All' },
      conditions: [],
      annotations,
    }),
  );
  return readAnnotations(tree);
}

function problems(annotations: Record<string, string | null>, effect: 'permit' | 'forbid' = 'permit'): string {
  return read(annotations, effect)
    .problems.map((problem) => problem.message)
    .join('; ');
}

describe('annotations', () => {
  it('make a verdict', () => {
    assert.equal(read(GOOD).asked.verdict, 'ALLOW');
    assert.equal(read({ ...GOOD, verdict: 'allow_log' }).asked.verdict, 'ALLOW_LOG');
    assert.deepEqual(read({ ...GOOD, verdict: 'constrain', constrain: 'a, b,a' }), {
      asked: {
        id: 'a',
        reason: 'because',
        verdict: 'CONSTRAIN',
        constrain: ['a', 'b'],
        approvers: [],
        quorum: 1,
        offer: [],
        grant: null,
        covers: null,
        shadow: false,
      },
      problems: [],
    });
    assert.deepEqual(read({ ...GOOD, verdict: 'wait', approvers: 'finance,legal', constrain: 'a' }).problems, []);
    assert.equal(read(GOOD, 'forbid').asked.verdict, 'BLOCK');
  });

  it('must name and explain the policy', () => {
    assert.match(problems({ reason: 'x' }), /without @id/);
    assert.match(problems({ id: 'a b', reason: 'x' }), /an @id is/);
    assert.match(problems({ id: 'a' }), /without @reason/);
    assert.match(problems({ id: 'a', reason: ' ' }), /without @reason/);
    assert.match(problems({ id: 'a', reason: 'x\u202ey' }), /invisible/);
    assert.match(problems({ id: 'a', reason: 'x'.repeat(401) }), /longer than/);
  });

  it('are refused when unknown, misspelt, or without a value', () => {
    assert.match(problems({ ...GOOD, verdit: 'wait' }), /unknown annotation @verdit/);
    const wait = { ...GOOD, verdict: 'wait', approvers: 'finance' };
    assert.equal(read({ ...wait, quorum: '2' }).asked.quorum, 2);
    for (const quorum of ['0', '-1', '1.5', '11', 'two', '02', ''])
      assert.match(problems({ ...wait, quorum }), /number of people/, quorum);
    assert.match(problems({ ...GOOD, grant: '10m' }), /@grant needs/);
    assert.match(problems({ ...wait, grant: 'forever' }), /@grant is not a time/);
    assert.equal(read({ ...wait, grant: 'target 60m 5x' }).asked.grant, '1h 5x target');
    assert.match(problems({ ...GOOD, offer: 'cap' }), /@offer needs/);
    assert.match(problems({ ...wait, offer: 'a,b,c,d,e,f' }), /more than 5/);
    assert.match(problems({ ...wait, offer: 'cap', constrain: 'cap' }), /already/);
    assert.deepEqual(read({ ...wait, offer: 'cap, drop' }).asked.offer, ['cap', 'drop']);
    assert.match(problems({ ...GOOD, quorum: '2' }), /@quorum needs/);
    assert.equal(read({ ...wait, covers: 'request' }).asked.covers, 'request');
    assert.match(problems({ ...GOOD, covers: 'request' }), /@covers needs @verdict\("wait"\)/);
    for (const covers of ['', 'true', 'requests', 'call,request', 'Request']) {
      const { asked, problems: found } = read({ ...wait, covers });
      assert.deepEqual([asked.covers, found.map(({ annotation }) => annotation)], [null, ['covers']], covers);
      assert.match(found[0]?.fix ?? '', /@covers\("request"\)/);
    }
    assert.match(problems({ ...GOOD, shadow: '1' }), /another value than "true"/);
    assert.match(problems({ id: null, reason: 'x' }), /@id has no value/);
    assert.match(problems({ ...GOOD, verdict: 'allow' }), /unknown @verdict/);
  });

  it('read an unknown verdict the strictest way', () => {
    assert.equal(read({ ...GOOD, verdict: 'allow' }).asked.verdict, 'BLOCK');
  });

  it('must go together', () => {
    assert.match(problems({ ...GOOD, verdict: 'constrain' }), /without @constrain/);
    assert.match(problems({ ...GOOD, constrain: 'a' }), /@constrain needs/);
    assert.match(problems({ ...GOOD, verdict: 'allow_log', constrain: 'a' }), /@constrain needs/);
    assert.match(problems({ ...GOOD, verdict: 'wait' }), /without @approvers/);
    assert.match(problems({ ...GOOD, approvers: 'a' }), /@approvers needs/);
    assert.match(problems({ ...GOOD, verdict: 'wait', approvers: '' }), /not a comma-separated list/);
    assert.match(problems({ ...GOOD, verdict: 'wait', approvers: 'a,,b' }), /not a comma-separated list/);
  });

  it('have no place on a forbid but @id and @reason', () => {
    for (const name of ['verdict', 'constrain', 'approvers', 'covers'])
      assert.match(problems({ ...GOOD, [name]: 'wait' }, 'forbid'), new RegExp(`@${name} on a forbid`));
  });
});
