// What is read is whole, in order and bounded; what nobody wants goes on as it came.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryBudget, type MemoryBudget } from '../../src/http/memory-budget.ts';
import { MessageReader } from '../../src/http/websocket-messages.ts';
import { frame } from '../support/ws-frames.ts';

interface Rig {
  readonly reader: MessageReader;
  readonly budget: MemoryBudget;
  /** `pass …`, `message …`, `ping`, `close`, in order. */
  readonly told: string[];
  readonly raw: Buffer[];
}

function rig(wants: (start: Buffer) => boolean = () => true, budgetBytes = 10_000): Rig {
  const budget = createMemoryBudget(budgetBytes);
  const told: string[] = [];
  const raw: Buffer[] = [];
  const note = (kind: string, bytes: Buffer): void => {
    told.push(kind);
    raw.push(bytes);
  };
  const limits = { messageBytes: 100, budget, wants: ({ bytes }: { readonly bytes: Buffer }) => wants(bytes) };
  const reader = new MessageReader(limits, {
    pass: (bytes) => note('pass', bytes),
    message(message, bytes) {
      budget.give(bytes.length);
      note(`${message.text ? 'text' : 'binary'} ${message.bytes.toString()}`, bytes);
    },
    ping: (bytes) => note('ping', bytes),
    close: (bytes) => note('close', bytes),
  });
  return { reader, budget, told, raw };
}

describe('what is read', () => {
  it('is joined from its fragments, and pings overtake it', () => {
    const { reader, told, raw, budget } = rig();
    const first = frame({ payload: 'a', final: false });
    const last = frame({ payload: 'b', opcode: 0 });
    reader.push(Buffer.concat([first, frame({ opcode: 9 }), last, frame({ payload: 'c', opcode: 2 })]));
    assert.deepEqual(told, ['ping', 'text ab', 'binary c']);
    assert.deepEqual(raw[1], Buffer.concat([first, last]));
    assert.equal(budget.used, 0);
  });

  it('must fit: told from the head of the frame that would be too much, before its bytes come', () => {
    const { reader } = rig();
    reader.push(frame({ payload: 'x'.repeat(60), final: false }));
    assert.throws(() => reader.push(frame({ payload: 'x'.repeat(60), opcode: 0 }).subarray(0, 6)), { closeCode: 1009 });
    assert.throws(() => rig().reader.push(frame({ payload: 'x'.repeat(101) })), { closeCode: 1009 });
    const exact = rig();
    exact.reader.push(frame({ payload: 'x'.repeat(100) }));
    assert.equal(exact.told.length, 1);
  });

  it('must be UTF-8 when it is text', () => {
    assert.throws(() => rig().reader.push(frame({ payload: Buffer.from([0xc3, 0x28]) })), { closeCode: 1007 });
    const binary = rig();
    binary.reader.push(frame({ payload: Buffer.from([0xc3, 0x28]), opcode: 2 }));
    assert.equal(binary.told.length, 1);
  });

  it('costs memory of the one budget, and gives it back', () => {
    const { reader, budget } = rig(() => true, 50);
    reader.push(frame({ payload: 'x'.repeat(30), final: false }));
    assert.ok(budget.used > 30);
    assert.throws(() => reader.push(frame({ payload: 'x'.repeat(30), opcode: 0 })), { closeCode: 1013 });
    reader.drop();
    assert.equal(budget.used, 0);
  });

  it('has not thousands of fragments', () => {
    const { reader } = rig(() => true, 1_000_000);
    const fragment = frame({ opcode: 0, final: false });
    reader.push(frame({ payload: 'x', final: false }));
    assert.throws(() => reader.push(Buffer.concat(Array.from({ length: 5000 }, () => fragment))), { closeCode: 1009 });
  });
});

describe('what nobody wants', () => {
  const unwanted = (): Rig => rig((start) => start[0] !== 0x78);

  it('goes on as it comes, however long it is', () => {
    const { reader, told, raw, budget } = unwanted();
    const bytes = Buffer.concat([frame({ payload: 'x'.repeat(500), final: false }), frame({ payload: '{', opcode: 0 })]);
    for (const byte of bytes) reader.push(Buffer.from([byte]));
    assert.ok(told.every((one) => one === 'pass'));
    assert.deepEqual(Buffer.concat(raw), bytes);
    assert.equal(budget.used, 0);
  });

  it('is told by the first byte there is, not by an empty fragment before it', () => {
    const { reader, told } = unwanted();
    reader.push(Buffer.concat([frame({ final: false }), frame({ payload: '{}', opcode: 0 }), frame({ final: false })]));
    assert.deepEqual(told, ['text {}']);
    reader.push(frame({ payload: 'x', opcode: 0 }));
    assert.deepEqual(told.slice(1), ['pass', 'pass', 'pass']);
  });

  it('is empty', () => {
    const { reader, told, budget } = rig();
    reader.push(frame());
    assert.deepEqual(told, ['pass']);
    assert.equal(budget.used, 0);
  });
});

describe('the order of frames', () => {
  it('a message inside another, and a fragment of none, end the connection', () => {
    assert.throws(() => rig().reader.push(Buffer.concat([frame({ final: false }), frame()])), { closeCode: 1002 });
    assert.throws(() => rig().reader.push(frame({ opcode: 0 })), { closeCode: 1002 });
  });

  it('nothing after a close frame counts', () => {
    const { reader, told } = rig();
    reader.push(Buffer.concat([frame({ opcode: 8 }), frame({ payload: 'late' })]));
    reader.push(frame({ payload: 'later' }));
    assert.deepEqual(told, ['close']);
  });

  it('half a close code is a protocol error', () => {
    assert.throws(() => rig().reader.push(frame({ opcode: 8, payload: 'x' })), { closeCode: 1002 });
  });
});
