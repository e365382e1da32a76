// Every known call, missed by a little on the same host: another path or method is never taken for the same call, nor for less than a write.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Action } from '../../src/classify/action.ts';
import { PROVIDERS } from '../../src/classify/provider-list.ts';
import { recognise } from '../../src/classify/registry.ts';
import { openInstance } from '../../src/decide/engine.ts';
import { shapeOf } from '../../src/decide/schema-shape.ts';
import { InterlockError } from '../../src/errors.ts';
import { fixtureFiles } from '../support/fixture-folders.ts';
import { fixtureRequest } from '../support/fixture-request.ts';
import { NEAR_MISS_EXCEPTIONS } from '../support/near-miss-exceptions.ts';

const parsed = openInstance().parseSchema(readFileSync(new URL('../../policies/schema.cedarschema', import.meta.url), 'utf8'));
assert.ok('value' in parsed);
const READS = new Set(shapeOf(parsed.value).actions.flatMap(({ name, groups }) => (groups.has('read') ? [name] : [])));

/** `path` is without the query. Null where there is nothing to miss by. */
type Miss = (method: string, path: string) => readonly [method: string, path: string] | null;

const MISSES: Readonly<Record<string, Miss>> = {
  'a letter more': (method, path) => (path === '/' ? null : [method, `${path}x`]),
  'a letter fewer': (method, path) => (/[^/%]{3}$/.test(path) ? [method, path.slice(0, -1)] : null),
  'another last segment': (method, path) => [method, path.replace(/[^/]*$/, 'zz-near')],
  'a segment more': (method, path) => [method, `${path === '/' ? '' : path}/zz-near`],
  'a segment fewer': (method, path) => (path === '/' ? null : [method, path.replace(/\/[^/]*$/, '') || '/']),
  'a segment in front': (method, path) => [method, `/zz-near${path}`],
  'another case': (method, path) => (/[a-z]/.test(path) ? [method, path.toUpperCase()] : null),
  'a deletion instead': (method, path) => [method === 'DELETE' ? 'POST' : 'DELETE', path],
  'a method that nobody knows': (_method, path) => ['PURGE', path],
};

/** Hosts where more lives than what is known: there an unmatched request is anybody's. */
const SHARED = /^(?:webhook-hosts|google-forms|vertex|plain)$/;

/** One call of each provider for each of its actions, read surely where a fixture is. */
interface Call {
  readonly provider: string;
  readonly action: string;
  readonly file: string;
  readonly bytes: Buffer;
  readonly actions: readonly Action[];
}

const calls = await representatives();
const excused = new Set<string>();

for (const [name, miss] of Object.entries(MISSES)) {
  describe(name, () => {
    for (const [provider, its] of Map.groupBy(calls, (call) => call.provider)) {
      test(provider, async () => {
        const wrong: string[] = [];
        for (const call of its) {
          const found = await holeOf(call, miss);
          if (found === null) continue;
          const excuses = NEAR_MISS_EXCEPTIONS.filter((one) => one.misses.includes(name) && one.providers.includes(provider));
          for (const excuse of excuses) excused.add(`${provider}: ${excuse.why}`);
          if (excuses.length === 0 || !found.startsWith('still')) wrong.push(`${call.action} (${call.file}): ${found}`);
        }
        assert.deepEqual(wrong, []);
      });
    }
  });
}

/** What is wrong with the near miss; null when nothing is. */
async function holeOf(call: Call, miss: Miss): Promise<string | null> {
  const near = nearMiss(call.bytes, miss);
  if (near === null) return null;
  let after: readonly Action[];
  try {
    after = await actionsOf(near);
  } catch (error) {
    // Refused before anybody is asked.
    assert.ok(error instanceof InterlockError, String(error));
    return null;
  }
  const before = new Set(call.actions.map(worth));
  const same = after.find((action) => isPermitFriendly(action) && before.has(worth(action)));
  if (same !== undefined) return `still ${same.name} of ${same.resource.type}::${same.resource.id}`;
  // A GET with nothing in it is a plain read of another address.
  if (READS.has(call.action) || near.subarray(0, 4).toString() === 'GET ') return null;
  if (after.every(({ name }) => READS.has(name))) return `a read: ${after.map(({ name }) => name).join()}`;
  const named =
    PROVIDERS.find(({ name }) => name === call.provider)?.hosts.includes('*') === false && !SHARED.test(call.provider);
  const plain = after.every(({ name, facts }) => READS.has(name) || (name === 'http.write' && facts['inspected'] === true));
  return named && plain ? 'a plain write' : null;
}

/** An action that a policy could let pass on what it says of itself. */
function isPermitFriendly({ name, facts }: Action): boolean {
  return facts['inspected'] === true && !/^(?:http\.|websocket\.)|\.unknown-write$/.test(name);
}

/** All that a policy sees but for the request's own line. */
function worth({ name, resource, facts }: Action): string {
  const { method: _method, path: _path, ...rest } = facts;
  return JSON.stringify([name, resource, Object.entries(rest).toSorted()]);
}

async function representatives(): Promise<Call[]> {
  const found = new Map<string, Call>();
  for (const { folder, name, url } of fixtureFiles()) {
    if (!name.startsWith('hit-')) continue;
    const bytes = readFileSync(url);
    const actions = await actionsOf(bytes);
    for (const action of actions) {
      if (/^(?:http\.|websocket\.)|\.unknown-write$/.test(action.name)) continue;
      const key = `${folder} ${action.name}`;
      const known = found.get(key);
      if (known === undefined || (!known.actions.some(isPermitFriendly) && actions.every(isPermitFriendly)))
        found.set(key, { provider: folder, action: action.name, file: name, bytes, actions });
    }
  }
  return [...found.values()];
}

async function actionsOf(bytes: Buffer): Promise<readonly Action[]> {
  const { view, inspect } = fixtureRequest(bytes);
  const recognised = recognise(view);
  return recognised.classify(await inspect(recognised.need)).actions;
}

function nearMiss(bytes: Buffer, miss: Miss): Buffer | null {
  const end = bytes.indexOf('\r\n');
  const [method = '', target = '', version = ''] = bytes.toString('latin1', 0, end).split(' ');
  const [path = '', query] = target.split(/\?(.*)/s);
  const missed = miss(method, path.replace(/(.)\/$/, '$1'));
  if (missed === null) return null;
  const line = `${missed[0]} ${missed[1]}${query === undefined ? '' : `?${query}`} ${version}`;
  return Buffer.concat([Buffer.from(line, 'latin1'), bytes.subarray(end)]);
}

test('no exception is there without need', () => {
  const all = NEAR_MISS_EXCEPTIONS.flatMap(({ providers, why }) => providers.map((provider) => `${provider}: ${why}`));
  assert.deepEqual(
    all.filter((one) => !excused.has(one)),
    [],
  );
});
