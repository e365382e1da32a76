// Bodies that wait: on disk and not in memory, each sent once byte for byte, and never sent when the disk gave back something else.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { ProxyAgent, request } from 'undici';
import { startInterlock } from '../support/interlock.ts';
import { sendJson, startOrigin } from '../support/origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const MIB = 1_048_576;
const COUNT = 40;
const AT_ONCE = 4;

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(
  await startOrigin({
    leaf: await ca.issue(['inbox.e2e.test']),
    async answer(_request, response, received) {
      await received.body();
      sendJson(response, 200, { ok: true });
    },
  }),
);
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'inbox.e2e.test': origin.address },
    policies: `@id("inbox")
@reason("Somebody looks at this first.")
@verdict("wait")
@approvers("finance")
permit (principal, action == Action::"http.write", resource == Host::"inbox.e2e.test");`,
    // Room for six bodies, of which half may wait in memory: nothing like forty.
    config: { approvals: { holdSeconds: 600 }, limits: { inspectBytes: MIB, bodyMemoryBytes: 6 * MIB, ticketsPerAgent: 100 } },
  }),
);
let bot = await interlock.addAgent('bot');
const clerk = await interlock.addUser('fiona', ['finance']);
const folder = join(interlock.folder, 'data', 'parked');

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Status 0: the connection ended without an answer. */
async function post(bytes: Buffer): Promise<Answer> {
  const token = `Basic ${Buffer.from(`${bot.username}:${bot.token}`).toString('base64')}`;
  const requestTls = { ca: readFileSync(interlock.gateway.caFile) };
  const dispatcher = new ProxyAgent({ uri: interlock.gateway.proxyUrl, token, requestTls, headersTimeout: 120_000 });
  try {
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await request('https://inbox.e2e.test/in', { method: 'POST', headers, body: bytes, dispatcher });
    return { status: answer.statusCode, body: await answer.body.text() };
  } catch (error) {
    return { status: 0, body: String(error) };
  } finally {
    await dispatcher.destroy();
  }
}

async function gauge(name: string): Promise<number> {
  const text = await (await fetch(`${interlock.gateway.consoleUrl}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]);
}

/** A body goes when its ticket has ended, which its client may hear first. */
const emptied = () => waitFor(() => (readdirSync(folder).length === 0 ? true : undefined));
const held = (count: number) => waitFor(async () => ((await gauge('interlock_exchanges_held')) === count ? true : undefined));

async function decideAll(what: 'approve' | 'deny'): Promise<void> {
  for (const { id } of await interlock.tickets('pending')) {
    const response = await fetch(`${interlock.gateway.consoleUrl}/v1/tickets/${id}/${what}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${clerk}`, 'content-type': 'application/json' },
      body: '{}',
    });
    assert.equal(response.status, 200, await response.text());
  }
}

it('forty of them wait in the memory of six, and each is sent once, byte for byte', async () => {
  const bodies = Array.from({ length: COUNT }, () => randomBytes(MIB - 1_000));
  const answers: Promise<Answer>[] = [];
  while (answers.length < COUNT) {
    answers.push(...bodies.slice(answers.length, answers.length + AT_ONCE).map(post));
    const early = Promise.race(
      answers.map(async (answer) => assert.fail(`answered before it was approved: ${(await answer).body}`)),
    );
    await Promise.race([held(answers.length), early]);
  }
  assert.equal(await gauge('interlock_body_memory_bytes'), 0);
  const files = readdirSync(folder);
  assert.equal(files.length, COUNT);
  const heads = new Set(bodies.map((body) => body.subarray(0, 64).toString('hex')));
  assert.ok(files.every((file) => !heads.has(readFileSync(join(folder, file)).subarray(0, 64).toString('hex'))));

  await decideAll('approve');
  const statuses = (await Promise.all(answers)).map(({ status, body }) => (status === 200 ? '' : `${status} ${body}`));
  assert.deepEqual(new Set(statuses), new Set(['']));
  assert.deepEqual(origin.received.map(({ digest }) => digest).toSorted(), bodies.map(digestOf).toSorted());
  await waitFor(async () => ((await gauge('interlock_body_memory_bytes')) === 0 ? true : undefined));
  await emptied();
});

it('one that was changed on disk is blocked, with an entry, and nothing is sent', async () => {
  const before = origin.received.length;
  const answer = post(randomBytes(50_000));
  await held(1);
  const [name = ''] = readdirSync(folder);
  const bytes = readFileSync(join(folder, name));
  bytes[40_000] = (bytes[40_000] ?? 0) ^ 1;
  writeFileSync(join(folder, name), bytes);
  await decideAll('approve');
  const { status, body } = await answer;
  assert.equal(status, 403);
  assert.match(body, /changed or lost on disk while it waited/);
  assert.equal(origin.received.length, before);
  const entry = (await interlock.bodies('verdict')).at(-1);
  assert.deepEqual([entry?.verdict, entry?.code], ['BLOCK', 'BODY_LOST']);
  await emptied();
});

it('one that is denied is told so, and its file goes', async () => {
  const answer = post(randomBytes(50_000));
  await held(1);
  await decideAll('deny');
  assert.match((await answer).body, /denied by/);
  await emptied();
});

it('one that the disk does not take is not held, and goes when it is repeated once it is approved', async () => {
  const before = origin.received.length;
  const bytes = randomBytes(50_000);
  renameSync(folder, `${folder}-aside`);
  writeFileSync(folder, 'no folder');
  const { status, body } = await post(bytes);
  assert.equal(status, 403);
  assert.match(body, /can not be put on disk .*so it is not held: waiting for finance/);
  rmSync(folder);
  renameSync(`${folder}-aside`, folder);
  await decideAll('approve');
  assert.equal((await post(bytes)).status, 200);
  assert.deepEqual(
    origin.received.slice(before).map(({ digest }) => digest),
    [digestOf(bytes)],
  );
});

it('what a crash leaves is swept', async () => {
  const answer = post(randomBytes(50_000));
  await held(1);
  assert.equal(readdirSync(folder).length, 1);
  await interlock.kill9();
  await answer;
  await interlock.start({ warm: true });
  bot = interlock.login(bot.username, bot.token);
  assert.deepEqual(readdirSync(folder), []);
  assert.equal((await interlock.tickets('pending')).length, 1, 'its ticket stays');
});
