// Every mistake in interlock.yaml is told with line, column, key and what was expected.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configFile } from './config-file.ts';

const MISTAKES: ReadonlyArray<readonly [name: string, text: string, place: string, says: RegExp]> = [
  [
    'an unknown section',
    'dataDir: ./data\nproxi: {}\n',
    '2:1',
    /unknown key "proxi" at the top level \(did you mean "proxy"\?\)/,
  ],
  [
    'an unknown key',
    'proxy:\n  listen: 127.0.0.1:1\n  lisen: x\n',
    '3:3',
    /unknown key "lisen" in proxy \(did you mean "listen"\?\)/,
  ],
  ['an unknown key far from any', 'log: { colour: x }\n', '1:8', /unknown key "colour" in log \(known keys: level\)/],
  [
    'an unknown key under a host',
    'upstream:\n  clientCerts:\n    a.example: { cert: c, key: k, pass: p }\n',
    '3:35',
    /unknown key "pass" in upstream.clientCerts.a.example \(known keys: cert, key\)/,
  ],
  ['a wrong type', 'proxy:\n  requireAgent: "yes"\n', '2:17', /proxy\.requireAgent: expected true or false, found a string/],
  ['a number for an address', 'proxy: { listen: 8080 }\n', '1:18', /proxy\.listen: expected a string, found 8080/],
  ['a bad address', 'proxy:\n  listen: localhost\n', '2:11', /proxy\.listen: expected host:port, such as 127\.0\.0\.1:8080/],
  [
    'a bad list item',
    'proxy:\n  connectPorts:\n    - 443\n    - 70000\n',
    '4:7',
    /proxy\.connectPorts\[1\]: expected a whole number from 1 to 65535/,
  ],
  ['a fraction', 'approvals: { holdSeconds: 1.5 }\n', '1:27', /approvals\.holdSeconds: expected a whole number from 0 to 3600/],
  ['a bad CIDR', 'upstream: { allowAddresses: [10.0.0.1/8] }\n', '1:30', /upstream\.allowAddresses\[0\]: expected a CIDR block/],
  [
    'a bad host key',
    'upstream:\n  hosts: { "a b": "127.0.0.1:1" }\n',
    '2:12',
    /expected a host name, with or without a port.* as the key/,
  ],
  ['a missing half', 'console: { tls: { cert: a.pem } }\n', '1:17', /console\.tls\.key: missing, expected a string/],
  ['an empty section', 'proxy:\ndataDir: x\n', '1:', /proxy: expected a mapping \(keys indented below it\), found nothing/],
  ['a list for the file', '- a\n', '1:1', /the file: expected a mapping/],
  ['a bad level', 'log: { level: loud }\n', '1:15', /log\.level: expected one of debug, info, warn, error, silent/],
];

for (const [name, text, place, says] of MISTAKES) {
  test(`refused with its place: ${name}`, () => {
    using it = configFile(text);
    const error = it.fail();
    assert.equal(error.code, 'CONFIG_INVALID');
    assert.ok(error.message.startsWith(`${it.file}:${place}`), error.message);
    assert.match(error.message, says);
    assert.ok(!error.message.includes('\n'), 'one line');
  });
}

test('all mistakes are told at once, the first as the message', () => {
  using it = configFile('proxy: { listen: 1 }\nlog: { level: 2 }\n');
  const error = it.fail();
  assert.match(error.message, /proxy\.listen/);
  assert.match(error.hint ?? '', /interlock\.yaml:2:15: log\.level/);
});

test('what a value holds is never repeated', () => {
  using it = configFile('upstream: { proxy: "socks://user:hunter2@parent:1" }\n');
  const error = it.fail();
  assert.match(error.message, /upstream\.proxy: expected the URL of a proxy/);
  assert.ok(!`${error.message}${error.hint ?? ''}`.includes('hunter2'));
});
