// The real ws client through the whole gateway: each message of a WebSocket is judged, and has entries of its own.

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { runClient } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { startWebSocketOrigin } from '../support/websocket-origin.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const HOST = 'mcp.e2e.test';
const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startWebSocketOrigin(ca, [HOST]));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { [HOST]: origin.address },
    entities: [{ uid: { type: 'Tool', id: `${HOST}/room#search` }, attrs: { allowed: true }, parents: [] }],
  }),
);
const agent = await interlock.addAgent('caller', { teams: ['engineering'] });

it('a listed tool is called, another is refused in its place, and the rest passes', async () => {
  const call = (name: string): string => JSON.stringify({ jsonrpc: '2.0', id: name, method: 'tools/call', params: { name } });
  const said = await runClient(agent, 'websocket', {
    url: `wss://${HOST}/room`,
    messages: [call('search'), call('delete_all'), 'plain words', call('search')],
  });
  assert.ok(said.ok, JSON.stringify(said));
  const answers = said.result['answers'] as readonly string[];
  assert.deepEqual([answers[0], answers[2], answers[3]], [call('search'), 'plain words', call('search')]);
  assert.match(answers[1] ?? '', /"id":"delete_all".*mcp-tool-unlisted.*"isError":true/);
  assert.deepEqual(origin.messages, [call('search'), 'plain words', call('search')]);
  const verdicts = await interlock.bodies('verdict');
  const upgrade = verdicts.find(({ actions }) => actions[0]?.action === 'websocket.open');
  const calls = verdicts.filter(({ actions }) => actions[0]?.action === 'mcp.call');
  assert.deepEqual(
    calls.map(({ verdict, cause }) => [verdict, cause]),
    ['ALLOW_LOG', 'BLOCK', 'ALLOW_LOG'].map((verdict) => [verdict, upgrade?.exchange]),
  );
});
