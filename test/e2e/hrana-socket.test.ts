// libSQL's own client on a WebSocket: what runs is judged message by message, stored texts by their id, and a refusal is the client's own error.

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { type ClientReport, runClient } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { startWebSocketOrigin } from '../support/websocket-origin.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const HOST = 'shop-acme.turso.io';
const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startWebSocketOrigin(ca, [HOST], answer));
const listed = (type: string, attrs: object) => ({ uid: { type, id: HOST }, attrs, parents: [] });
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { [HOST]: origin.address },
    entities: [listed('Host', { writes: true }), listed('Database', { reads: true })],
  }),
);
const agent = await interlock.addAgent('reporter', { teams: ['engineering'] });

/** As sqld answers: a statement touched one row. */
function answer(message: string): string {
  const { type, request_id, request } = JSON.parse(message) as { type: string; request_id?: number; request: { type: string } };
  if (type === 'hello') return '{"type":"hello_ok"}';
  const result = { cols: [], rows: [], affected_row_count: 1, last_insert_rowid: null };
  return JSON.stringify({ type: 'response_ok', request_id, response: { type: request.type, result } });
}

it('a read goes, a write to a database that is not listed for it does not, however it is sent', async () => {
  const texts = ['SELECT a FROM orders', 'DELETE FROM orders'];
  const { ok, result, error } = await runClient(agent, 'hrana', { url: `wss://${HOST}/`, texts, stored: texts });
  assert.ok(ok, JSON.stringify(error));
  const said = result['said'] as readonly ClientReport[];
  assert.deepEqual([result['version'], ...said.map((one) => one.ok)], [2, true, false, true, false], JSON.stringify(said));
  for (const one of [said[1], said[3]]) {
    assert.equal(one?.error['name'], 'ResponseError');
    assert.match(String(one?.error['message']), /database-unlisted-write/);
  }
  const ran = origin.messages.filter((message) => message.includes('"execute"')).join();
  assert.doesNotMatch(ran, /DELETE|"sql_id":1/);
  assert.match(ran, /SELECT a.*"sql_id":0/);
  const verdicts = (await interlock.bodies('verdict')).filter(({ cause }) => cause !== null);
  assert.deepEqual(
    verdicts.map(({ verdict, actions }) => [verdict, actions[0]?.action, actions[0]?.facts['tables']]),
    [1, 2].flatMap(() => [
      ['ALLOW_LOG', 'database.read', ['orders']],
      ['BLOCK', 'database.delete', ['orders']],
    ]),
  );
});
