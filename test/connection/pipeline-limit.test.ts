// One connection may have a bounded number of requests under way.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createPipelineLimit } from '../../src/connection/pipeline-limit.ts';
import { portOf } from '../support/origin.ts';
import { waitFor } from '../support/wait-for.ts';

async function served(requests: number, answerAtOnce: boolean): Promise<{ readonly admitted: number; readonly excess: number }> {
  const counts = { admitted: 0, excess: 0 };
  const open: ServerResponse[] = [];
  const limit = createPipelineLimit(() => void (counts.excess += 1));
  const server = createServer((request, response) => {
    if (!limit.admit(request, response)) return;
    counts.admitted += 1;
    if (answerAtOnce) response.end();
    else open.push(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect(portOf(server), '127.0.0.1');
  client.on('error', () => undefined).resume();
  for (let i = 0; i < requests; i += 1) {
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    if (answerAtOnce) await new Promise((resolve) => setImmediate(resolve));
  }
  const gone = once(client, 'close');
  await waitFor(() => counts.admitted === requests || client.destroyed || undefined);
  client.destroy();
  await gone;
  server.close();
  server.closeAllConnections();
  return counts;
}

test('more than 32 at once cut the connection, once', async () => {
  assert.deepEqual(await served(200, false), { admitted: 32, excess: 1 });
});

test('any number one after the other is served', async () => {
  assert.deepEqual(await served(100, true), { admitted: 100, excess: 0 });
});
