// A bundle checked in a thread of its own is the same bundle; a thread that breaks is a bundle refused.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkApart } from '../../src/decide/bundle-checker.ts';
import { checkFiles } from '../../src/decide/bundle.ts';
import { filesOf, policy } from './bundle-fixture.ts';

const MANY = Array.from({ length: 250 }, (_, i) => {
  const action = i % 2 === 0 ? 'action in Action::"http"' : 'action == Action::"http.read"';
  return policy(`p${i}`, `permit(principal in Team::"t${i % 40}", ${action}, resource) when { context.path like "/${i}*" };`);
});
const FILES = filesOf({
  policies:
    MANY.join('\n') +
    policy('pay', 'permit(principal, action == Action::"payment.refund", resource);', '@verdict("constrain") @constrain("low")'),
  entities: JSON.stringify([{ uid: { type: 'Host', id: 'h' }, attrs: { writes: true }, parents: [{ type: 'Domain', id: 'd' }] }]),
  constraints: 'low:\n  type: set\n  field: /amount\n  value: 1\n',
});

/** A program for the thread, as a URL that holds it. */
function program(text: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

describe('a bundle checked apart', () => {
  it('is the one that is checked here, with every policy, slice and entity', async () => {
    const here = checkFiles(FILES);
    assert.deepEqual(here.findings, []);
    const { bundle, findings } = await checkApart(FILES);
    assert.deepEqual(findings, here.findings);
    // Who is who is made of the entities on either side.
    assert.deepEqual({ ...bundle, people: null }, { ...here.bundle, people: null });
    assert.equal(bundle?.people.userBy('slack', 'U1'), here.bundle?.people.userBy('slack', 'U1'));
  });

  it('has the same shadow side: what is in force and what is not, under the same numbers', async () => {
    const shadow = MANY.filter((_, i) => i % 3 === 0).map((text) => text.replace('@id("p', '@shadow("true") @id("s'));
    const files = filesOf({ policies: [...MANY, ...shadow].join('') });
    const here = checkFiles(files);
    assert.ok((here.bundle?.shadowSlices?.list.length ?? 0) > (here.bundle?.slices.list.length ?? 0));
    const { bundle } = await checkApart(files);
    assert.deepEqual(bundle?.slices, here.bundle?.slices);
    assert.deepEqual(bundle?.shadowSlices, here.bundle?.shadowSlices);
    assert.deepEqual([...(bundle?.shadowSlices?.scopes.keys() ?? [])], [...(here.bundle?.shadowSlices?.scopes.keys() ?? [])]);
  });

  it('is refused with the same findings', async () => {
    const files = filesOf({ policies: `${policy('a', 'permit(principal, action, resource) when { context.nothing };')}permit(` });
    const apart = await checkApart(files);
    assert.equal(apart.bundle, null);
    assert.deepEqual(apart, checkFiles(files));
  });
});

describe('a thread that breaks', () => {
  for (const [how, text, message] of [
    ['throws', 'throw new Error("no memory")', /broke: no memory/],
    ['ends', 'process.exit(3)', /ended with code 3/],
    ['says nothing', 'setInterval(() => {}, 1000)', /took longer than 1.5 s/],
    ['eats memory', 'const all = []; for (;;) all.push(new Array(1e5).fill(1.5))', /broke: .*memory/],
    [
      'sends half a bundle',
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', ({ kind }) => {
         if (kind === 'check') parentPort.postMessage({ kind: 'checked', head: { actionSets: [] } });
         if (kind === 'next') parentPort.postMessage({ kind: 'piece', piece: { kind: 'slices', items: [{ policies: [0] }] } });
       });`,
      /number 0, which is missing/,
    ],
  ] as const) {
    it(`is a bundle refused when it ${how}`, async () => {
      const timeoutMs = how === 'says nothing' ? 1_500 : 60_000;
      const { bundle, findings } = await checkApart(FILES, { program: program(text), timeoutMs, maxHeapMb: 48 });
      assert.equal(bundle, null);
      assert.match(findings.map((finding) => finding.message).join(), message);
    });
  }
});
