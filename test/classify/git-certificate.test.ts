// Signed pushes: the commands inside.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCertificate } from '../../src/classify/git-certificate.ts';

const HEAD = 'certificate version 0.1\npusher A\nnonce x\n';
const SIGNATURE = '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n';

describe('a push certificate', () => {
  it('gives the commands and options inside', () => {
    const text = `${HEAD}push-option ci.skip\n\na b refs/heads/x\nc d refs/heads/main\n${SIGNATURE}`;
    assert.deepEqual(readCertificate(text), { lines: ['a b refs/heads/x', 'c d refs/heads/main'], options: ['ci.skip'] });
  });
  it('is refused when it has no signature, no commands, no blank line, a NUL, or another version', () => {
    const texts = [
      `${HEAD}\na b refs/heads/x\n`,
      `${HEAD}\n${SIGNATURE}`,
      `${HEAD}a b c\n${SIGNATURE}`,
      `${HEAD}\na b c\0\n${SIGNATURE}`,
      `certificate version 0.2\n\na b c\n${SIGNATURE}`,
      '',
    ];
    for (const text of texts) assert.equal(readCertificate(text), null, text);
  });
});
