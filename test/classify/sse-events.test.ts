import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventCutter, eventWithData } from '../../src/classify/sse-events.ts';

function cutAll(text: string, sizes: readonly number[] = [text.length]) {
  const cutter = eventCutter(1_000);
  const bytes = Buffer.from(text);
  const events = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    events.push(...cutter.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return { events, rest: cutter.rest()?.raw ?? Buffer.alloc(0) };
}

test('events have their type and data, whatever ends their lines', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const { events } = cutAll(
      `: hello${end}:data: no${end}event: endpoint${end}data: /messages${end}${end}data:a${end}data: b${end}id: 1${end}${end}data${end}${end}`,
    );
    assert.deepEqual(
      events.filter(({ data }) => data !== null).map(({ type, data }) => [type, data]),
      [
        ['endpoint', '/messages'],
        ['message', 'a\nb'],
        ['message', ''],
      ],
    );
  }
});

test('however the bytes are cut, the same events come out, and no byte is lost', () => {
  const piece = fc.constantFrom('data: a', 'data:é', ': c', 'event: x', '\n', '\r', '\r\n', '\n\n', 'id: 1');
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (pieces, sizes) => {
      const text = pieces.join('');
      const { events, rest } = cutAll(text, sizes);
      assert.equal(Buffer.concat([...events.map(({ raw }) => raw), rest]).toString(), text);
      const heard = (of: typeof events) => of.filter(({ data }) => data !== null).map(({ type, data }) => [type, data]);
      assert.deepEqual(heard(events), heard(cutAll(text).events));
    }),
  );
});

test('what is left without its blank line is told as well', () => {
  const cutter = eventCutter(1_000);
  assert.equal(cutter.rest(), null);
  assert.equal(cutter.push(Buffer.from('data: a\n\ndata: b\ndata: c')).length, 1);
  assert.deepEqual([cutter.rest()?.data, cutter.rest()?.raw.toString()], ['b\nc', 'data: b\ndata: c']);
});

test('an event with other data keeps its name and id', () => {
  const [event] = cutAll('id: 7\r\nevent: message\r\ndata: {\r\ndata: }\r\n\r\n').events;
  assert.ok(event !== undefined);
  assert.equal(eventWithData(event, '{}').toString(), 'id: 7\nevent: message\ndata: {}\n\n');
});

test('the second half of a line end stays where it was', () => {
  const [, second] = cutAll(': ping\r\n\r\ndata: {}\n\n').events;
  assert.ok(second !== undefined);
  assert.equal(eventWithData(second, '[]').toString(), '\ndata: []\n\n');
});

test('an event without end is not held for ever', () => {
  assert.throws(() => cutAll('x'.repeat(1_001)), RangeError);
});

test('an event that is too long comes in pieces where they are wanted, and the next is whole again', () => {
  for (const end of ['\n', '\r', '\r\n'])
    for (const size of [1, 7, 64, 5_000]) {
      const bytes = Buffer.from(`data: a${end}${end}data: ${'x'.repeat(200)}${end}data: y${end}${end}data: b${end}${end}`);
      const cutter = eventCutter(100, 'pieces');
      const events = [];
      for (let at = 0; at < bytes.length; at += size) events.push(...cutter.push(bytes.subarray(at, at + size)));
      assert.equal(
        Buffer.concat([...events.map(({ raw }) => raw), cutter.rest()?.raw ?? Buffer.alloc(0)]).toString(),
        bytes.toString(),
      );
      const heard = events.filter(({ data }) => data !== null).map(({ data }) => data);
      const whole = size > 100 ? [`${'x'.repeat(200)}\ny`] : [];
      assert.deepEqual(heard, ['a', ...whole, 'b'], `${size} ${JSON.stringify(end)}`);
      assert.equal(
        events.some(({ isPiece }) => isPiece === true),
        size <= 100,
      );
    }
});
