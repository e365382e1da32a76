// The command line as a whole: help everywhere, an example in each, and usage errors that end with 2.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeCli } from './fake-cli.ts';
import { configFile } from '../config/config-file.ts';

const LEAVES = [
  'start',
  'exec',
  'env',
  ...['add', 'list', 'rotate', 'revoke'].flatMap((verb) => [`agents ${verb}`, `users ${verb}`]),
  'policy check',
  ...['list', 'show', 'approve', 'deny'].map((verb) => `tickets ${verb}`),
  ...['tail', 'show', 'verify'].map((verb) => `ledger ${verb}`),
];

for (const leaf of LEAVES) {
  test(`\`interlock ${leaf} --help\` has an example, --config and --json`, async () => {
    const it = fakeCli();
    assert.equal(await it.run(...leaf.split(' '), '--help'), 0);
    assert.match(it.out(), new RegExp(`Examples?:\\n {2}\\$ interlock ${leaf}`));
    assert.match(it.out(), /--config <file>/);
    assert.match(it.out(), /--json/);
    assert.equal(it.err(), '');
  });
}

test('the whole help names every command', async () => {
  const it = fakeCli();
  assert.equal(await it.run('--help'), 0);
  for (const leaf of LEAVES) assert.match(it.out(), new RegExp(`^ {2}${leaf.split(' ')[0]}\\b`, 'm'));
});

test('--version is that of the package', async () => {
  const it = fakeCli();
  assert.equal(await it.run('--version'), 0);
  assert.match(it.out(), /^\d+\.\d+\.\d+\n$/);
});

test('wrong calls end with 2 and one clear line', async () => {
  for (const [args, says] of [
    [['nonsense'], /unknown command 'nonsense'/],
    [['agents', 'add'], /missing required argument 'name'/],
    [['agents', 'list', '--nope'], /unknown option '--nope'/],
    [['agents', 'lst'], /unknown command 'lst'[^]*list/],
    [['env', '--shell', 'cmd'], /argument 'cmd' is invalid/],
    [['agents', 'add', 'a', 'b'], /too many arguments/],
  ] as const) {
    const it = fakeCli();
    assert.equal(await it.run(...args), 2, args.join(' '));
    assert.match(it.err(), says);
    assert.match(it.err(), /^interlock: /);
    assert.equal(it.out(), '');
  }
});

test('a usage error with --json is an object too', async () => {
  const it = fakeCli();
  assert.equal(await it.run('agents', 'add', '--json'), 2);
  assert.equal(Reflect.get(Object(Reflect.get(Object(it.json()), 'error')), 'code'), 'USAGE');
});

test('a group alone, and nothing at all, show their help and end with 2', async () => {
  for (const args of [[], ['agents']]) {
    const it = fakeCli();
    assert.equal(await it.run(...args), 2);
    assert.match(it.err(), /Usage: interlock/);
  }
});

test('a bad configuration ends every command with 2 and its place', async () => {
  using it = configFile('proxi: {}\n');
  const cli = fakeCli();
  assert.equal(await cli.run('agents', 'list', '--config', it.file), 2);
  assert.match(cli.err(), /interlock\.yaml:1:1: unknown key "proxi"/);
});
