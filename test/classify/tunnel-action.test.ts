// The action of bytes that pass unopened.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tunnelAction } from '../../src/classify/tunnel-action.ts';

test('names host, protocol and port, and was not inspected', () => {
  assert.deepEqual(tunnelAction({ host: 'pinned.example', port: 443 }, 'tls'), {
    name: 'tunnel.open',
    resource: { type: 'Host', id: 'pinned.example' },
    parents: [{ type: 'Domain', id: 'pinned.example' }],
    facts: { host: 'pinned.example', method: 'CONNECT', path: '', inspected: false, protocol: 'tls', port: 443 },
  });
  assert.equal(tunnelAction({ host: 'db.example', port: 5432 }, 'raw').resource.id, 'db.example:5432');
  assert.equal(tunnelAction({ host: 'db.example', port: 5432 }, 'raw', 5433).facts['port'], 5433);
});
