// `interlock policy test`: what failed is shown to be read, and what was not tried is no success.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bundleFolder, policy } from '../decide/bundle-fixture.ts';
import { fakeCli } from './fake-cli.ts';

const POLICIES =
  policy('read', 'permit(principal, action == Action::"http.read", resource);') +
  policy('idle', 'permit(principal, action == Action::"http.write", resource);');
const CASE = (name: string, verdict = 'ALLOW') =>
  `- case: ${name}\n  action: http.read\n  resource: { type: Host, id: h }\n  facts: { size: 3 }\n  expect: { verdict: ${verdict}, policies: [read] }\n`;

function folderWith(cases: string) {
  const folder = bundleFolder(POLICIES);
  mkdirSync(join(folder.path, 'cases'));
  folder.write('cases/a.yaml', cases);
  return folder;
}

async function run(cases: string, ...options: string[]) {
  using folder = folderWith(cases);
  const it = fakeCli();
  const code = await it.run('policy', 'test', folder.path, ...options);
  return { code, out: it.out(), json: () => Object(it.json()) };
}

describe('policy test', () => {
  test('ends with 0 when all cases come out as written', async () => {
    const { code, out } = await run(CASE('one'));
    assert.equal(code, 0);
    assert.match(out, /1 case, all as written/);
  });

  test('shows a difference with the facts judged and the policy that decided, by file and line', async () => {
    const { code, out } = await run(CASE('one', 'BLOCK'));
    assert.equal(code, 1);
    assert.match(out, /FAIL cases\/a\.yaml:1 {2}one\n {2}verdict\n {4}- BLOCK\n {4}\+ ALLOW\n {2}http\.read on Host::"h"\n/);
    assert.match(out, /\n {4}size: 3\n/);
    assert.match(out, /decided by read \(main\.cedar:1\)/);
  });

  test('a name made of escape codes stays one line', async () => {
    const { out } = await run(CASE('"\\e[31m red\\n"', 'BLOCK'));
    assert.match(out, /FAIL cases\/a\.yaml:1 {2}\\u\{1b\}\[31m red\\u\{a\}\n/);
  });

  test('tells coverage by file, and holds it to a least', async () => {
    const { code, out } = await run(CASE('one'), '--min-coverage', '100');
    assert.equal(code, 1);
    assert.match(out, /main\.cedar +1 of 2 +50 %/);
    assert.match(out, /main\.cedar:3: no case shows idle deciding/);
    assert.match(out, /Coverage is 50 %, less than the 100 % asked for/);
    assert.equal((await run(CASE('one'), '--min-coverage', '50')).code, 0);
    assert.equal((await run(CASE('one'), '--min-coverage', '101')).code, 2);
  });

  test('tries the cases that are asked for, and none is no success', async () => {
    const both = CASE('red reads') + CASE('blue reads', 'BLOCK');
    assert.equal((await run(both, '--case', 'RED*read')).code, 0);
    const none = await run(both, '--case', 'green');
    assert.equal(none.code, 1);
    assert.match(none.out, /No case was tried/);
  });

  test('answers in JSON and in JUnit', async () => {
    const { json } = await run(CASE('one', 'BLOCK'), '--json');
    assert.equal(json().ok, false);
    assert.deepEqual(json().cases[0].differences, [{ what: 'verdict', expected: 'BLOCK', actual: 'ALLOW' }]);
    assert.equal(json().coverage.percent, 50);
    const { out, code } = await run(CASE('"a <b> & \\0"', 'BLOCK'), '--format', 'junit');
    assert.equal(code, 1);
    assert.match(out, /<testsuite name="cases\/a\.yaml" tests="1" failures="1" errors="0"/);
    assert.match(out, /name="a &lt;b&gt; &amp; \ufffd".*<failure message="verdict is ALLOW, expected BLOCK">/);
  });

  test('a case file that can not be read is no success, in any format', async () => {
    const broken = `${CASE('one')}- cas: two\n`;
    const { code, out } = await run(broken);
    assert.equal(code, 1);
    assert.match(out, /cases\/a\.yaml:6: `case` is missing/);
    assert.match((await run(broken, '--format', 'junit')).out, /errors="1".*[\s\S]*<error message="`case` is missing/);
  });

  test('a bundle that does not load is told with its findings', async () => {
    using folder = folderWith(CASE('one'));
    folder.write('main.cedar', 'permit(');
    const it = fakeCli();
    assert.equal(await it.run('policy', 'test', folder.path), 1);
    assert.match(it.out(), /main\.cedar:1:1: error: /);
    assert.match(it.out(), /no case was tried/);
  });
});
