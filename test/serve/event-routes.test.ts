// The live feed: who hears what, where one who comes back goes on, and that nobody who should not hear more does.

import assert from 'node:assert/strict';
import { type IncomingMessage, request } from 'node:http';
import { test } from 'node:test';
import { verdictOf } from '../record/sample-bodies.ts';
import { parkRequest } from '../support/approval-desk.ts';
import { type ConsoleDesk, consoleDesk } from '../support/console-desk.ts';
import { waitFor } from '../support/wait-for.ts';

interface Stream {
  readonly events: { readonly event: string; readonly id: string | undefined; readonly data: Record<string, unknown> }[];
  readonly type: string;
  ended: boolean;
  close(): void;
}

function listen(console: ConsoleDesk, headers: Readonly<Record<string, string>>): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: console.port, path: '/v1/events', headers, agent: false }, (response) => {
      let text = '';
      const stream: Stream = {
        events: [],
        type: String(response.headers['content-type']),
        ended: false,
        close: () => void sent.destroy(),
      };
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const parts = (text + chunk).split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) {
          const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1];
          const data = field('data');
          if (data !== undefined) stream.events.push({ event: field('event') ?? '', id: field('id'), data: JSON.parse(data) });
        }
      });
      response.on('close', () => (stream.ended = true));
      response.on('error', () => undefined);
      resolve(stream);
    });
    sent.on('error', reject).end();
  });
}

test('operators hear entries, approvers their tickets, and nobody what is not theirs', async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const olga = await desk.directory.addUser('olga', { groups: ['operators'] });
  const streams = {
    olga: await listen(console, { authorization: `Bearer ${olga.token}` }),
    fay: await listen(console, { cookie: (await console.signIn(desk.tokens.fay)).cookie }),
    leo: await listen(console, { authorization: `Bearer ${desk.tokens.leo}` }),
  };
  assert.equal(streams.olga.type, 'text/event-stream; charset=utf-8');
  await desk.ledger.append(verdictOf('x1'), 'written');
  await desk.book.open(parkRequest());
  await waitFor(
    () => (streams.fay.events.length > 0 && streams.olga.events.some(({ data }) => data['type'] === 'ticket')) || undefined,
  );
  assert.deepEqual(
    streams.fay.events.map(({ event, data }) => [event, data['mayDecide']]),
    [['ticket', true]],
  );
  assert.deepEqual(streams.leo.events, []);
  assert.ok(streams.olga.events.every(({ event }) => event === 'entry'));
  assert.ok(streams.olga.events.some(({ data, id }) => data['exchange'] === 'x1' && id === String(data['sequence'])));
  for (const stream of Object.values(streams)) stream.close();
  assert.equal((await console.ask('GET', '/v1/events')).status, 401);
});

test('who comes back goes on behind the last entry they heard, without a gap and without a repeat', async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const olga = await desk.directory.addUser('olga', { groups: ['operators'] });
  const authorization = `Bearer ${olga.token}`;
  for (let i = 0; i < 10; i += 1) await desk.ledger.append(verdictOf(`x${i}`), 'written');
  await waitFor(
    async () => (await console.askAs(olga.token, 'GET', '/v1/entries?agent=support-bot')).text.includes('x9') || undefined,
  );
  const back = await listen(console, { authorization, 'last-event-id': '6' });
  await desk.ledger.append(verdictOf('last'), 'written');
  await waitFor(() => back.events.some(({ data }) => data['exchange'] === 'last') || undefined);
  const ids = back.events.map(({ id }) => Number(id));
  assert.deepEqual(
    ids,
    Array.from({ length: ids.length }, (_, i) => i + 7),
  );
  back.close();
});

test('a stream ends when its user is revoked or signs out', async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const fay = await listen(console, { authorization: `Bearer ${desk.tokens.fay}` });
  const bo = await console.signIn(desk.tokens.bo);
  const signedOut = await listen(console, { cookie: bo.cookie });
  await desk.directory.revokeUser('fay');
  await bo.ask('DELETE', '/v1/session');
  await desk.book.open(parkRequest());
  await waitFor(() => (fay.ended && signedOut.ended) || undefined);
  assert.deepEqual([fay.events, signedOut.events], [[], []]);
});

test('a user has a few streams and no more', async () => {
  await using console = await consoleDesk();
  const headers = { authorization: `Bearer ${console.desk.tokens.fay}` };
  const open: Stream[] = [];
  for (let i = 0; i < 6; i += 1) open.push(await listen(console, headers));
  assert.equal((await console.ask('GET', '/v1/events', headers)).status, 429);
  open[0]?.close();
  await waitFor(async () => {
    const again = await listen(console, headers);
    again.close();
    return again.type.startsWith('text/event-stream') || undefined;
  });
  for (const stream of open) stream.close();
});

test('who reads nothing is dropped, and holds up nobody', async () => {
  await using console = await consoleDesk();
  const { desk } = console;
  const { token } = await desk.directory.addUser('olga', { groups: ['operators'] });
  const headers = { authorization: `Bearer ${token}` };
  const other = await listen(console, headers);
  const idle = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port: console.port, path: '/v1/events', headers, agent: false }, resolve)
      .on('error', reject)
      .end();
  });
  // More than is allowed and what the kernel holds for both ends on top of it.
  const long = { ...verdictOf('x1'), reason: 'a'.repeat(4_000) };
  let told = 0;
  while (told < 10_000) {
    await Promise.all(Array.from({ length: 100 }, () => desk.ledger.append(long, 'written')));
    told += 100;
    // As fast as the other one reads: it shares its thread with all the rest here, and must not be the slow one.
    while (other.events.length < told && !other.ended) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.equal(other.ended, false);
  let last = '';
  idle.on('error', () => undefined).on('data', (chunk: Buffer) => (last = (last + chunk.toString('latin1')).slice(-10_000)));
  await new Promise((resolve) => idle.on('close', resolve));
  const heard = Number([...last.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1]);
  assert.ok(heard < told / 2, `it heard ${heard} of ${told}`);
  other.close();
});
