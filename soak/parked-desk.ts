// The approver of the parked load: finds what waits, and approves it by the console's API as a person's program would.

import { Agent, request } from 'node:http';
import type { Interlock } from '../test/support/interlock.ts';
import { LEAST_AMOUNT } from './parked-clients.ts';

export interface Desk extends Disposable {
  /** Exchanges held right now, as the gateway's metrics say. */
  held(): Promise<number>;
  /** Ids of waiting tickets by their refund's number. */
  waiting(): Promise<ReadonlyMap<number, string>>;
  /** Throws unless it was approved. */
  approve(ticket: string): Promise<void>;
}

interface Listed {
  readonly id: string;
  readonly actions: ReadonlyArray<{ readonly facts: Readonly<Record<string, unknown>> }>;
}

export function openDesk(interlock: Interlock, token: string, connections: number): Desk {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const base = new URL(interlock.gateway.consoleUrl);
  const call = (method: string, path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request(new URL(path, base), {
        method,
        agent,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`));
        });
      });
      sent.end(method === 'POST' ? '{}' : undefined);
    });
  return {
    held: async () => Number(/^interlock_exchanges_held (\d+)/m.exec(await call('GET', '/metrics'))?.[1] ?? -1),
    async waiting() {
      const listed = JSON.parse(await call('GET', '/v1/tickets?state=pending')) as readonly Listed[];
      return new Map(listed.map(({ id, actions }) => [Number(actions[0]?.facts['amountMinor']) - LEAST_AMOUNT, id]));
    },
    approve: async (ticket) => void (await call('POST', `/v1/tickets/${ticket}/approve`)),
    [Symbol.dispose]: () => agent.destroy(),
  };
}
