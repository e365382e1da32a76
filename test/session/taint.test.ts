// What an agent has read taints it: under every session name, through a restart, for a day, and never less than was read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EntityRef } from '../../src/classify/action.ts';
import { REPAIRED_AT } from '../../src/record/repaired-at.ts';
import type { Source } from '../../src/session/source.ts';
import { KEPT_MS, openTaint } from '../../src/session/taint.ts';
import { MAX_CELLS, MAX_SOURCES } from '../../src/session/tainted-cells.ts';
import { PRINCIPAL } from '../support/exchange.ts';
import { type MemoryLedger, memoryLedger } from '../support/memory-ledger.ts';

const WEB: Source = { host: 'example.com', server: null, kinds: ['web'], reachesOut: false };
const MODEL: Source = { host: 'api.openai.com', server: null, kinds: ['llm'], reachesOut: false };
const TRUSTED: EntityRef = { type: 'Host', id: 'api.openai.com' };

async function rig(ledger: MemoryLedger = memoryLedger(), trusted: readonly EntityRef[] = [TRUSTED]) {
  const clock = { ms: 1_000_000 };
  const judge = {
    bundle: 'b',
    asksFor: (ref: EntityRef, wish: string) =>
      wish === 'trusted' && trusted.some(({ type, id }) => type === ref.type && id === ref.id),
  };
  const taint = await openTaint({ ledger, judge, now: () => clock.ms });
  const read = async (source: Source, who = {}) => {
    const reading = taint.read({ ...PRINCIPAL, ...who }, source);
    await ledger.append({ type: 'gap', refused: 0, since: '', note: '' }, 'synced', reading.state);
    reading.written();
    return reading.state.length;
  };
  return { ledger, clock, taint, judge, read, of: (who = {}) => taint.of({ ...PRINCIPAL, ...who }) };
}

const TOLD = { hosts: ['example.com'], servers: [], kinds: ['web'], untrusted: true, inSession: true, complete: true };

test('who has read nothing has no taint; then it tells from where, and a trusted source is none that taints', async () => {
  const { of, read } = await rig();
  assert.equal(of(), null);
  await read(MODEL);
  assert.deepEqual(of(), { ...TOLD, hosts: ['api.openai.com'], kinds: ['llm'], untrusted: false, inSession: false });
  await read(WEB);
  assert.deepEqual(of(), { ...TOLD, hosts: ['api.openai.com', 'example.com'], kinds: ['llm', 'web'] });
});

test('another session name does not wash it off; another agent or user has read nothing', async () => {
  const { of, read } = await rig();
  await read(WEB);
  for (const session of ['s2', null, '']) assert.deepEqual(of({ session }), { ...TOLD, inSession: false });
  assert.equal(of({ agent: 'other' }), null);
  assert.equal(of({ user: 'ann' }), null);
});

test('a restart forgets nothing, and what was not written is not taken for written', async () => {
  const first = await rig();
  await first.read(WEB, { session: 'old' });
  // Its entry could not be written: the next one writes it too.
  assert.equal(first.taint.read(PRINCIPAL, MODEL).state.length, 1);
  assert.equal(await first.read(MODEL), 1);
  assert.equal(await first.read(MODEL), 0);
  const again = await rig(first.ledger.reopen());
  assert.deepEqual(again.of(), first.of());
  assert.deepEqual(again.of({ session: 'old' }), { ...TOLD, hosts: ['api.openai.com', 'example.com'], kinds: ['llm', 'web'] });
  assert.equal(await again.read(MODEL), 0);
});

test('it is over a day after the last reading, in memory and in the store', async () => {
  const { of, read, clock, ledger } = await rig();
  await read(WEB);
  clock.ms += KEPT_MS - 1;
  assert.equal(await read(WEB), 1);
  clock.ms += KEPT_MS - 1;
  assert.notEqual(of(), null);
  clock.ms += 1;
  assert.equal(of(), null);
  await read(MODEL, { agent: 'other' });
  assert.equal([...ledger.state.keys()].filter((key) => key.startsWith('taint:')).length, 1);
});

test('what counts again is not deleted by a clean-up that began before', async () => {
  const { of, read, clock, ledger } = await rig();
  for (let i = 0; i < 250; i += 1) await read(MODEL, { session: `s${i}` });
  clock.ms += KEPT_MS + 1;
  assert.equal(of(), null);
  await read(MODEL, { session: 's249' });
  await read(MODEL, { agent: 'other' });
  await read(MODEL, { agent: 'third' });
  const left = [...ledger.state].filter(([key]) => key.startsWith('taint:')).map(([, value]) => JSON.parse(value).session);
  assert.deepEqual(left, ['s249', 's1', 's1']);
});

test('what there is no room for makes all doubtful, also after a restart', async () => {
  const { of, read, ledger } = await rig();
  for (let i = 0; i < MAX_SOURCES; i += 1) await read({ ...MODEL, kinds: ['llm', `k${i}`] });
  assert.deepEqual([of()?.['complete'], of()?.['untrusted']], [true, false]);
  await read({ ...MODEL, kinds: ['one more'] });
  for (const told of [of({ session: 'x' }), (await rig(ledger.reopen())).of()])
    assert.deepEqual([told?.['complete'], told?.['untrusted'], told?.['inSession']], [false, true, true]);
});

test('with more sessions than are told apart the sources are still known, and count for each', async () => {
  const { of, taint } = await rig();
  for (let i = 0; i < MAX_CELLS + 5; i += 1) taint.read({ ...PRINCIPAL, session: `s${i}` }, i < MAX_CELLS ? MODEL : WEB);
  const told = of({ session: 'never seen' });
  assert.deepEqual([told?.['complete'], told?.['untrusted'], told?.['inSession']], [true, true, true]);
});

test('an MCP server is trusted by its own name alone, and tools of a provider by none', async () => {
  const server = { type: 'McpServer', id: 'm.example/mcp' };
  const spoken: Source = { host: 'm.example', server: 'm.example/mcp', kinds: ['mcp'], reachesOut: false };
  const byHost = await rig(memoryLedger(), [{ type: 'Host', id: 'm.example' }, TRUSTED]);
  await byHost.read(spoken);
  assert.deepEqual([byHost.of()?.['untrusted'], byHost.of()?.['servers']], [true, ['m.example/mcp']]);
  const byName = await rig(memoryLedger(), [server, TRUSTED]);
  await byName.read(spoken);
  assert.equal(byName.of()?.['untrusted'], false);
  await byName.read({ ...MODEL, kinds: ['llm', 'provider-tools'], reachesOut: true });
  assert.equal(byName.of()?.['untrusted'], true);
});

test('another bundle may trust another source', async () => {
  const { of, read, judge } = await rig();
  await read(MODEL);
  assert.equal(of()?.['untrusted'], false);
  Object.assign(judge, { bundle: 'c', asksFor: () => false });
  assert.equal(of()?.['untrusted'], true);
});

test('after a repair that lost something everybody may have read anything', async () => {
  const ledger = memoryLedger();
  ledger.state.set(REPAIRED_AT, new Date(1_000_000).toISOString());
  const { of, clock } = await rig(ledger);
  assert.deepEqual([of()?.['untrusted'], of()?.['complete']], [true, false]);
  clock.ms += KEPT_MS + 1;
  assert.equal(of(), null);
});

test('a record that can not be read stops the start', async () => {
  const ledger = memoryLedger();
  for (const text of ['{', '{}', '{"agent":"a"}', 'null']) {
    ledger.state.set('taint:x', text);
    await assert.rejects(rig(ledger), { code: 'STORE_CORRUPT' });
  }
});
