import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerSide } from '../../src/http/server-frames.ts';
import { frame } from '../support/ws-frames.ts';

const OURS = frame({ payload: 'ours', mask: null });
const from = (payload: string, parts = {}): Buffer => frame({ payload, mask: null, ...parts });

function side(): { readonly server: ServerSide; readonly out: () => Buffer } {
  const written: Buffer[] = [];
  return { server: new ServerSide((bytes) => void written.push(bytes)), out: () => Buffer.concat(written) };
}

test("the server's bytes pass as they are", () => {
  const { server, out } = side();
  const bytes = Buffer.concat([from('a'), from('', { opcode: 9 }), from('b', { final: false }), from('c', { opcode: 0 })]);
  for (const byte of bytes) server.push(Buffer.from([byte]));
  assert.deepEqual(out(), bytes);
});

test('what we say stands between two messages, never inside one (RFC 6455 §5.4)', () => {
  const { server, out } = side();
  server.say(OURS);
  const [first, ping, last] = [from('b', { final: false }), from('', { opcode: 9 }), from('c', { opcode: 0 })];
  server.push(first);
  server.say(OURS);
  server.push(ping);
  server.push(Buffer.concat([last, from('next')]));
  assert.deepEqual(out(), Buffer.concat([OURS, first, ping, last, OURS, from('next')]));
});

test('half a frame is waited out as well', () => {
  const { server, out } = side();
  const whole = from('hello');
  server.push(whole.subarray(0, 4));
  server.say(OURS);
  server.push(whole.subarray(4));
  assert.deepEqual(out(), Buffer.concat([whole, OURS]));
});

test('what waits for a message that never ends is bounded', () => {
  const { server } = side();
  server.push(from('b', { final: false }));
  let kept = 0;
  while (server.say(OURS)) kept += 1;
  assert.equal(kept, 64);
});

test('a message inside another is a protocol error', () => {
  for (const bytes of [Buffer.concat([from('b', { final: false }), from('c')]), from('c', { opcode: 0 })])
    assert.throws(() => side().server.push(bytes), { closeCode: 1002 });
});
