import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { sniff } from '../../src/connection/sniff.ts';

async function told(...chunks: (string | Buffer)[]): Promise<string | null> {
  const stream = new PassThrough();
  const result = sniff(stream, 200);
  for (const chunk of chunks) {
    stream.write(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const protocol = await result;
  const put = stream.read() as Buffer | null;
  if (protocol !== null)
    assert.equal(
      put?.toString('latin1'),
      Buffer.concat(chunks.map((c) => Buffer.from(c as string, 'latin1'))).toString('latin1'),
      'what was looked at is put back',
    );
  return protocol;
}

test('tells what a tunnel carries from its first bytes', async () => {
  assert.equal(await told('\x16\x03\x01\x02\x00\x01\x00\x01\xfc'), 'tls');
  assert.equal(await told('\x16', '\x03\x01\x02\x00', '\x01\x00'), 'tls');
  assert.equal(await told('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), 'http');
  assert.equal(await told('PO', 'ST /v1/refunds HTTP/1.1\r\n'), 'http');
  assert.equal(await told('SSH-2.0-OpenSSH_9.2\r\n'), 'raw');
  assert.equal(await told('EHLO mail.example.com\r\n'), 'raw');
  assert.equal(await told('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 'raw');
  assert.equal(await told('\x16\x03\x01\x02\x00\x02\x00\x01'), 'raw');
  assert.equal(await told(Buffer.from([0, 1, 2, 3])), 'raw');
});

test('a silent tunnel is given up', async () => {
  assert.equal(await told(), null);
});
