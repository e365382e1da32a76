// A local origin that answers every request with a provider's own refusal, so that a real SDK can show what it makes of it.

import { createServer } from 'node:http';
import { fixtureRequest } from './fixture-request.ts';
import { NO_BODY } from '../../src/http/inspected-body.ts';
import type { Provider } from '../../src/providers/provider.ts';
import type { Refusal } from '../../src/providers/refusal.ts';

export interface RefusingOrigin extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** How many requests arrived: a refusal that an SDK retries is the wrong one. */
  readonly calls: () => number;
}

export const REFUSAL: Refusal = {
  kind: 'blocked',
  reason: 'a refund of 600.00 USD is too large',
  policies: ['refund-large'],
  entry: '12',
  ticket: null,
  status: 403,
};

export async function refusingOrigin(provider: Provider, refusal: Refusal = REFUSAL): Promise<RefusingOrigin> {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    request.resume().on('end', () => {
      const head = fixtureRequest(Buffer.from(`${request.method} ${request.url} HTTP/1.1\r\nHost: origin.example\r\n\r\n`));
      const answer = provider.refuse(head.view, refusal, NO_BODY);
      response.writeHead(answer.status, [...answer.headers, 'content-length', String(answer.body.length)]).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the origin has no port');
  const { port } = address;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    calls: () => calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
