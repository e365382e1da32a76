// Ref advertisements as servers send them, and as they must not.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAdvertisement } from '../../src/classify/git-advertisement.ts';
import { FLUSH_PACKET, writePacket } from '../../src/classify/pkt-line.ts';
import { OID_A, OID_B, ZERO } from '../support/push-bytes.ts';

const advertised = (...lines: string[]): Buffer =>
  Buffer.concat([
    writePacket('# service=git-receive-pack\n'),
    FLUSH_PACKET,
    ...lines.map((line) => writePacket(`${line}\n`)),
    FLUSH_PACKET,
  ]);

describe('an advertisement', () => {
  it('names refs and capabilities', () => {
    const read = readAdvertisement(
      advertised(`${OID_A} refs/heads/main\0report-status atomic`, `${OID_B} refs/heads/x`, `${OID_B} .have`),
    );
    assert.deepEqual(
      [...(read?.refs ?? [])],
      [
        ['refs/heads/main', OID_A],
        ['refs/heads/x', OID_B],
      ],
    );
    assert.deepEqual(read?.capabilities, ['report-status', 'atomic']);
  });
  it('may be empty', () => {
    assert.equal(readAdvertisement(advertised(`${ZERO} capabilities^{}\0report-status`))?.refs.size, 0);
  });
  it('is null when cut short, of another service, or no advertisement', () => {
    const whole = advertised(`${OID_A} refs/heads/main\0a`);
    for (let length = 0; length < whole.length; length += 1) assert.equal(readAdvertisement(whole.subarray(0, length)), null);
    assert.equal(readAdvertisement(Buffer.from('<html>hello</html>')), null);
    assert.equal(
      readAdvertisement(Buffer.concat([writePacket('# service=git-upload-pack\n'), FLUSH_PACKET, FLUSH_PACKET])),
      null,
    );
    assert.equal(readAdvertisement(advertised('ERR no')), null);
  });
});
