// What a reload does where requests are served is done in short pieces, each in a turn of its own, and not again without need.

import assert from 'node:assert/strict';
import { it, mock } from 'node:test';
import { Worker } from 'node:worker_threads';
import { checkApart } from '../../src/decide/bundle-checker.ts';
import { contentsOf } from '../../src/decide/bundle-files.ts';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import type { EngineSlots } from '../../src/decide/engine-slots.ts';
import { PIECE_BYTES } from '../../src/decide/files-parcel.ts';
import { createJudge } from '../../src/decide/judge-engine.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { bundleFolder, directoryOf, filesOf, members, policy } from './bundle-fixture.ts';

const READ = policy('read', 'permit(principal, action == Action::"http.read", resource);');
const MORE = Array.from({ length: 12 }, (_, i) => policy(`m${i}`, `permit(principal in Team::"t${i}", action, resource);`)).join(
  '',
);

/** Counts turns of the event loop while it is there. */
function countTurns(): Disposable & { readonly now: number } {
  let now = 0;
  const next = (): void => {
    now += 1;
    immediate = setImmediate(next);
  };
  let immediate = setImmediate(next);
  return {
    get now() {
      return now;
    },
    [Symbol.dispose]: () => clearImmediate(immediate),
  };
}

it('puts sets into the engine for a few milliseconds at a time, and lets requests have a turn in between', async () => {
  using folder = bundleFolder(READ);
  using turns = countTurns();
  const steps: { readonly maxMs: number; readonly turn: number }[] = [];
  const real = createEngineSlots();
  const slots: EngineSlots = {
    ...real,
    begin(slices) {
      const preparation = real.begin(slices);
      const step = (maxMs: number): boolean => {
        steps.push({ maxMs, turn: turns.now });
        // As if the first set had taken all of it.
        return preparation.step(0);
      };
      return { ...preparation, step };
    },
  };
  const judge = await createJudge({ policiesDir: folder.path, directory: directoryOf(members()), slots });
  folder.write('main.cedar', READ + MORE);
  await judge.reload();
  assert.ok(steps.length > 10);
  assert.ok(steps.every(({ maxMs }) => maxMs > 0 && maxMs <= 2));
  assert.equal(new Set(steps.map(({ turn }) => turn)).size, steps.length);
});

it('sends the files to the thread in pieces, no two in one turn', async () => {
  using turns = countTurns();
  const sent: number[] = [];
  const { postMessage } = Worker.prototype;
  const spy = mock.method(Worker.prototype, 'postMessage', function post(this: Worker, message: object) {
    sent.push(turns.now);
    postMessage.call(this, message);
  });
  try {
    await checkApart(filesOf({ policies: `${READ}//${'x'.repeat(5 * PIECE_BYTES)}\n` }));
  } finally {
    spy.mock.restore();
  }
  // Three files of one piece, one of six, and what is asked afterwards.
  assert.ok(sent.length >= 10);
  const files = sent.slice(0, 9);
  assert.equal(new Set(files).size, files.length);
});

it('makes no text of the files where requests are served', async () => {
  using folder = bundleFolder(READ);
  const judge = await createJudge({
    policiesDir: folder.path,
    directory: directoryOf(members()),
    look: async (files) => {
      contentsOf(files);
      return { directory: folder.path, git: null, owner: null };
    },
  });
  folder.write('main.cedar', `${READ}//${'x'.repeat(5 * PIECE_BYTES)}\n`);
  const lengths: number[] = [];
  const { toString } = Buffer.prototype;
  const spy = mock.method(Buffer.prototype, 'toString', function text(this: Buffer, ...how: Parameters<typeof toString>) {
    lengths.push(this.length);
    return toString.apply(this, how);
  });
  try {
    await judge.reload();
  } finally {
    spy.mock.restore();
  }
  assert.equal(judge.policies.length, 1);
  assert.ok(Math.max(0, ...lengths) <= PIECE_BYTES, `a text of ${Math.max(...lengths)} bytes`);
});

it('does not check the same broken files again', async () => {
  using folder = bundleFolder(READ);
  let checks = 0;
  const judge = await createJudge({
    policiesDir: folder.path,
    directory: directoryOf(members()),
    checkApart: (files) => {
      checks += 1;
      return checkApart(files);
    },
  });
  folder.write('main.cedar', `${READ}permit(`);
  for (let i = 0; i < 3; i += 1) await throwsWithCode('BUNDLE_INVALID', () => judge.reload());
  assert.equal(checks, 1);
});
