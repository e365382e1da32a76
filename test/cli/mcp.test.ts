// `interlock mcp` before it serves: what it refuses, in words that say what to give instead.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeCli } from './fake-cli.ts';

test('says which gateway is missing, which address is none, and never a token', async () => {
  for (const [env, args, said] of [
    [{}, [], /HTTPS_PROXY is not set[^]*--agent NAME/],
    [{ HTTPS_PROXY: 'socks5://a:secret@b' }, [], /not the URL of an HTTP proxy/],
    [{}, ['--http', '0.0.0.0:1'], /not an address of this machine alone[^]*127\.0\.0\.1:PORT/],
    [{}, ['--token', 'secret'], /--token is for a proxy on another host/],
    [{}, ['--proxy', 'http://a.example:1'], /--proxy needs the agent's token/],
  ] as const) {
    const cli = fakeCli({ env });
    assert.equal(await cli.run('mcp', ...args), 2);
    assert.match(cli.err(), said);
    assert.doesNotMatch(cli.err() + cli.out(), /secret/);
  }
});

test('serves HTTP until it is told to stop', { timeout: 60_000 }, async () => {
  const cli = fakeCli({ env: { HTTPS_PROXY: 'http://a:b@127.0.0.1:1' } });
  const ended = cli.run('mcp', '--http', '127.0.0.1:0', '--json');
  while (cli.out() === '') await new Promise((resolve) => setTimeout(resolve, 10));
  assert.match(cli.out(), /"url":"http:\/\/127\.0\.0\.1:\d+\/mcp"/);
  cli.signals.emit('SIGTERM');
  assert.equal(await ended, 0);
});
