// Steps of a rewriter in order, at once or in their own time: what comes meanwhile waits, and nothing follows a failure or a stop.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rewriterSteps } from '../../src/observe/rewriter-steps.ts';
import type { AnswerRewriter } from '../../src/providers/observation.ts';

interface Held {
  readonly chunk: string;
  readonly keep: (text: string) => void;
  readonly fail: (error: Error) => void;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Every step waits until the test keeps it. */
function rig(taking: () => boolean = () => true) {
  const held: Held[] = [];
  const log: string[] = [];
  const later = (chunk: string): Promise<Buffer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    held.push({ chunk, keep: (text) => resolve(Buffer.from(text)), fail: reject });
    return promise;
  };
  const rewriter: AnswerRewriter = { push: (chunk) => later(chunk.toString()), end: () => later('the end'), heldBytes: () => 0 };
  const steps = rewriterSteps(rewriter, {
    write: (bytes) => (log.push(bytes.toString()), taking()),
    end: () => void log.push('end'),
    fail: (error) => void log.push(String(error)),
    drain: () => void log.push('drain'),
  });
  return { held, log, steps, push: (text: string) => steps.push(Buffer.from(text)) };
}

test('INVARIANT: one step at a time, in the order of the bytes, and the upstream waits meanwhile', async () => {
  const { held, log, steps, push } = rig();
  assert.deepEqual([push('a'), push('b')], [false, false]);
  steps.end();
  assert.deepEqual(
    held.map(({ chunk }) => chunk),
    ['a'],
  );
  held[0]?.keep('A');
  await settled();
  assert.deepEqual([log, held.length], [['A'], 2]);
  held[1]?.keep('');
  await settled();
  assert.deepEqual([log, held[2]?.chunk], [['A'], 'the end']);
  held[2]?.keep('!');
  await settled();
  assert.deepEqual(log, ['A', '!', 'end']);
});

test('the upstream goes on when the step is done and the client takes bytes, not before', async () => {
  let taking = false;
  const { held, log, steps, push } = rig(() => taking);
  push('a');
  held[0]?.keep('A');
  await settled();
  assert.deepEqual(log, ['A']);
  taking = true;
  steps.resume();
  assert.deepEqual(log, ['A', 'drain']);
  push('b');
  steps.resume();
  assert.deepEqual(log, ['A', 'drain'], 'a step is under way');
  held[1]?.keep('B');
  await settled();
  assert.deepEqual(log, ['A', 'drain', 'B', 'drain']);
});

test('a step that fails is told once, and nothing follows', async () => {
  const { held, log, steps, push } = rig();
  push('a');
  push('b');
  held[0]?.fail(new Error('boom'));
  await settled();
  steps.end();
  assert.deepEqual([log, held.length, push('c')], [['Error: boom'], 1, true]);
});

test('after a stop nothing is asked and nothing is given', async () => {
  const { held, log, steps, push } = rig();
  push('a');
  push('b');
  steps.stop();
  held[0]?.keep('A');
  await settled();
  assert.deepEqual([log, held.length], [[], 1]);
});

test('an empty piece is no step: the upstream is not made to wait, and be woken, for nothing', () => {
  const { held, push } = rig();
  assert.deepEqual([push(''), held.length], [true, 0]);
  assert.equal(push('a'), false);
});
