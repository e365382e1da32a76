// Loading, reloading, and staying with the last good bundle.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkApart } from '../../src/decide/bundle-checker.ts';
import { errorAt, START } from '../../src/decide/bundle-finding.ts';
import { createJudge } from '../../src/decide/judge-engine.ts';
import type { BundleEvent, ReloadableJudge } from '../../src/decide/judge-engine.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { bundleFolder, directoryOf, members, policy, principal, request } from './bundle-fixture.ts';

const READ = policy('read', 'permit(principal, action == Action::"http.read", resource);');
const NONE = policy('none', 'forbid(principal, action == Action::"http.read", resource);');

async function open(path: string, events: BundleEvent[] = []): Promise<ReloadableJudge> {
  return createJudge({
    policiesDir: path,
    directory: directoryOf(members()),
    onEvent: (event) => events.push(event),
    now: () => new Date(0),
  });
}

function verdict(judge: ReloadableJudge): string {
  return judge.judge(principal(), [request('http.read')]).verdict;
}

describe('the judge that serves', () => {
  it('does not start without a good bundle (threat D15)', async () => {
    using folder = bundleFolder('');
    const events: BundleEvent[] = [];
    await throwsWithCode('BUNDLE_INVALID', () => open(folder.path, events));
    assert.deepEqual(
      events.map((event) => event.kind),
      ['rejected'],
    );
  });

  it('swaps a changed bundle in, and names it in every judgement', async () => {
    using folder = bundleFolder(READ);
    const judge = await open(folder.path);
    const first = judge.bundle;
    assert.equal(judge.judge(principal(), [request('http.read')]).bundle, first);
    assert.deepEqual(await judge.reload(), { changed: false });
    for (const [text, expected] of [
      [NONE, 'BLOCK'],
      [READ, 'ALLOW'],
      [NONE, 'BLOCK'],
    ] as const) {
      folder.write('main.cedar', text);
      assert.deepEqual(await judge.reload(), { changed: true });
      assert.equal(verdict(judge), expected);
    }
    assert.notEqual(judge.bundle, first);
    assert.equal(judge.judge(principal(), [request('http.read')]).bundle, judge.bundle);
  });
});

describe('a broken bundle', () => {
  it('stays with the last good bundle when the new one is broken, and tells where', async () => {
    using folder = bundleFolder(READ);
    const events: BundleEvent[] = [];
    const judge = await open(folder.path, events);
    const { bundle } = judge;
    for (const text of [
      'permit(principal',
      '',
      READ.replace('http.read', 'http.reed'),
      READ + READ,
      READ.replace('@reason', '@reasn'),
    ]) {
      folder.write('main.cedar', text);
      const error = await throwsWithCode('BUNDLE_INVALID', () => judge.reload());
      assert.match(error.message, /(main\.cedar|\.):\d+:\d+: error: /);
      assert.equal(verdict(judge), 'ALLOW');
      assert.equal(judge.bundle, bundle);
      assert.equal(judge.state.lastError?.message, error.message);
    }
    rmSync(join(folder.path, 'schema.cedarschema'));
    await throwsWithCode('BUNDLE_INVALID', () => judge.reload());
    assert.equal(verdict(judge), 'ALLOW');
    assert.equal(events.filter((event) => event.kind === 'rejected').length, 6);
  });

  it('forgets the last error once all is well again', async () => {
    using folder = bundleFolder(READ);
    const judge = await open(folder.path);
    folder.write('main.cedar', 'permit(');
    await throwsWithCode('BUNDLE_INVALID', () => judge.reload());
    folder.write('main.cedar', READ);
    assert.deepEqual(await judge.reload(), { changed: false });
    assert.deepEqual(judge.state, { digest: judge.bundle, policies: 1, loadedAt: '1970-01-01T00:00:00.000Z', lastError: null });
  });
});

