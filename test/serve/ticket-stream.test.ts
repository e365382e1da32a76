// Following the tickets through the control socket: what is pending, then every move, bounded, and over when either side leaves.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { createControlClient } from '../../src/serve/control-client.ts';
import { errorAnswer } from '../../src/serve/control-routes.ts';
import { startControl } from '../../src/serve/control-server.ts';
import { createLocalOperator } from '../../src/serve/local-operator.ts';
import { createTicketStreams } from '../../src/serve/ticket-stream.ts';
import { NO_LEDGER_DESK } from '../support/no-ledger-desk.ts';
import { approvalDesk, parkRequest } from '../support/approval-desk.ts';
import { EMPTY_PLANS } from '../support/no-plans.ts';
import { NO_PROOFS } from '../support/no-proofs.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { waitFor } from '../support/wait-for.ts';
import type { OnMove } from '../../src/approve/tickets.ts';

async function running(t: { after(fn: () => Promise<void>): void }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'interlock-stream-'));
  const desk = await approvalDesk();
  let watchers = 0;
  const operator = createLocalOperator({
    desk: NO_LEDGER_DESK,
    proofs: NO_PROOFS,
    ledger: Object.assign(Object.create(desk.ledger), { verify: () => Promise.reject(new Error('unused')) }),
    directory: desk.directory,
    tickets: async () => ({
      ...desk.book,
      watch(onMove) {
        watchers += 1;
        const stop = desk.book.watch(onMove);
        return () => {
          watchers -= 1;
          stop();
        };
      },
    }),
    authority: async () => ({ caFile: '', caBundleFile: '' }),
    shadow: null,
    anchors: null,
    shipping: null,
    bundle: () => assert.fail(),
    budgets: async () => ({ list: () => [] }),
    plans: async () => EMPTY_PLANS,
    proxyUrl: '',
    close: async () => undefined,
  });
  const server = await startControl({ dataDir, operator });
  t.after(async () => {
    await server.close();
    desk[Symbol.dispose]();
    await rm(dataDir, { recursive: true });
  });
  return { desk, server, client: createControlClient(server.path), watchers: () => watchers };
}

test('tells what is pending, then each move as it is written, until the caller has enough', async (t) => {
  const { client, desk, watchers } = await running(t);
  const first = await desk.book.open(parkRequest());
  const enough = new AbortController();
  const seen: string[] = [];
  const follow: OnMove = (ticket, move) =>
    void seen.push(`${ticket.id === first.id ? 'first' : 'second'} ${move} ${ticket.denial ?? ''}`);
  const watching = client.watchTickets(follow, enough.signal);
  await waitFor(() => seen.length === 1 || undefined);
  const second = await desk.book.open(parkRequest({ exchange: 'x2', binding: 'c'.repeat(64) }));
  await client.decideTicket(second.id, 'deny', desk.tokens.fay, { reason: ' not before\nthe audit ' });
  await client.decideTicket(first.id, 'approve', desk.tokens.fay);
  await waitFor(() => seen.length >= 4 || undefined);
  assert.deepEqual(seen.slice(0, 3), ['first opened ', 'second opened ', 'second denied not before\\u{a}the audit']);
  assert.match(seen[3] ?? '', /^first approved/);
  enough.abort();
  await watching;
  await waitFor(() => watchers() === 0 || undefined);
});

test('a gateway that ends is told as one that does not answer', async (t) => {
  const { client, server, watchers } = await running(t);
  const watching = throwsWithCode('NOT_RUNNING', () => client.watchTickets(() => undefined, new AbortController().signal));
  await waitFor(() => watchers() === 1 || undefined);
  await server.close();
  await watching;
});

test('no gateway at all is told before anything is followed', async () => {
  const nowhere = createControlClient(join(tmpdir(), 'interlock-no-such.sock'));
  await throwsWithCode('NOT_RUNNING', () => nowhere.watchTickets(() => undefined, new AbortController().signal));
});

test('so many follow and no more, and who leaves makes room', async (t) => {
  const { client, watchers } = await running(t);
  const ends = Array.from({ length: 16 }, () => new AbortController());
  const all = ends.map((end) => client.watchTickets(() => undefined, end.signal));
  await waitFor(() => watchers() === 16 || undefined);
  await throwsWithCode('CONNECTION_LIMIT', () => client.watchTickets(() => undefined, new AbortController().signal));
  for (const end of ends) end.abort();
  await Promise.all(all);
  await waitFor(() => watchers() === 0 || undefined);
  const again = new AbortController();
  const watching = client.watchTickets(() => undefined, again.signal);
  await waitFor(() => watchers() === 1 || undefined);
  again.abort();
  await watching;
});

test('a quiet stream is kept alive with blank lines, and a failure in the middle is its last line', async (t) => {
  const app = fastify();
  t.after(() => app.close());
  const failing = Promise.withResolvers<void>();
  const streams = createTicketStreams({ watchTickets: () => failing.promise }, { keepAliveMs: 5 });
  app.post('/watchTickets', (_request, reply) => streams.open(reply, errorAnswer));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const response = await fetch(`${url}/watchTickets`, { method: 'POST' });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.length >= 3) failing.reject(new Error('disk gone'));
  }
  assert.match(text, /^\n\n\n+\{.*disk gone.*\}\n$/);
});

test('a reader that leaves the moves unread is dropped', async (t) => {
  const app = fastify();
  t.after(() => app.close());
  const dropped = Promise.withResolvers<void>();
  const desk = await approvalDesk();
  const ticket = { ...(await desk.book.open(parkRequest())), reason: 'x'.repeat(1_000_000) };
  desk[Symbol.dispose]();
  const streams = createTicketStreams({
    async watchTickets(onMove, signal) {
      signal.addEventListener('abort', () => dropped.resolve());
      for (let told = 0; told < 100 && !signal.aborted; told += 1) onMove(ticket, 'opened');
      await dropped.promise;
    },
  });
  app.post('/watchTickets', (_request, reply) => streams.open(reply, errorAnswer));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  // The connection is cut: before the head is read, or in the middle of the body.
  await assert.rejects(async () => (await fetch(`${url}/watchTickets`, { method: 'POST' })).text());
  await dropped.promise;
});
