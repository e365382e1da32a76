// A change of records: names and types are told for all of them or for none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dnsAction } from '../../../src/providers/dns/dns-action.ts';
import { requestView } from '../../support/request-view.ts';

const request = requestView('POST', '/', { host: 'dns.example.com' });

test('names are plain, kinds and types are sets', () => {
  const { facts, resource } = dnsAction(request, {
    verb: 'change',
    provider: 'aws',
    inspected: true,
    zone: 'Z1',
    zoneId: 'route53/Z1',
    changes: [
      { kind: 'delete', name: 'WWW.Example.com.', type: 'a' },
      { kind: 'upsert', name: 'www.example.com', type: 'A' },
    ],
  });
  assert.deepEqual(resource, { type: 'Zone', id: 'route53/Z1' });
  assert.deepEqual(
    [facts['names'], facts['types'], facts['changes'], facts['changeCount']],
    [['www.example.com'], ['A'], ['delete', 'upsert'], 2],
  );
});

test('a record without a name leaves the names untold', () => {
  const { facts } = dnsAction(request, {
    verb: 'change',
    provider: 'cloudflare',
    inspected: true,
    changes: [
      { kind: 'create', name: 'a.example.com', type: 'A' },
      { kind: 'delete', name: undefined, type: undefined },
    ],
  });
  assert.deepEqual([facts['names'], facts['types'], facts['changeCount']], [undefined, undefined, 2]);
});
