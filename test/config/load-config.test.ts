// Which file counts, what its defaults are, and what each key comes to.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/load-config.ts';
import { InterlockError } from '../../src/errors.ts';
import { configFile } from './config-file.ts';

test('an empty file means the defaults, with paths in its folder', () => {
  using it = configFile('');
  assert.deepEqual(it.load(), {
    file: it.file,
    proxy: { listen: { host: '127.0.0.1', port: 8080 }, tls: null, plaintext: false, requireAgent: true, connectPorts: [443] },
    console: { listen: { host: '127.0.0.1', port: 8081 }, tls: null, plaintext: false, sessionMinutes: 60, oidc: null },
    dataDir: join(it.folder, 'data'),
    certsDir: join(it.folder, 'certs'),
    policiesDir: join(it.folder, 'policies'),
    enforcement: 'enforce',
    shadow: { policiesDir: null },
    upstream: { caFiles: [], hosts: {}, allowAddresses: [], proxy: null, clientCerts: {} },
    limits: {
      inspectBytes: 1_048_576,
      bodyMemoryBytes: 268_435_456,
      toolCallBytes: 1_048_576,
      connections: 2000,
      tickets: 1000,
      ticketsPerAgent: 50,
    },
    approvals: { holdSeconds: 50, ticketSeconds: 86_400, grantSeconds: 900 },
    slack: null,
    ledger: {
      maxWaitMillis: 5000,
      checkpoints: { everySeconds: 300, files: [], witnesses: [] },
      segments: null,
      retention: { keepDays: null, keepBytes: null },
      export: [],
    },
    log: { level: 'info' },
  });
});

test('a sink is a file or a syslog receiver, with a name of its own; what is wrong is told with file and line', () => {
  const sinks = (text: string): string => `ledger:\n  export:\n${text}`;
  using good = configFile(
    sinks(
      '    - { name: a, file: out.jsonl, only: { verdict: [BLOCK] } }\n    - { name: b, syslog: { host: logs.example, caFile: ca.pem, clientCert: { cert: c.pem, key: /k.pem } } }\n',
    ),
  );
  assert.deepEqual(good.load().ledger.export, [
    { name: 'a', to: { file: join(good.folder, 'out.jsonl') }, format: 'jsonl', values: 'open', only: { verdict: ['BLOCK'] } },
    {
      ...{ name: 'b', format: 'jsonl', values: 'open', only: {} },
      to: {
        syslog: {
          ...{ host: 'logs.example', port: 6514, tls: true, caFile: join(good.folder, 'ca.pem') },
          ...{ clientCert: { cert: join(good.folder, 'c.pem'), key: '/k.pem' }, maxMessageBytes: 8_096 },
        },
      },
    },
  ]);
  for (const [bad, problem] of [
    ['    - { name: a }\n', /interlock\.yaml:3:\d+: .*expected either file or syslog/],
    ['    - { name: a, file: x, syslog: { host: h } }\n', /interlock\.yaml:3:\d+: .*expected either file or syslog/],
    ['    - { name: ../a, file: x }\n', /interlock\.yaml:3:\d+: .*expected a name of a-z/],
    ['    - { name: a, file: x }\n    - { name: a, file: y }\n', /interlock\.yaml:\d+:\d+: .*expected a name of its own/],
    ['    - name: a\n      file: x\n      only: { verdicts: [BLOCK] }\n', /interlock\.yaml:5:\d+: unknown key "verdicts"/],
    ['    - name: a\n      syslog:\n        host: h\n        port: 0\n', /interlock\.yaml:6:\d+: .*expected a port/],
    ['    - { name: a, syslog: { host: h, maxMessageBytes: 2047 } }\n', /interlock\.yaml:3:\d+: .*expected at least 2048/],
    [
      '    - { name: a, syslog: { host: h, tls: false, caFile: x } }\n',
      /interlock\.yaml:3:\d+: .*caFile and clientCert are for TLS/,
    ],
  ] as const) {
    using it = configFile(sinks(bad));
    assert.match(it.fail().message, problem);
  }
});

