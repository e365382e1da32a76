// One TCP connection to addresses that were already checked: tried in order, each for a bounded time.

import { connect, type Socket } from 'node:net';
import { InterlockError } from '../errors.ts';
import type { ResolvedAddress } from './resolver.ts';

/** A silent address may not use up the time of those behind it, nor more than this (after RFC 8305, without its racing). */
const ATTEMPT_MS = 2500;
/** More addresses than this say nothing new about an origin that does not answer. */
const MAX_ATTEMPTS = 8;
const KEEP_ALIVE_MS = 30_000;

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  EADDRNOTAVAIL: 'no local address is left to connect from',
  EACCES: 'this machine does not permit the connection',
  EPERM: 'this machine does not permit the connection',
  EMFILE: 'Interlock has no file descriptors left',
  ENFILE: 'this machine has no file descriptors left',
};

/**
 * Connects to the first address that answers. `shown` names the target in errors. INVARIANT: dials nothing but `addresses`, as
 * literals, so nothing is resolved again between check and connect (A11). Throws CONNECT_FAILED, UPSTREAM_TIMEOUT.
 */
export async function connectFirst(shown: string, addresses: readonly ResolvedAddress[], timeoutMs: number): Promise<Socket> {
  const deadline = Date.now() + timeoutMs;
  const candidates = addresses.slice(0, MAX_ATTEMPTS);
  let last = new InterlockError('CONNECT_FAILED', `cannot connect to ${shown}: it has no address`);
  for (const [index, candidate] of candidates.entries()) {
    const left = deadline - Date.now();
    if (left <= 0) break;
    const untried = candidates.length - index;
    try {
      return await connectOne(shown, candidate, untried === 1 ? left : Math.min(left / untried, ATTEMPT_MS));
    } catch (error) {
      if (!(error instanceof InterlockError)) throw error;
      last = error;
    }
  }
  throw last;
}

function connectOne(shown: string, target: ResolvedAddress, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: target.address,
      port: target.port,
      family: target.family,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    const fail = (code: 'CONNECT_FAILED' | 'UPSTREAM_TIMEOUT', problem: string, cause?: unknown): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new InterlockError(code, `cannot connect to ${shown}: ${problem}`, { cause }));
    };
    const timer = setTimeout(() => fail('UPSTREAM_TIMEOUT', `no answer within ${(timeoutMs / 1000).toFixed(1)} s`), timeoutMs);
    // This listener stays: an error between this promise and the next owner's listener must not end the process.
    socket.on('error', (error) => fail('CONNECT_FAILED', inWords(error), error));
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });
}

function inWords(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
  return WORDS[code] ?? `the connection failed (${code})`;
}
