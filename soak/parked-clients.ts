// A process of clients that ask for refunds and wait: forked by parked.ts, told by messages, so that their memory and CPU are not the gateway's.
// usage: fork(this file, [JSON of ClientTask]); it tells what was answered in batches.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectHttp2, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';

/** What one process of clients does. */
export interface ClientTask {
  readonly proxyPort: number;
  readonly caFile: string;
  /** `Basic …` of each agent; refund `n` is asked for by agent `n % agents.length`. */
  readonly agents: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly http2: boolean;
  /** The least size of each body. */
  readonly bodyBytes: number;
}

/** Told to the process: these clients hang up, or ask for these refunds once more. */
export type Told = { readonly leave: readonly number[] } | { readonly again: readonly number[] };

/** One answer: the refund's number, the status, and when it came (epoch milliseconds). Status 0: the connection ended without one. */
export type Answered = readonly [refund: number, status: number, atMs: number];

const HOST = 'api.stripe.com';
const STREAMS_PER_SESSION = 100;
const OPENED_AT_ONCE = 24;
/** In minor units: over what support may give alone, and a different one for each refund. */
export const LEAST_AMOUNT = 60_000;

const answers: Answered[] = [];
const leaving = new Map<number, () => void>();

function bodyOf(refund: number, bytes: number): string {
  const body = `charge=ch_${refund}&amount=${LEAST_AMOUNT + refund}`;
  return body.length >= bytes ? body : `${body}&metadata[note]=${'x'.repeat(bytes - body.length)}`;
}

function answered(refund: number, status: number): void {
  if (leaving.delete(refund)) answers.push([refund, status, performance.timeOrigin + performance.now()]);
}

async function tunnel(task: ClientTask, agent: number): Promise<Socket> {
  const socket = connect(task.proxyPort, '127.0.0.1');
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  const login = task.agents[agent % task.agents.length] ?? '';
  socket.write(`CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\nProxy-Authorization: ${login}\r\n\r\n`);
  const [head]: unknown[] = await once(socket, 'data');
  if (!String(head).startsWith('HTTP/1.1 200')) throw new Error(`CONNECT was refused: ${String(head)}`);
  return socket;
}

async function secure(task: ClientTask, context: SecureContext, agent: number): Promise<TLSSocket> {
  const raw = await tunnel(task, agent);
  const socket = connectTls({
    socket: raw,
    servername: HOST,
    secureContext: context,
    ALPNProtocols: [task.http2 ? 'h2' : 'http/1.1'],
  });
  socket.on('error', () => socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

async function askHttp1(task: ClientTask, context: SecureContext, refund: number): Promise<void> {
  const socket = await secure(task, context, refund);
  const body = bodyOf(refund, task.bodyBytes);
  leaving.set(refund, () => socket.destroy());
  socket.once('data', (chunk: Buffer) => {
    answered(refund, Number(/^HTTP\/1\.1 (\d{3})/.exec(chunk.toString('latin1'))?.[1] ?? 0));
    socket.destroy();
  });
  socket.once('close', () => answered(refund, 0));
  socket.write(
    `POST /v1/refunds HTTP/1.1\r\nHost: ${HOST}\r\nAuthorization: Bearer sk_test_parked\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

function askHttp2(task: ClientTask, session: ClientHttp2Session, refund: number): void {
  const stream: ClientHttp2Stream = session.request({
    ':method': 'POST',
    ':path': '/v1/refunds',
    authorization: 'Bearer sk_test_parked',
    'content-type': 'application/x-www-form-urlencoded',
  });
  leaving.set(refund, () => stream.close(constants.NGHTTP2_CANCEL));
  stream.on('error', () => undefined);
  stream.on('response', (headers) => answered(refund, headers[':status'] ?? 0));
  stream.on('close', () => answered(refund, 0));
  stream.resume();
  stream.end(bodyOf(refund, task.bodyBytes));
}

/** All of these refunds, each by its agent. */
async function ask(task: ClientTask, context: SecureContext, refunds: readonly number[]): Promise<void> {
  if (!task.http2) return atOnce(refunds, (refund) => askHttp1(task, context, refund));
  const count = task.agents.length;
  const byAgent = Array.from({ length: count }, (_, agent) => refunds.filter((refund) => refund % count === agent));
  const groups = byAgent.flatMap((own, agent) =>
    Array.from({ length: Math.ceil(own.length / STREAMS_PER_SESSION) }, (_, i) => ({
      agent,
      refunds: own.slice(i * STREAMS_PER_SESSION, (i + 1) * STREAMS_PER_SESSION),
    })),
  );
  return atOnce(groups, async ({ agent, refunds: own }) => {
    const socket = await secure(task, context, agent);
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => socket });
    session.on('error', () => session.destroy());
    for (const refund of own) askHttp2(task, session, refund);
  });
}

async function atOnce<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const rest = all.values();
  const worker = async (): Promise<void> => {
    for (const one of rest) await work(one);
  };
  await Promise.all(Array.from({ length: OPENED_AT_ONCE }, worker));
}

function main(task: ClientTask): void {
  const context = createSecureContext({ ca: readFileSync(task.caFile) });
  setInterval(() => {
    if (answers.length > 0) process.send?.(answers.splice(0));
  }, 100);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (told: Told) => {
    if ('again' in told) return void ask(task, context, told.again);
    for (const refund of told.leave) {
      const leave = leaving.get(refund);
      leaving.delete(refund); // who leaves hears nothing
      leave?.();
    }
  });
  void ask(
    task,
    context,
    Array.from({ length: task.to - task.from }, (_, i) => task.from + i),
  );
}

if (process.send !== undefined) main(JSON.parse(process.argv[2] ?? '{}') as ClientTask);
