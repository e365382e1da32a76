// A tunnel or request whose TLS names somebody else carries its refusal with it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientScope } from '../../src/connection/client-scope.ts';
import { tunnelExchange } from '../../src/connection/tunnel.ts';
import { collectingReply } from '../../src/http/collecting-reply.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { PRINCIPAL } from '../support/exchange.ts';

const faultOf = (foreignServerName: string | null): string | undefined => {
  const scope: ClientScope = {
    authority: { host: 'a.test', port: 443 },
    scheme: 'https',
    identify: () => PRINCIPAL,
    source: '::1',
    foreignServerName,
  };
  return tunnelExchange('x1', scope, collectingReply(10), createMemoryBudget(10)).fault?.code;
};

test('a tunnel to one name with the TLS of another is at fault', () => {
  assert.equal(faultOf('evil.test'), 'AUTHORITY_MISMATCH');
  assert.equal(faultOf(null), undefined);
});
