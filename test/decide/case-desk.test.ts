// Cases of whole requests and of ledger entries: how they come out, and what keeps one from being tried.

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadBundle } from '../../src/decide/bundle.ts';
import { runCases } from '../../src/decide/case-runner.ts';
import { caseRehearsal } from '../../src/enforce/rehearse-case.ts';
import { bundleFolder, policy } from './bundle-fixture.ts';

const POLICIES =
  policy('read', 'permit(principal in Team::"red", action == Action::"http.read", resource in Domain::"example.com");') +
  policy(
    'hello',
    'permit(principal, action == Action::"http.write", resource) when { context has user && context.user == "u" };',
  );

const GET = 'GET /a HTTP/1.1\nHost: api.example.com\n';
const entry = (over: object = {}, facts: object = {}) => ({
  id: '7',
  body: {
    type: 'verdict',
    agent: 'bot',
    user: 'u',
    session: null,
    verdict: 'ALLOW',
    policies: ['hello'],
    actions: [
      {
        action: 'http.write',
        resource: { type: 'Host', id: 'api.example.com' },
        facts: { host: 'api.example.com', method: 'POST', path: '/', inspected: true, user: 'u', ...facts },
      },
    ],
    ...over,
  },
});

/** The differences and notes of the only case, a line each. */
async function outcome(theCase: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  using folder = bundleFolder(POLICIES);
  mkdirSync(join(folder.path, 'cases'));
  symlinkSync(join(folder.path, 'schema.cedarschema'), join(folder.path, 'cases', 'link.http'));
  folder.write('cases/a.yaml', `- case: c\n${theCase}`);
  for (const [name, text] of Object.entries(files)) folder.write(`cases/${name}`, text);
  const report = await runCases(await loadBundle(folder.path), caseRehearsal());
  const [tried] = report.tried;
  assert.ok(tried !== undefined, JSON.stringify(report.unread));
  const { differences, notes } = tried.outcome;
  return [...differences.map((one) => `${one.what}: ${one.actual} (${one.expected})`), ...notes].join('\n');
}

describe('a case of a whole request', () => {
  const asks = (expect: string) => `  as: { teams: [red] }\n  request: r.http\n  expect: ${expect}\n`;

  it('is read and judged as on the wire', async () => {
    assert.equal(
      await outcome(asks('{ verdict: ALLOW, policies: [read], actions: [http.read], substitute: none }'), { 'r.http': GET }),
      '',
    );
    assert.equal(
      await outcome(asks('{ verdict: ALLOW, policies: [read], substitute: { changed: [x] }, actions: [a.b] }'), {
        'r.http': GET,
      }),
      'actions: http.read (a.b)\nsubstitute: none (a changed request)',
    );
  });

  it('is told when it can not be tried', async () => {
    const expect = asks('{ verdict: ALLOW, policies: [read] }');
    assert.match(await outcome(expect), /`r\.http` can't be read: ENOENT/);
    assert.match(await outcome(expect, { 'r.http': 'hello\n' }), /this is no request as it would go over the wire/);
  });

  it('names no file outside the cases, by path or by link', async () => {
    for (const name of ['../schema.cedarschema', 'a/../../main.cedar', '/etc/hostname', 'link.http', '.'])
      assert.match(
        await outcome(asks('{ verdict: ALLOW, policies: [read] }').replace('r.http', `"${name}"`)),
        /is not a file beside the case/,
        name,
      );
  });
});

describe('a case of a ledger entry', () => {
  const asks = '  entry: e.json\n  expect: { verdict: ALLOW, policies: [hello] }\n';
  const tryEntry = (value: unknown, theCase = asks) => outcome(theCase, { 'e.json': JSON.stringify(value) });

  it('judges its facts again, for who is on record', async () => {
    assert.equal(await tryEntry(entry()), '');
    assert.match(await tryEntry(entry({ user: null }, { user: 'v' })), /verdict: BLOCK \(ALLOW\)/);
  });

  it('takes its resource’s ancestors from its name', async () => {
    const read = entry({ actions: [{ ...entry().body.actions[0], action: 'http.read' }] });
    const expect = '  as: { teams: [red] }\n  entry: e.json\n  expect: { verdict: ALLOW, policies: [read] }\n';
    assert.equal(await tryEntry(read, expect), '');
  });

  it('may be one of several', async () => {
    assert.match(await tryEntry([entry(), entry()]), /it holds 2 entries: say which one with `id`/);
    assert.equal(await tryEntry([{ ...entry(), id: '8', body: {} }, entry()], asks.replace('  expect', '  id: 7\n  expect')), '');
    assert.match(await tryEntry([entry()], asks.replace('  expect', '  id: 9\n  expect')), /it holds no entry 9/);
  });

  it('says what is not on record any more, and judges without it', async () => {
    const said = await tryEntry(entry({ user: null }, { user: `commitment:${'a'.repeat(64)}`, path: '/{masked:0123456789ab}' }));
    assert.match(said, /verdict: BLOCK/);
    assert.match(said, /the fact `user` was erased/);
    assert.match(said, /the fact `path` is recorded without what may be a secret/);
  });

  it('is told when it is none', async () => {
    assert.match(await outcome(asks, { 'e.json': '{' }), /e\.json: it is not JSON/);
    assert.match(await tryEntry({ body: { type: 'outcome' } }), /it is of type `outcome`, not a verdict/);
    assert.match(await tryEntry(entry({ actions: [] })), /it records no action/);
    assert.match(await tryEntry(entry({ actions: [{ action: 'a', resource: {}, facts: {} }] })), /not as a ledger records/);
    assert.match(await tryEntry(3), /not an entry of a ledger/);
  });
});
