// `interlock tickets watch`: one line a move, and an end that is no failure.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../support/wait-for.ts';
import { type FakeCli, fakeCli, ticketOf } from './fake-cli.ts';

/** Watches until a move's line is out, then presses Ctrl-C. */
async function watched(it: FakeCli, signal: NodeJS.Signals, ...more: string[]): Promise<number> {
  const ended = it.run('tickets', 'watch', ...more);
  await waitFor(() => it.out().endsWith('\n') || undefined);
  it.signals.emit(signal);
  return await ended;
}

const DENIED = ticketOf('t_1', { state: 'denied', deniedBy: 'fay', denial: 'not before the audit' });
const SIGNED = { user: 'fay', at: '2026-01-01T00:00:00.000Z', channel: 'cli', policies: ['large'], scope: false } as const;

test('each move is a line that tells who, what and where', async () => {
  const it = fakeCli();
  const warned = ticketOf('t_2', { warning: 'an earlier try went out' });
  it.operator.moves = [
    [ticketOf('t_1'), 'opened'],
    [warned, 'opened'],
    [DENIED, 'denied'],
    [ticketOf('t_2', { approvals: [SIGNED] }), 'approved'],
    [ticketOf('t_2', { approvals: [SIGNED], state: 'approved' }), 'granted'],
    [ticketOf('t_2', { state: 'spent' }), 'spent'],
  ];
  assert.equal(await watched(it, 'SIGINT'), 0);
  const until = '2026-01-02T00:00:00.000Z';
  const line = (id: string, move: string, told: string): string =>
    `${id}  ${move.padEnd(9)}  support-bot  payment.refund  api.stripe.com${told}`;
  assert.deepEqual(it.out().trimEnd().split('\n'), [
    line('t_1', 'opened', `  waits for finance until ${until}`),
    line('t_2', 'opened', `  waits for finance until ${until}; an earlier try went out`),
    line('t_1', 'denied', '  by fay: not before the audit'),
    line('t_2', 'approved', '  by fay, more signatures needed'),
    line('t_2', 'granted', `  one later request may go until ${until}`),
    line('t_2', 'spent', ''),
  ]);
  assert.match(it.err(), /Ctrl-C/);
  assert.equal(it.operator.closed, 1);
});

test('--json is one object a line and nothing else, and SIGTERM ends it as well', async () => {
  const it = fakeCli();
  it.operator.moves = [
    [ticketOf('t_1'), 'opened'],
    [DENIED, 'denied'],
  ];
  assert.equal(await watched(it, 'SIGTERM', '--json'), 0);
  const seen = it
    .out()
    .trimEnd()
    .split('\n')
    .map((line) => ['id', 'move', 'state', 'action'].map((key) => Reflect.get(Object(JSON.parse(line)), key)));
  assert.deepEqual(seen, [
    ['t_1', 'opened', 'pending', 'payment.refund'],
    ['t_1', 'denied', 'denied', 'payment.refund'],
  ]);
  assert.equal(it.err(), '');
});

test('what an agent wrote stays on its own line, as plain text', async () => {
  const it = fakeCli();
  it.operator.moves = [[ticketOf('t_1', { host: 'a\u001b[2J\u202e\nt_2  approved', agent: 'x'.repeat(1_000) }), 'opened']];
  assert.equal(await watched(it, 'SIGINT'), 0);
  assert.ok(!/[\u001b\u202e]/.test(it.out()));
  assert.equal(it.out().split('\n').length, 2);
  assert.ok(it.out().length < 500);
});

test('without a running gateway it says what to do, and lets go of the data folder', async () => {
  const it = fakeCli();
  it.operator.via = 'local';
  assert.equal(await it.run('tickets', 'watch'), 1);
  assert.match(it.err(), /no gateway runs here.*\n.*interlock start/);
  assert.equal(it.operator.closed, 1);
  assert.equal(it.signals.listenerCount('SIGINT'), 0);
});

test('a gateway that ends first is exit code 1', async () => {
  const it = fakeCli();
  it.operator.gone = true;
  assert.equal(await it.run('tickets', 'watch'), 1);
  assert.match(it.err(), /the gateway ended/);
});

test('it ends when its reader has gone', async () => {
  const it = fakeCli();
  it.operator.moves = [[ticketOf('t_1'), 'opened']];
  const ended = it.run('tickets', 'watch');
  await waitFor(() => it.out().endsWith('\n') || undefined);
  it.reader.emit('gone');
  assert.equal(await ended, 0);
});
