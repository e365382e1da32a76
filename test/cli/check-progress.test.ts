// How far a check is: told to a person who waits, at every tenth, by each command that checks a bundle; a script hears nothing of it.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkProgress } from '../../src/cli/check-progress.ts';
import type { CheckStep } from '../../src/decide/check-step.ts';
import { NO_READ, READ_CASE, workplace } from '../rollout/whole-bundle.ts';
import { fakeCli } from './fake-cli.ts';

const STEPS: readonly CheckStep[] = ['read', 'validate', 'compare', 'try'];

function told(errIsTerminal: boolean, msEach: number): string[] {
  const it = fakeCli({ errIsTerminal });
  let ms = 0;
  const onStep = checkProgress(it.cli.terminal, () => (ms += msEach));
  for (const step of STEPS) for (let done = 0; done < (step === 'validate' ? 1 : 10_000); done += 1) onStep(step, done, 10_000);
  return it.err().split('\n').slice(0, -1);
}

describe('lines', () => {
  test('each step as it begins, and its tenths', () => {
    const lines = told(true, 1_000);
    assert.equal(lines.length, 10 + 1 + 10 + 10);
    assert.deepEqual(
      [lines[1], lines[10], lines[12], lines[30]],
      [
        'interlock: read 1000 of 10000 policies',
        'interlock: validated 0 of 10000 policies against the schema',
        'interlock: compared 1000 of 10000 policies with the others',
        'interlock: tried 9000 of 10000 cases',
      ],
    );
  });

  test('none where no person reads, nor for what is over at once', () => {
    assert.deepEqual(told(false, 1_000), []);
    assert.deepEqual(told(true, 0), []);
  });

  test('a bundle with nothing in it', () => {
    const it = fakeCli({ errIsTerminal: true });
    let ms = 0;
    checkProgress(it.cli.terminal, () => (ms += 1_000))('validate', 0, 0);
    assert.equal(it.err(), 'interlock: validated 0 of 0 policies against the schema\n');
  });
});

describe('commands', () => {
  const ALL = /read 0 of 1 policies[^]*validated 0 of 1 policies[^]*compared 0 of 1 policies[^]*tried 0 of 1 cases/;

  for (const command of ['check', 'test', 'promote']) {
    test(`policy ${command}`, async (t) => {
      using place = workplace();
      writeFileSync(join(place.path, 'interlock.yaml'), '{}');
      place.bundle('policies', { 'main.cedar': NO_READ });
      place.bundle('next', { 'cases/read.yaml': READ_CASE });
      const quiet = fakeCli({ cwd: place.path });
      let ms = 0;
      t.mock.method(performance, 'now', () => (ms += 1_000));
      assert.equal(await quiet.run('policy', command, 'next'), 0, quiet.err());
      assert.equal(quiet.err(), '');
      const shown = fakeCli({ cwd: place.path, errIsTerminal: true });
      assert.equal(await shown.run('policy', command, 'next'), 0, shown.err());
      assert.match(shown.err(), ALL);
      assert.equal(shown.out(), quiet.out());
    });
  }
});
