// A listener's certificate and key come from its files; without any it speaks plain text.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTls } from '../../src/connection/listener-tls.ts';

const LISTEN = { listen: { host: '127.0.0.1', port: 0 }, plaintext: false };

test('the files are read, and one that is missing throws', () => {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-tls-'));
  const [cert, key] = [join(folder, 'a.pem'), join(folder, 'a.key')];
  writeFileSync(cert, 'CERT');
  writeFileSync(key, 'KEY');
  assert.deepEqual(readTls({ ...LISTEN, tls: { cert, key } }), { cert: 'CERT', key: 'KEY' });
  assert.equal(readTls({ ...LISTEN, tls: null }), null);
  rmSync(folder, { recursive: true });
  assert.throws(() => readTls({ ...LISTEN, tls: { cert, key } }));
});
