// Git’s framing: four hex digits and a payload.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_PACKET_BYTES, chomp, readPacket, writePacket } from '../../src/classify/pkt-line.ts';

describe('pkt-line', () => {
  it('reads what it writes', () => {
    for (const payload of ['', 'a', 'hello\n', 'x'.repeat(MAX_PACKET_BYTES - 4)]) {
      const bytes = writePacket(payload);
      const packet = readPacket(bytes, 0);
      assert.ok(typeof packet !== 'string' && packet.kind === 'data');
      assert.equal(packet.payload.toString('latin1'), payload);
      assert.equal(packet.end, bytes.length);
    }
    assert.throws(() => writePacket('x'.repeat(MAX_PACKET_BYTES - 3)), RangeError);
  });

  it('knows the special packets', () => {
    const kinds = ['0000', '0001', '0002'].map((text) => readPacket(Buffer.from(text), 0));
    assert.deepEqual(
      kinds.map((packet) => (typeof packet === 'string' ? packet : packet.kind)),
      ['flush', 'delimiter', 'response-end'],
    );
  });

  it('waits for what may still come, and refuses what never can', () => {
    for (const text of ['', '0', '000', '0008abc', 'fff0']) assert.equal(readPacket(Buffer.from(text), 0), 'more', text);
    for (const text of ['0003', 'fff1', 'g', '00 8', '+008abcd', '0x08', '-001'])
      assert.equal(readPacket(Buffer.from(text), 0), 'invalid', text);
  });

  it('takes off one line feed, no more', () => {
    assert.equal(chomp(Buffer.from('a\n\n')).toString(), 'a\n');
    assert.equal(chomp(Buffer.from('a')).toString(), 'a');
    assert.equal(chomp(Buffer.from('')).toString(), '');
  });
});
