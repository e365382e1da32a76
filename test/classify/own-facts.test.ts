// Facts that live for a day must not hold the body that they were read from.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Action } from '../../src/classify/action.ts';
import { ownFacts } from '../../src/classify/own-facts.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc') as () => void;

function actionOf(recipient: string): Action {
  const facts = { host: 'h', recipients: [recipient], inspected: true };
  return { name: 'email.send', resource: { type: 'Mailbox', id: recipient }, parents: [], facts };
}

/** Megabytes that stay with what is cut out of 40 bodies of a million characters. */
function heldBy(keep: (action: Action, bytes: number) => unknown): number {
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 40 }, (_, i) => {
    const text = Buffer.alloc(1_000_000, `${i},`).toString('latin1');
    return keep(actionOf(text.slice(500, 540)), text.length);
  });
  collect();
  const held = (process.memoryUsage().heapUsed - before) / 1e6;
  assert.equal(kept.length, 40);
  return held;
}

test('what was cut out of a large body does not keep it', () => {
  assert.ok(heldBy((action) => action) > 20, 'V8 keeps the whole for a part, which is why there are copies');
  assert.ok(heldBy((action, bytes) => ownFacts([action], bytes)) < 5);
});

test('copies say the same, and small bodies are not copied', () => {
  const actions = [actionOf('a@ex.com')];
  assert.deepEqual(ownFacts(actions, 1_000_000), actions);
  assert.equal(ownFacts(actions, 100), actions);
});