test('every key is read, paths relative to the file, names in one spelling', () => {
  using it = configFile(`
proxy: { listen: "[::1]:0", requireAgent: false, connectPorts: [443, 8443], tls: { cert: tls/a.pem, key: /keys/a.pem } }
console: { listen: 0.0.0.0:9, plaintext: true, oidc: { issuer: "https://id.example.com", clientId: c, clientSecretFile: keys/oidc } }
dataDir: ../elsewhere
enforcement: monitor
shadow: { policiesDir: next }
upstream:
  caFiles: [roots/one.pem]
  hosts: { "API.Stripe.com": "127.0.0.1:9443", "a.example:8443": "[::1]:1" }
  allowAddresses: [10.0.0.0/8]
  proxy: http://parent.example:3128
  clientCerts: { a.example: { cert: c.pem, key: k.pem } }
approvals: { holdSeconds: 0 }
log: { level: silent }
`);
  const config = it.load();
  assert.deepEqual(config.proxy.tls, { cert: join(it.folder, 'tls/a.pem'), key: '/keys/a.pem' });
  assert.deepEqual(config.proxy.connectPorts, [443, 8443]);
  assert.equal(config.console.plaintext, true);
  assert.deepEqual(config.console.oidc, {
    issuer: 'https://id.example.com',
    clientId: 'c',
    clientSecretFile: join(it.folder, 'keys/oidc'),
    redirectUri: null,
    name: 'Single sign-on',
  });
  assert.equal(config.enforcement, 'monitor');
  assert.equal(config.shadow.policiesDir, join(it.folder, 'next'));
  assert.equal(config.dataDir, join(it.folder, '../elsewhere'));
  assert.deepEqual(config.upstream.hosts, {
    'api.stripe.com': { host: '127.0.0.1', port: 9443 },
    'a.example:8443': { host: '::1', port: 1 },
  });
  assert.deepEqual(config.upstream.clientCerts, {
    'a.example': { cert: join(it.folder, 'c.pem'), key: join(it.folder, 'k.pem') },
  });
  assert.deepEqual([config.approvals.holdSeconds, config.approvals.ticketSeconds], [0, 86_400]);
});

test('sealing is off unless it is configured, and nothing can be dropped that is not sealed', () => {
  using it = configFile('ledger: { segments: {}, retention: { keepDays: 400 } }');
  assert.deepEqual(it.load().ledger.segments, { keepLiveEntries: 262_144, entriesPerSegment: 65_536 });
  assert.deepEqual(it.load().ledger.retention, { keepDays: 400, keepBytes: null });
  using loose = configFile('ledger: { retention: { keepDays: 400 } }');
  assert.throws(() => loose.load(), /ledger\.retention.*only sealed segments are dropped/);
  using odd = configFile('ledger: { segments: { entriesPerSegment: 1000 } }');
  assert.throws(() => odd.load(), /ledger\.segments\.entriesPerSegment.*256 or 65536/);
});

test('the named file counts before INTERLOCK_CONFIG, that before ./interlock.yaml, that before the defaults', () => {
  using it = configFile('log: { level: warn }');
  writeFileSync(join(it.folder, 'named.yaml'), 'log: { level: error }');
  writeFileSync(join(it.folder, 'env.yaml'), 'log: { level: debug }');
  const env = { INTERLOCK_CONFIG: 'env.yaml' };
  assert.equal(loadConfig('named.yaml', it.folder, env).log.level, 'error');
  assert.equal(loadConfig(null, it.folder, env).log.level, 'debug');
  assert.equal(loadConfig(null, it.folder, { INTERLOCK_CONFIG: '' }).log.level, 'warn');
  mkdirSync(join(it.folder, 'bare'));
  const bare = loadConfig(null, join(it.folder, 'bare'), {});
  assert.deepEqual([bare.file, bare.dataDir], [null, join(it.folder, 'bare/data')]);
});

test('a named file that is not there is an error, not the defaults', () => {
  using it = configFile('');
  for (const [path, env] of [
    ['none.yaml', {}],
    [null, { INTERLOCK_CONFIG: 'none.yaml' }],
  ] as const) {
    assert.throws(
      () => loadConfig(path, it.folder, env),
      (error) =>
        error instanceof InterlockError && error.code === 'CONFIG_INVALID' && /none\.yaml.*no such file/.test(error.message),
    );
  }
});

test('one host in two spellings is refused: it would be open which of them counts', () => {
  using it = configFile('upstream: { hosts: { "A.example": "127.0.0.1:1", "a.example": "127.0.0.1:2" } }\n');
  assert.match(it.fail().message, /"a\.example" stands there in two spellings/);
});
