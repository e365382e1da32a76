// Plain text off loopback only by the operator's written word, and no configuration that contradicts itself.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configFile } from './config-file.ts';

for (const [section, address] of [
  ['proxy', '0.0.0.0:8080'],
  ['proxy', '"[::]:8080"'],
  ['console', '10.0.0.1:8081'],
  ['console', 'gateway.example:1'],
] as const) {
  test(`${section} on ${address} needs TLS or a written word`, () => {
    using refused = configFile(`${section}: { listen: ${address} }\n`);
    const error = refused.fail();
    assert.equal(error.code, 'LISTENER_INSECURE');
    assert.match(error.message, new RegExp(`^${section}\\.listen .* not loopback, and .* tokens to it in plain text`));
    assert.match(error.hint ?? '', new RegExp(`${section}\\.tls .*${section}\\.plaintext: true`));
    using spoken = configFile(`${section}: { listen: ${address}, plaintext: true }\n`);
    assert.doesNotThrow(spoken.load);
    using secured = configFile(`${section}: { listen: ${address}, tls: { cert: a, key: b } }\n`);
    assert.doesNotThrow(secured.load);
  });
}

test('one address for both listeners is refused', () => {
  using it = configFile('proxy: { listen: 127.0.0.1:9 }\nconsole: { listen: 127.0.0.1:9 }\n');
  assert.match(it.fail().message, /proxy\.listen and console\.listen are the same address/);
  using free = configFile('proxy: { listen: 127.0.0.1:0 }\nconsole: { listen: 127.0.0.1:0 }\n');
  assert.doesNotThrow(free.load);
});

test('a body limit above the memory for bodies is refused', () => {
  using it = configFile('limits: { inspectBytes: 2000, bodyMemoryBytes: 1000 }\n');
  assert.match(it.fail().message, /limits\.inspectBytes is larger than limits\.bodyMemoryBytes/);
});
