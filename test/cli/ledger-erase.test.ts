// `ledger erase`: nothing goes without a reason and a yes, and it is plain what is meant.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeCli } from './fake-cli.ts';

const SAID = ['--reason', 'request of 3 May', '--yes'];

test('an entry with places, all of it, or a subject', async () => {
  for (const [given, asked] of [
    [['42', '--field', 'reason', '--field', 'note'], { entry: 42, places: ['reason', 'note'] }],
    [['42', '--all'], { entry: 42, places: [] }],
    [['--subject', 'ann@customer.example'], { subject: 'ann@customer.example' }],
  ] as const) {
    const it = fakeCli();
    assert.equal(await it.run('ledger', 'erase', ...given, ...SAID), 0);
    const [call] = it.operator.calls;
    assert.deepEqual(call, { ...asked, reason: 'request of 3 May', osUser: (call as { osUser: unknown }).osUser });
    assert.match(it.out(), /Erased 2 values of 1 entries; on record as entry 7/);
    assert.match(it.out(), /backups/);
  }
});

test('what is not said plainly erases nothing', async () => {
  for (const [given, problem] of [
    [['42', '--all', '--yes'], /a reason is needed/],
    [['42', '--all', '--reason', 'r'], /say --yes/],
    [['42', ...SAID], /give an entry with --field or --all/],
    [['42', '--all', '--field', 'reason', ...SAID], /give an entry with --field or --all/],
    [['42', '--subject', 'ann@customer.example', ...SAID], /give an entry with --field or --all/],
    [[...SAID], /give an entry with --field or --all/],
  ] as const) {
    const it = fakeCli();
    assert.equal(await it.run('ledger', 'erase', ...given), 2);
    assert.match(it.err(), problem);
    assert.deepEqual(it.operator.calls, []);
  }
});
