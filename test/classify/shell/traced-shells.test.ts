// Held against real shells: what a script starts is never missing from what is told of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { runsOfScript } from '../../../src/classify/shell/shell-programs.ts';
import { scripts, tracedShells } from './traced-shells.ts';

test('no script starts a program that is not told', () => {
  using room = tracedShells();
  let started = 0;
  fc.assert(
    fc.property(scripts, (script) => {
      const { known, programs } = runsOfScript(script);
      // What a name means then is nobody's to say, and it is told so.
      if (!known || programs.has('PATH=')) return;
      const missing = (): string[] => {
        const ran = [...room.run(script)];
        started += ran.length;
        return ran.filter((name) => !programs.has(name));
      };
      // What an earlier script left behind does not come back.
      const twice = missing().length > 0 && missing().length > 0 ? missing() : [];
      assert.deepEqual(twice, [], JSON.stringify(script));
    }),
    { numRuns: 30, seed: 7 },
  );
  assert.ok(started > 5, `the room is not one in which programs start: ${started}`);
});