describe('a broken bundle that stays broken', () => {
  it('is told of once, however often it is looked at', async () => {
    using folder = bundleFolder(READ);
    const events: BundleEvent[] = [];
    const judge = await open(folder.path, events);
    const rejections = (): number => events.filter((event) => event.kind === 'rejected').length;
    for (const text of ['permit(', READ + READ]) {
      folder.write('main.cedar', text);
      for (let i = 0; i < 3; i += 1) await throwsWithCode('BUNDLE_INVALID', () => judge.reload());
    }
    assert.equal(rejections(), 2);
    rmSync(join(folder.path, 'entities.json'));
    for (let i = 0; i < 3; i += 1) await throwsWithCode('BUNDLE_INVALID', () => judge.reload());
    assert.equal(rejections(), 3);
    folder.write('entities.json', '[]');
    folder.write('main.cedar', READ);
    await judge.reload();
    folder.write('main.cedar', 'permit((');
    await throwsWithCode('BUNDLE_INVALID', () => judge.reload());
    assert.equal(rejections(), 4);
  });
});

describe('a check that breaks', () => {
  it('leaves the last good bundle in force, and is tried again', async () => {
    using folder = bundleFolder(READ);
    let fails = true;
    const judge = await createJudge({
      policiesDir: folder.path,
      directory: directoryOf(members()),
      checkApart: async (files) =>
        fails ? { bundle: null, findings: [errorAt('.', START, 'checking the bundle ended with code 1')] } : checkApart(files),
    });
    folder.write('main.cedar', NONE);
    const error = await throwsWithCode('BUNDLE_INVALID', () => judge.reload());
    assert.match(error.message, /ended with code 1/);
    assert.equal(verdict(judge), 'ALLOW');
    fails = false;
    assert.deepEqual(await judge.reload(), { changed: true });
    assert.equal(verdict(judge), 'BLOCK');
  });
});

it('a judge beside another one has even its first bundle checked apart', async () => {
  using folder = bundleFolder(READ);
  let apart = 0;
  const judge = await createJudge({
    policiesDir: folder.path,
    directory: directoryOf(members()),
    beside: true,
    checkApart: (files) => {
      apart += 1;
      return checkApart(files);
    },
  });
  assert.deepEqual([apart, verdict(judge)], [1, 'ALLOW']);
});

describe('reloading', () => {
  it('serves the old bundle until the new one is whole', async () => {
    using folder = bundleFolder(READ);
    const judge = await open(folder.path);
    const more = Array.from({ length: 300 }, (_, i) => policy(`m${i}`, `permit(principal in Team::"t${i}", action, resource);`));
    folder.write('main.cedar', NONE + more.join(''));
    const { bundle } = judge;
    let turns = 0;
    const reload = judge.reload().then(() => 'loaded');
    while ((await Promise.race([reload, new Promise((resolve) => setTimeout(resolve, 1))])) !== 'loaded') {
      turns += 1;
      if (judge.bundle === bundle) assert.equal(verdict(judge), 'ALLOW');
    }
    assert.ok(turns > 1, `${turns} turns`);
    assert.equal(verdict(judge), 'BLOCK');
  });

  it('reloads in turn when asked at once', async () => {
    using folder = bundleFolder(READ);
    const judge = await open(folder.path);
    folder.write('main.cedar', NONE);
    const results = await Promise.all([judge.reload(), judge.reload(), judge.reload()]);
    assert.deepEqual(
      results.map((result) => result.changed),
      [true, false, false],
    );
    assert.equal(verdict(judge), 'BLOCK');
  });

  it('remembers nothing across a reload', async () => {
    using folder = bundleFolder(READ);
    const judge = await open(folder.path);
    assert.equal(verdict(judge), 'ALLOW');
    assert.equal(judge.memo.size, 1);
    folder.write('main.cedar', NONE);
    await judge.reload();
    assert.equal(judge.memo.size, 0);
    assert.equal(judge.mayPassUnopened(principal(), request('tunnel.open')), false);
  });
});
