// The console: what it tells, to whom, and what a web page in the approver's browser can't do (threats D3, D14).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consoleDesk } from '../support/console-desk.ts';

test('health: 200 while the ledger writes and the CA lives, else 503 with what is wrong', async () => {
  await using good = await consoleDesk();
  const answer = await good.ask('GET', '/healthz');
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.read(), {
    status: 'ok',
    enforcement: 'enforce',
    bundle: 'digest',
    bundleRejected: null,
    ledger: { ok: true, entries: 1, lag: 0 },
    caDaysLeft: 300,
  });
  await using stalled = await consoleDesk({
    health: async () => ({ bundle: 'digest', bundleRejected: null, ledger: { ok: false, entries: 1, lag: 9 }, caDaysLeft: 300 }),
  });
  assert.equal((await stalled.ask('GET', '/healthz')).status, 503);
  await using expired = await consoleDesk({
    health: async () => ({ bundle: 'digest', bundleRejected: null, ledger: { ok: true, entries: 1, lag: 0 }, caDaysLeft: 0 }),
  });
  assert.equal((await expired.ask('GET', '/healthz')).status, 503);
});

test("readiness is its own question, and metrics are in Prometheus' format", async () => {
  await using draining = await consoleDesk({ ready: () => false });
  assert.equal((await draining.ask('GET', '/readyz')).status, 503);
  assert.equal((await draining.ask('GET', '/healthz')).status, 200);
  const metrics = await draining.ask('GET', '/metrics');
  assert.match(String(metrics.headers['content-type']), /^text\/plain; version=0\.0\.4/);
  assert.match(metrics.text, /interlock_ledger_lag_entries 0/);
});

test("a name that is not the console's is refused on every path: DNS rebinding gets nothing, not even a 404", async () => {
  await using console = await consoleDesk({ hosts: ['interlock.corp.example'] });
  const wrong = [
    'evil.example',
    `evil.example:${console.port}`,
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'localhost, evil.example',
    'user@localhost',
    '10.0.0.1',
    '[::2]',
  ];
  for (const host of wrong) {
    for (const path of ['/healthz', '/metrics', '/v1/tickets', '/nothing']) {
      const answer = await console.ask('GET', path, { host });
      assert.equal(answer.status, 421, `${host} ${path}`);
    }
  }
  for (const host of [`127.0.0.1:${console.port}`, 'localhost', 'LOCALHOST:1', '[::1]:8081', 'interlock.corp.example']) {
    assert.equal((await console.ask('GET', '/healthz', { host })).status, 200, host);
  }
});

test("requests that another site's page makes are refused, and no answer lets a page read it", async () => {
  await using console = await consoleDesk();
  const token = console.desk.tokens.fay;
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]) {
    const answer = await console.ask('GET', '/v1/tickets', { ...headers, authorization: `Bearer ${token}` });
    assert.equal(answer.status, 403);
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
  }
  const preflight = await console.ask('OPTIONS', '/v1/tickets', {
    origin: 'https://evil.example',
    'access-control-request-method': 'POST',
  });
  assert.equal(preflight.status, 403);
  assert.equal(preflight.headers['access-control-allow-origin'], undefined);
  const own = await console.ask('GET', '/v1/tickets', {
    origin: `http://127.0.0.1:${console.port}`,
    'sec-fetch-site': 'same-origin',
    authorization: `Bearer ${token}`,
  });
  assert.equal(own.status, 200);
});

test('every answer carries the headers that keep it out of frames, caches and sniffing', async () => {
  await using console = await consoleDesk();
  for (const path of ['/healthz', '/nothing', '/v1/tickets']) {
    const { headers } = await console.ask('GET', path);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/);
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(headers['referrer-policy'], 'no-referrer');
  }
});

test('errors are problem details with words and no insides', async () => {
  await using console = await consoleDesk({
    health: async () => {
      throw new Error('secret at /srv/private');
    },
  });
  const broken = await console.ask('GET', '/healthz');
  assert.equal(broken.status, 500);
  assert.match(String(broken.headers['content-type']), /^application\/problem\+json/);
  assert.ok(!broken.text.includes('secret') && !broken.text.includes('stack'));
  const missing = await console.ask('GET', '/nothing');
  assert.equal(missing.status, 404);
  assert.match(String(missing.headers['content-type']), /^application\/problem\+json/);
});
