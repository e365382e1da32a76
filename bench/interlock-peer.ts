// Interlock itself as a peer: the real command, the starter bundle, every verdict judged and written.

import { startInterlock, type Interlock } from '../test/support/interlock.ts';
import { HOST, STRIPE_HOST } from './bench-names.ts';
import type { Target } from './load.ts';

export interface InterlockPeer extends AsyncDisposable {
  readonly target: Target;
  readonly interlock: Interlock;
}

export async function startInterlockPeer(
  originPort: number,
  originCaFile: string,
  newNames: readonly string[],
): Promise<InterlockPeer> {
  const address = `127.0.0.1:${originPort}`;
  const hosts = Object.fromEntries([HOST, STRIPE_HOST, ...newNames].map((name) => [name, address]));
  const interlock = await startInterlock({
    hosts,
    caFiles: [originCaFile],
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
    config: { log: { level: 'warn' } },
  });
  const agent = await interlock.addAgent('bench', { teams: ['support'] });
  const basic = Buffer.from(`${agent.username}:${agent.token}`).toString('base64');
  return {
    interlock,
    target: {
      name: 'interlock',
      pid: interlock.gateway.pid,
      proxyPort: Number(new URL(interlock.gateway.proxyUrl).port),
      port: 443,
      authorization: `Basic ${basic}`,
    },
    [Symbol.asyncDispose]: () => interlock[Symbol.asyncDispose](),
  };
}
