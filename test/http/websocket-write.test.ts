import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameReader, type FrameSink } from '../../src/http/websocket-frames.ts';
import { closeFrame, messageFrame } from '../../src/http/websocket-write.ts';
import { frame } from '../support/ws-frames.ts';

const IGNORE: FrameSink = {
  dataHead: () => undefined,
  dataPayload: () => undefined,
  dataEnd: () => undefined,
  control: () => undefined,
};

test('a message is one frame without a mask, whatever its length', () => {
  for (const size of [0, 125, 126, 65_535, 65_536])
    for (const text of [true, false]) {
      const bytes = Buffer.alloc(size, 0x61);
      assert.deepEqual(messageFrame(bytes, text), frame({ opcode: text ? 1 : 2, payload: bytes, mask: null }));
    }
});

test('a close says its code and as much of its reason as fits, cut between characters', () => {
  const long = 'é'.repeat(100);
  let told: Buffer = Buffer.alloc(0);
  const keep: FrameSink = { ...IGNORE, control: (_head, _raw, payload) => void (told = payload) };
  new FrameReader('server', keep).push(closeFrame(1008, long, 'server'));
  assert.equal(told.readUInt16BE(0), 1008);
  assert.equal(told.subarray(2).toString(), 'é'.repeat(61));
  new FrameReader('client', keep).push(closeFrame(1001, 'going', 'client'));
  assert.equal(told.subarray(2).toString(), 'going');
});
