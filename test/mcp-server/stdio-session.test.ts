// One session over a pair of streams: it ends with its input, and when it is told to.

import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { serveStdio } from '../../src/mcp-server/stdio-session.ts';
import { createTools } from '../../src/mcp-server/tools.ts';

const unasked = (): Promise<never> => Promise.reject(new Error('nothing is asked here'));
const tools = () =>
  createTools({
    evaluate: unasked,
    searchActions: unasked,
    ticket: unasked,
    submitPlan: unasked,
    plan: unasked,
    endPlan: unasked,
  });

test('ends when its input does', { timeout: 60_000 }, async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const served = serveStdio(tools(), input, output, new AbortController().signal);
  input.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
  const [line] = await output.take(1).toArray();
  assert.deepEqual(JSON.parse(String(line)), { jsonrpc: '2.0', id: 1, result: {} });
  input.end();
  await served;
});

test('ends when it is told to', { timeout: 60_000 }, async () => {
  const stop = new AbortController();
  const served = serveStdio(tools(), new PassThrough(), new PassThrough(), stop.signal);
  stop.abort();
  await served;
});

test('ends when its stop came before it', { timeout: 60_000 }, async () => {
  await serveStdio(tools(), new PassThrough(), new PassThrough(), AbortSignal.abort());
});
