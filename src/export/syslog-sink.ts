// Entries shipped to a syslog receiver over TLS (RFC 5425) or TCP (RFC 6587).
//
// Syslog has no acknowledgements: what was written may lie unread in the receiver's kernel when it dies. So a session is ended by our FIN
// (with TLS our close_notify) and counts only when the receiver answered with its own, without a reset: a receiver reads to the end before
// it closes, and a kernel that closes with unread data resets.

import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SyslogConfig } from '../config/config.ts';
import type { Message, Sink, SinkSession } from './sink.ts';
import { syslogFrame, syslogHost } from './syslog-message.ts';

const SESSION_MS = 5_000;
const CONNECT_MS = 10_000;
/** Without a byte taken by the receiver. A slow one is waited for, a stuck one is left. */
const STALL_MS = 60_000;
const ANSWER_MS = 10_000;
/** A receiver that was closing already, and so never read the end, is heard of within a round trip: then its FIN is no answer to ours. */
const QUIET_MS = 200;

export interface SyslogTimes {
  readonly sessionMs?: number;
  readonly connectMs?: number;
  readonly stallMs?: number;
  readonly answerMs?: number;
}

export function syslogSink(config: SyslogConfig, times: SyslogTimes = {}): Sink {
  const host = syslogHost();
  return {
    target: `syslog ${config.host}:${config.port}`,
    sessionMs: times.sessionMs ?? SESSION_MS,
    async open(signal) {
      const socket = await dial(config, signal, times.connectMs);
      const frameOf = (message: Message): string => syslogFrame(message, host, config.maxMessageBytes);
      return sessionOn(socket, frameOf, times);
    },
  };
}

async function dial(config: SyslogConfig, signal: AbortSignal, connectMs = CONNECT_MS): Promise<Socket> {
  const { host, port, tls } = config;
  const socket = tls ? connectTls({ host, port, ...(await tlsOptions(config)) }) : connect({ host, port });
  const ready = tls ? 'secureConnect' : 'connect';
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const late = setTimeout(() => socket.destroy(new Error('it did not answer in time')), connectMs);
  const stop = (): void => void socket.destroy(new Error('stopped'));
  signal.addEventListener('abort', stop, { once: true });
  // Stays: an error between this promise and the session's own listener must not end the process.
  socket.on('error', reject);
  socket.once('close', () => reject(new Error('it closed the connection')));
  socket.once(ready, () => resolve(socket));
  try {
    if (signal.aborted) stop();
    return await promise;
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', stop);
  }
}

/** Read at each session: a root or a certificate that is renewed needs no restart. */
async function tlsOptions({ host, caFile, clientCert }: SyslogConfig): Promise<ConnectionOptions> {
  return {
    minVersion: 'TLSv1.2',
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(caFile === null ? {} : { ca: await readFile(caFile) }),
    ...(clientCert === null ? {} : { cert: await readFile(clientCert.cert), key: await readFile(clientCert.key) }),
  };
}

function sessionOn(
  socket: Socket,
  frameOf: (message: Message) => string,
  { stallMs = STALL_MS, answerMs = ANSWER_MS }: SyslogTimes,
): SinkSession {
  const broken = Promise.withResolvers<never>();
  const answered = Promise.withResolvers<void>();
  broken.promise.catch(() => undefined);
  let asked = false;
  let heard = false;
  const fail = (error: Error): void => {
    broken.reject(error);
    socket.destroy();
  };
  socket.on('error', fail);
  socket.setTimeout(stallMs);
  socket.on('timeout', () => fail(new Error(asked ? 'it did not answer the end of the session' : 'it takes nothing more')));
  // What a receiver says has no meaning here; its end does, so it must be read to.
  socket.resume();
  socket.on('end', () => {
    // INVARIANT: an end that came before ours says nothing of what was written.
    if (asked) heard = true;
    else fail(new Error('it closed the connection'));
  });
  socket.on('close', (hadError) => {
    if (heard && !hadError) answered.resolve();
    else fail(new Error('it closed the connection without an answer'));
  });
  return {
    write: (messages) => Promise.race([broken.promise, taken(socket, messages.map(frameOf).join(''))]),
    async finish() {
      await Promise.race([broken.promise, sleep(QUIET_MS)]);
      asked = true;
      socket.setTimeout(answerMs);
      socket.end();
      await Promise.race([broken.promise, answered.promise]);
    },
    abort: () => void socket.destroy(),
  };
}

/** Resolves when all of it was handed to the kernel. */
function taken(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(text, 'latin1', (error) => (error ? reject(error) : resolve()));
  });
}
