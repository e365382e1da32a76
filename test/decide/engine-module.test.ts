// Instances of the engine: each its own, of code that is compiled once, with room made for what is to come.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openModule } from '../../src/decide/engine-module.ts';
import { openInstance } from '../../src/decide/engine.ts';

const WASM = Reflect.get(globalThis, 'WebAssembly') as Record<
  'Module' | 'Instance',
  (...given: unknown[]) => { exports: { memory: { buffer: ArrayBuffer } } }
>;
const PERMIT = 'permit(principal, action, resource);';

test('each is an instance of its own', () => {
  const [one, other] = [openModule(), openModule()];
  assert.equal(one.cedar.preparsePolicySet('x', { staticPolicies: { a: PERMIT } }).type, 'success');
  const question = {
    principal: { type: 'Agent', id: 'bot' },
    action: { type: 'Action', id: 'read' },
    resource: { type: 'Host', id: 'h' },
    context: {},
    entities: [],
    preparsedPolicySetId: 'x',
  };
  assert.equal(one.cedar.statefulIsAuthorized(question).type, 'success');
  assert.equal(other.cedar.statefulIsAuthorized(question).type, 'failure');
});

test('room that was made is used before the memory grows again', () => {
  const { cedar, memoryBytes, reserve } = openModule();
  const before = memoryBytes();
  reserve(8 * 1024 * 1024);
  const roomy = memoryBytes();
  assert.ok(roomy >= before + 8 * 1024 * 1024);
  // About 4 MB of policies, and 64 KiB a page: without the room it would have grown 60 times.
  for (let slot = 0; slot < 1_000; slot += 1) cedar.preparsePolicySet(`s/${slot}`, { staticPolicies: { a: PERMIT, b: PERMIT } });
  assert.equal(memoryBytes(), roomy);
});

test('no more is reserved than a 32-bit memory has', () => {
  const { memoryBytes, reserve } = openModule();
  const before = memoryBytes();
  reserve(2 ** 31);
  assert.equal(memoryBytes(), before);
});

test('the code is compiled once, and not again for the next', (t) => {
  openModule();
  const compile = t.mock.method(WASM, 'Module');
  openModule();
  assert.equal(compile.mock.callCount(), 0);
});

test('an engine that had to grow has room for what comes next', (t) => {
  const instantiate = t.mock.method(WASM, 'Instance');
  const engine = openInstance();
  const memory = instantiate.mock.calls[0]?.result?.exports.memory;
  const sizes = new Set<number>();
  for (let slot = 0; slot < 2_000; slot += 1) {
    engine.preparse(`s${slot}`, { p: 'permit (principal, action, resource) when { context.path like "/v1/*" };' });
    sizes.add(memory?.buffer.byteLength ?? 0);
  }
  const [first = 0, second = 0] = sizes;
  assert.ok(second - first >= 4 * 1024 * 1024, `${first} ${second}`);
});
