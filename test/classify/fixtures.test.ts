// Every provider over every fixture: a hit is claimed by exactly its own provider with the expected actions, a near miss by none.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Action, EntityRef, Fact } from '../../src/classify/action.ts';
import { hostIndex } from '../../src/classify/host-index.ts';
import { NOTHING_KNOWN } from '../../src/classify/known.ts';
import { PROVIDERS } from '../../src/classify/provider-list.ts';
import { recognise } from '../../src/classify/registry.ts';
import { openInstance } from '../../src/decide/engine.ts';
import { type FactKind, type SchemaShape, shapeOf } from '../../src/decide/schema-shape.ts';
import type { InspectedBody } from '../../src/http/inspected-body.ts';
import type { RequestView } from '../../src/http/request-view.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { readFixture } from '../support/fixture-request.ts';

/**
 * What stands in `<kind>-<case>.json`. `provider` is null when no provider claims it; facts leave out host, and method and path where they
 * are the request's own (a batch's items have theirs).
 */
interface Expectation {
  readonly provider: string | null;
  readonly actions: ReadonlyArray<{
    readonly name: string;
    readonly resource: string;
    readonly facts: Readonly<Record<string, Fact>>;
  }>;
}

const ROOT = new URL('../fixtures/requests/', import.meta.url);
const schema = starterSchema();
const folders = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

for (const folder of folders) {
  describe(folder, () => {
    const files = readdirSync(new URL(`${folder}/`, ROOT)).filter((file) => file.endsWith('.http'));
    for (const file of files) test(file.slice(0, -'.http'.length), () => check(folder, file));
  });
}

function starterSchema(): SchemaShape {
  const parsed = openInstance().parseSchema(readFileSync(new URL('../../policies/schema.cedarschema', import.meta.url), 'utf8'));
  assert.ok('value' in parsed, 'the starter schema does not parse');
  return shapeOf(parsed.value);
}

async function check(folder: string, file: string): Promise<void> {
  const { view, inspect } = await readFixture(new URL(`${folder}/${file}`, ROOT));
  const expected: Expectation = JSON.parse(readFileSync(new URL(`${folder}/${file.replace(/\.http$/, '.json')}`, ROOT), 'utf8'));
  const recognised = recognise(view);
  const body = await inspect(recognised.need);
  const { actions } = recognised.classify(body);
  const all = hostIndex(PROVIDERS)(view.authority.host).candidates.filter((provider) => claimed(provider, view, body));
  // One that knows the host is asked before those that know a form on any host, and these may know it as well.
  const byName = all.filter((provider) => !provider.hosts.includes('*'));
  const sure = all.filter((provider) => provider.recognise(view)?.tentative !== true);
  const claims = byName.length > 0 ? byName : sure.length > 0 ? sure : all;
  assert.deepEqual(
    claims.map((provider) => provider.name),
    expected.provider === null ? [] : [expected.provider],
  );
  assert.deepEqual(
    actions.map((action) => brief(action, view)),
    expected.actions,
  );
  for (const action of actions) fitsSchema(action);
  for (const action of actions) {
    assert.equal(action.facts['host'], view.authority.host);
  }
  const isOwnAction = (name: string): boolean =>
    !name.startsWith('http.') && name !== 'websocket.open' && !name.endsWith('.unknown-write');
  if (file.startsWith('hit-') && expected.provider !== null) {
    assert.equal(expected.provider, folder);
    assert.ok(
      expected.actions.some((action) => isOwnAction(action.name)),
      'a hit names what it would do',
    );
  }
  // Another provider may know it, by the form it has on any host.
  if (file.startsWith('miss-') && (expected.provider === null || expected.provider === folder))
    assert.ok(!expected.actions.some((action) => isOwnAction(action.name)), 'a near miss is no known action');
}

/** One that only the body can tell must say itself whether it is its own. */
function claimed(provider: Provider, view: RequestView, body: InspectedBody): boolean {
  const recognition = provider.recognise(view);
  return recognition !== null && (recognition.tentative !== true || recognition.classify(body, NOTHING_KNOWN) !== null);
}

/** A fact that the starter schema does not know would make Cedar refuse the whole question. */
function fitsSchema(action: Action): void {
  const shape = schema.actions.find(({ name }) => name === action.name);
  assert.ok(shape, `${action.name} is not in the schema`);
  assert.ok(shape.resources.has(action.resource.type), `${action.name} on ${action.resource.type}`);
  for (const [fact, value] of Object.entries(action.facts))
    assert.equal(shape.facts.get(fact), kindOf(value), `${action.name}: ${fact}`);
}

function kindOf(value: Fact): FactKind {
  if (typeof value === 'string') return 'String';
  if (typeof value === 'boolean') return 'Bool';
  return typeof value === 'number' ? 'Long' : 'Set';
}

function brief(action: Action, view: RequestView): Expectation['actions'][number] {
  const { host: _host, method, path, ...facts } = action.facts;
  const isOwnMethod = method === view.method || view.claimedMethods.includes(String(method));
  const own = {
    ...(isOwnMethod || method === undefined ? {} : { method }),
    ...(path === view.path || path === undefined ? {} : { path }),
  };
  return { name: action.name, resource: entityText(action.resource), facts: { ...own, ...facts } };
}

function entityText(entity: EntityRef): string {
  return `${entity.type}::${entity.id}`;
}
