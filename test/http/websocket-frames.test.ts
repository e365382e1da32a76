// Frames are read in one way only, whatever the chunks they come in.

import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import {
  type FrameHead,
  FrameReader,
  type FrameSink,
  type Side,
  SocketFault,
  unmasked,
} from '../../src/http/websocket-frames.ts';
import { frame, type FrameParts, MASK } from '../support/ws-frames.ts';

interface Seen extends FrameSink {
  readonly frames: { opcode: number; final: boolean; payload: Buffer }[];
  readonly raw: Buffer[];
}

function seen(): Seen {
  const frames: Seen['frames'] = [];
  const raw: Buffer[] = [];
  let payload: Buffer[] = [];
  return {
    frames,
    raw,
    dataHead(_head, bytes) {
      payload = [];
      raw.push(bytes);
    },
    dataPayload(bytes, { mask }, offset) {
      raw.push(bytes);
      payload.push(mask === null ? bytes : unmasked(bytes, mask, offset));
    },
    dataEnd: ({ opcode, final }: FrameHead) => void frames.push({ opcode, final, payload: Buffer.concat(payload) }),
    control({ opcode, final }, bytes, plain) {
      raw.push(bytes);
      frames.push({ opcode, final, payload: plain });
    },
  };
}

function codeOf(bytes: Buffer, side: Side): number | null {
  try {
    new FrameReader(side, seen()).push(bytes);
    return null;
  } catch (error) {
    assert.ok(error instanceof SocketFault);
    return error.closeCode;
  }
}

test("the RFC's own examples read as it says (RFC 6455 §5.7)", () => {
  const sink = seen();
  const reader = new FrameReader('client', sink);
  reader.push(Buffer.from([0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]));
  assert.equal(sink.frames[0]?.payload.toString(), 'Hello');
  const server = seen();
  new FrameReader('server', server).push(Buffer.from([0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f]));
  assert.deepEqual(
    server.frames.map(({ opcode, final, payload }) => [opcode, final, payload.toString()]),
    [
      [1, false, 'Hel'],
      [0, true, 'lo'],
    ],
  );
});

const lengths = fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536);
const anyFrame = fc.oneof(
  fc.record({ opcode: fc.constantFrom(0, 1, 2), final: fc.boolean(), payload: lengths.map((size) => Buffer.alloc(size, 0x61)) }),
  fc.record({ opcode: fc.constantFrom(8, 9, 10), payload: fc.uint8Array({ maxLength: 125 }).map((bytes) => Buffer.from(bytes)) }),
);

test('however the bytes are cut, the same frames come out and the same bytes go on', () => {
  fc.assert(
    fc.property(
      fc.array(anyFrame, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }),
      fc.constantFrom<Side>('client', 'server'),
      (frames: FrameParts[], cuts, side) => {
        const bytes = Buffer.concat(frames.map((parts) => frame({ ...parts, mask: side === 'client' ? MASK : null })));
        const sink = seen();
        const reader = new FrameReader(side, sink);
        for (let at = 0, i = 0; at < bytes.length; i += 1) {
          const size = cuts[i % cuts.length] ?? 1;
          reader.push(bytes.subarray(at, at + size));
          at += size;
        }
        assert.equal(reader.between, true);
        assert.deepEqual(Buffer.concat(sink.raw), bytes);
        assert.deepEqual(
          sink.frames.map((one) => [one.opcode, one.final, one.payload.toString('hex')]),
          frames.map((one) => [one.opcode, one.final ?? true, Buffer.from(one.payload ?? '').toString('hex')]),
        );
      },
    ),
    { numRuns: 150 },
  );
});

describe('a frame that two readers could cut differently is a protocol error', () => {
  const long = (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(value);
    return bytes;
  };
  const HOSTILE: ReadonlyArray<readonly [name: string, parts: FrameParts, code?: number]> = [
    ['a reserved bit 1, as compression would set it', { reserved: 4, payload: 'x' }],
    ['a reserved bit 2', { reserved: 2 }],
    ['a reserved bit 3 on a ping', { reserved: 1, opcode: 9 }],
    ['opcode 3', { opcode: 3 }],
    ['opcode 11', { opcode: 11 }],
    ['opcode 15', { opcode: 15 }],
    ['no mask', { mask: null, payload: 'x' }],
    ['a ping in fragments', { opcode: 9, final: false }],
    ['a close of 126 bytes', { opcode: 8, payload: Buffer.alloc(126) }],
    ['a short length in the 16-bit form', { payload: 'abc', length: [126, Buffer.from([0, 3])] }],
    ['a short length in the 64-bit form', { payload: 'abc', length: [127, long(3n)] }],
    ['a length with the highest bit', { length: [127, long(1n << 63n)] }],
    ['a length beyond counting', { length: [127, long(1n << 60n)] }, 1009],
  ];
  for (const [name, parts, code = 1002] of HOSTILE) it(name, () => assert.equal(codeOf(frame(parts), 'client'), code));

  it('a masked frame of a server', () => assert.equal(codeOf(frame({ payload: 'x' }), 'server'), 1002));

  it('is told from its first two bytes, before a length of gigabytes is waited for', () => {
    assert.equal(codeOf(Buffer.from([0xc1, 0xff]), 'client'), 1002);
  });
});
