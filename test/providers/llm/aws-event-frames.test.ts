// AWS's event stream: what a reader of another make could take for another message is never passed on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { awsEvent, awsEventFrames } from '../../../src/providers/llm/aws-event-frames.ts';

type Header = readonly [name: string, type: number, value: Buffer];

const text = (name: string, value: string): Header => [name, 7, Buffer.from(value)];
const EVENT = [text(':event-type', 'contentBlockStart'), text(':message-type', 'event')];

function headerBytes([name, type, value]: Header): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  const isLong = type === 6 || type === 7;
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name, 'latin1'),
    Buffer.from([type]),
    ...(isLong ? [length] : []),
    value,
  ]);
}

/** A message whose checksums are right, whatever is in it. */
function messageOf(headers: readonly Header[], payload = '{}', lengths: { total?: number; headers?: number } = {}): Buffer {
  const head = Buffer.concat(headers.map(headerBytes));
  const message = Buffer.alloc(12 + head.length + payload.length + 4);
  message.writeUInt32BE(lengths.total ?? message.length, 0);
  message.writeUInt32BE(lengths.headers ?? head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  head.copy(message, 12);
  message.write(payload, 12 + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, message.length - 4)), message.length - 4);
  return message;
}

const cut = (bytes: Buffer) => {
  const cutter = awsEventFrames();
  const frames = [...cutter.push(bytes)];
  const rest = cutter.rest();
  return rest === null ? frames : [...frames, rest];
};

test('an event has its type and payload, wherever it is cut, and every kind of header is passed over', () => {
  const fixed = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16];
  const odd = fixed.flatMap((bytes, type): Header[] => (bytes === -1 ? [] : [[`h${type}`, type, Buffer.alloc(bytes, 0xff)]]));
  const bytes = messageOf([...odd, ['b', 6, Buffer.from('xyz')], ...EVENT], '{"a":1}');
  for (let at = 0; at <= bytes.length; at += 1) {
    const cutter = awsEventFrames();
    const frames = [...cutter.push(bytes.subarray(0, at)), ...cutter.push(bytes.subarray(at))];
    assert.deepEqual(
      frames.map(({ raw, data, type }) => [raw.equals(bytes), String(data), type]),
      [[true, '{"a":1}', 'contentBlockStart']],
    );
    assert.equal(cutter.heldBytes(), 0);
  }
});

test('a wrong checksum, of the prelude or of the message, is cut', () => {
  const good = awsEvent('contentBlockStart', '{}');
  for (let at = 0; at < good.length; at += 1)
    for (const bit of [1, 128]) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ bit;
      assert.throws(() => cut(bad), /checksum|within a message/, String(at));
    }
});

test('a prelude alone is enough to refuse', () => {
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(100, 0);
  assert.throws(() => awsEventFrames().push(prelude), /prelude/);
});

test('lengths that contradict each other, or are more than may be held, are cut', () => {
  assert.throws(() => cut(messageOf(EVENT, '{}', { headers: 1000 })), /contradict/);
  assert.throws(() => cut(messageOf(EVENT, '{}', { total: 15 })), /contradict/);
  assert.throws(() => cut(messageOf(EVENT, '{}', { total: 0xffffffff })), /too long/);
});

test('headers that end behind the last, of no known type, or told twice are cut', () => {
  assert.throws(() => cut(messageOf([...EVENT, ['x', 10, Buffer.alloc(0)]])), /no known type/);
  assert.throws(() => cut(messageOf([...EVENT, text(':event-type', 'metadata')])), /repeated/);
  assert.throws(() => cut(messageOf([...EVENT, text(':Event-Type', 'metadata')])), /repeated/);
  assert.throws(() => cut(messageOf([...EVENT, [':event-type', 6, Buffer.from('metadata')]])), /repeated/);
  const short = messageOf([text('x', 'y')]);
  short.writeUInt16BE(500, 12 + 1 + 1 + 1);
  short.writeUInt32BE(crc32(short.subarray(0, short.length - 4)), short.length - 4);
  assert.throws(() => cut(short), /longer than all/);
});

test('what is no event and no error is cut: boto3 takes it for an event', () => {
  assert.throws(() => cut(messageOf([text(':event-type', 'contentBlockStart')])), /no event/);
  assert.throws(() => cut(messageOf([text(':event-type', 'contentBlockStart'), text(':message-type', 'EVENT')])), /no event/);
  assert.throws(() => cut(messageOf([text(':event-type', 'x'), [':message-type', 6, Buffer.from('event')]])), /no event/);
  assert.throws(() => cut(messageOf([text(':message-type', 'event')])), /no event/);
  assert.throws(() => cut(messageOf([])), /no event/);
  for (const kind of ['exception', 'error'])
    assert.equal(cut(messageOf([text(':message-type', kind), text(':event-type', 'contentBlockStart')]))[0]?.type, '');
});

test('a stream that ends within a message is cut', () => {
  const good = awsEvent('metadata', '{}');
  for (let at = 1; at < good.length; at += 1) assert.throws(() => cut(good.subarray(0, at)), /within a message/);
});

test('a long message in small chunks is put together once', () => {
  const long = awsEvent('metadata', JSON.stringify({ text: 'x'.repeat(300_000) }));
  const cutter = awsEventFrames();
  const started = process.cpuUsage();
  let frames = 0;
  for (let at = 0; at < long.length; at += 3) frames += cutter.push(long.subarray(at, at + 3)).length;
  assert.equal(frames, 1);
  assert.ok(process.cpuUsage(started).user < 2_000_000);
});
