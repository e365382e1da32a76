// An entry in brief: short whatever is in it, on one line, and a link of the chain.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { briefLine } from '../../src/export/brief.ts';
import { formatLine } from '../../src/export/format.ts';
import { syslogFrame } from '../../src/export/syslog-message.ts';
import type { StoredLine } from '../../src/record/stored-line.ts';
import { mailAction, SAMPLE_TIME, verdictOf } from '../record/sample-bodies.ts';
import { chainWith } from './chain-with.ts';

const HOSTILE = 'line\n<104>1 - elsewhere forged - - - \u2028\u202e"\\';

async function stored(): Promise<StoredLine[]> {
  const long = HOSTILE.repeat(200);
  await using chain = await chainWith([
    verdictOf('x1', {
      ...{ verdict: 'BLOCK', reason: long, agent: long, user: long, session: long, code: long },
      actions: Array.from({ length: 100 }, (_, i) => ({ ...mailAction(`c${i}@customer.example`), action: long })),
    }),
    verdictOf('x2'),
  ]);
  const lines: StoredLine[] = [];
  for await (const line of chain.ledger.stored(1, 2)) lines.push(line);
  return lines;
}

test('the brief form is short, on one line, says what it is, and its hash is what the next line names', async () => {
  const [long, next] = await stored();
  for (const line of [long ?? assert.fail(), { ...(long ?? assert.fail()), hidden: null }]) {
    for (const format of ['jsonl', 'ocsf'] as const) {
      const text = briefLine(line, format);
      assert.match(text, /^[\x20-\x7e]+$/);
      // Every receiver takes 2,048, of which some 350 are the head.
      assert.ok(text.length < 1_700, `${text.length} of ${format}`);
      assert.ok(!formatLine(line, format).includes('"brief"'));
    }
  }
  const { brief, ...rest } = JSON.parse(briefLine(long ?? assert.fail(), 'jsonl'));
  assert.deepEqual(
    [brief.exchange, brief.type, brief.verdict, brief.bytes],
    ['x1', 'verdict', 'BLOCK', Buffer.byteLength(long?.text ?? '')],
  );
  assert.deepEqual([rest.sequence, rest.version, brief.hash], [1, 1, JSON.parse(next?.text ?? '').previous]);
  const event = JSON.parse(briefLine(long ?? assert.fail(), 'ocsf'));
  assert.deepEqual([event.is_alert, event.action, event.unmapped.brief.hash], [true, 'BLOCK', brief.hash]);
});

test('no frame holds more than the receiver takes: what would is told in brief', () => {
  const frameOf = (text: string): string =>
    syslogFrame({ text, brief: () => 'in brief', time: SAMPLE_TIME, type: 'verdict', alarming: false }, 'h', 2_048);
  const head = frameOf('').length - String(frameOf('').length).length - 1;
  const room = 2_048 - head;
  for (const [chars, ends] of [
    [room - 10, /x$/],
    [room + 10, /verdict - in brief$/],
    [1_000_000, /verdict - in brief$/],
  ] as const) {
    const frame = frameOf('x'.repeat(chars));
    assert.match(frame, ends);
    assert.equal(Number(frame.split(' ')[0]), frame.length - frame.indexOf(' ') - 1);
    assert.ok(Number(frame.split(' ')[0]) <= 2_048);
  }
});
