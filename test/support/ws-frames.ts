// WebSocket frames by hand, right and wrong ones, for hostile tests.

export interface FrameParts {
  readonly final?: boolean;
  readonly reserved?: number;
  readonly opcode?: number;
  readonly mask?: Buffer | null;
  readonly payload?: Buffer | string;
  /** Overrides the length field: its short form, and the bytes that follow it. */
  readonly length?: readonly [short: number, extended: Buffer];
}

export const MASK: Buffer = Buffer.from([0x37, 0xfa, 0x21, 0x3d]); // RFC 6455 §5.7

export function frame(parts: FrameParts = {}): Buffer {
  const { final = true, reserved = 0, opcode = 1, mask = MASK } = parts;
  const payload = Buffer.from(parts.payload ?? '');
  const [short, extended] = parts.length ?? lengthOf(payload.length);
  const first = (final ? 0x80 : 0) | (reserved << 4) | opcode;
  const head = Buffer.concat([Buffer.from([first, (mask === null ? 0 : 0x80) | short]), extended, mask ?? Buffer.alloc(0)]);
  const body = mask === null ? payload : Buffer.from(payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0)));
  return Buffer.concat([head, body]);
}

function lengthOf(bytes: number): readonly [number, Buffer] {
  if (bytes < 126) return [bytes, Buffer.alloc(0)];
  if (bytes < 65_536) return [126, Buffer.from([bytes >> 8, bytes & 0xff])];
  const long = Buffer.alloc(8);
  long.writeBigUInt64BE(BigInt(bytes));
  return [127, long];
}
