// What a git client is told after a push, and what upstream told us.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCommands } from '../../src/classify/git-commands.ts';
import { denyPush, messageLines, readPushAnswer, writePushAnswer } from '../../src/classify/git-report.ts';
import { FLUSH_PACKET, writePacket } from '../../src/classify/pkt-line.ts';
import { OID_A, OID_B, pushBytes } from '../support/push-bytes.ts';

const BANDED = ['report-status-v2', 'side-band-64k'];
const MAIN = `${OID_A} ${OID_B} refs/heads/main`;
const ok = (ref: string, ...options: string[]) => ({ ref, error: null, options });

describe('the answer to a push', () => {
  it('is read as real servers write it', () => {
    const real = Buffer.from('002e\u0001000eunpack ok\n0017ok refs/heads/main\n00000000', 'latin1');
    assert.deepEqual(readPushAnswer(real, BANDED), {
      messages: Buffer.alloc(0),
      fatal: null,
      report: { unpack: 'ok', results: [ok('refs/heads/main')] },
    });
  });

  it('comes back from what was written, for every set of capabilities', () => {
    const report = {
      unpack: 'ok',
      results: [
        ok('refs/heads/a', 'refname refs/heads/b', `old-oid ${OID_A}`),
        { ref: 'refs/heads/c', error: 'no way', options: [] },
      ],
    };
    for (const capabilities of [BANDED, ['report-status-v2', 'side-band'], ['report-status-v2']]) {
      const messages = capabilities.length > 1 ? messageLines(['hello']) : Buffer.alloc(0);
      const answer = { messages, fatal: null, report };
      assert.deepEqual(readPushAnswer(writePushAnswer(answer, capabilities), capabilities), answer);
    }
  });

  it('leaves options out for a client that knows only v1', () => {
    const report = { unpack: 'ok', results: [ok('refs/heads/a', 'refname refs/heads/b')] };
    const body = writePushAnswer({ messages: Buffer.alloc(0), fatal: null, report }, ['report-status']);
    assert.ok(!body.includes('option'));
  });

  it('is split over as many packets as the side-band needs', () => {
    const results = Array.from({ length: 5000 }, (_, index) => ok(`refs/heads/branch-${index}`));
    for (const band of ['side-band', 'side-band-64k']) {
      const body = writePushAnswer({ messages: Buffer.alloc(0), fatal: null, report: { unpack: 'ok', results } }, [
        'report-status',
        band,
      ]);
      assert.equal(readPushAnswer(body, ['report-status', band])?.report?.results.length, 5000);
    }
  });

  it('is null when it is none', () => {
    const bodies = ['<html>', '0005\u0004', '0009\u0001nope', '0014\u0001000eunpack ok\n', '0008unpa'];
    for (const body of bodies) assert.equal(readPushAnswer(Buffer.from(body, 'latin1'), BANDED), null, body);
    assert.equal(readPushAnswer(Buffer.concat([writePacket('ok refs/heads/main'), FLUSH_PACKET]), ['report-status']), null);
    assert.deepEqual(readPushAnswer(Buffer.alloc(0), BANDED)?.report, null);
  });

  it('hears the fatal channel', () => {
    assert.equal(readPushAnswer(writePacket('\u0003disk full'), BANDED)?.fatal, 'disk full');
  });
});

describe('a denied push', () => {
  const push = readCommands(pushBytes([MAIN, `${OID_A} ${OID_B} refs/heads/topic`]));

  it('has an `ng` for every ref and the reason on the side-band', () => {
    const body = denyPush(push, ['Interlock: no'], 'because\nof\u001b[31m this');
    const answer = readPushAnswer(body ?? Buffer.alloc(0), BANDED);
    assert.equal(answer?.messages.toString(), 'Interlock: no\n');
    assert.deepEqual(answer.report?.results, [
      { ref: 'refs/heads/main', error: 'because of [31m this', options: [] },
      { ref: 'refs/heads/topic', error: 'because of [31m this', options: [] },
    ]);
  });

  it('falls back to the fatal channel, then to nothing', () => {
    const unreported = readCommands(pushBytes([MAIN], ' side-band-64k'));
    assert.equal(readPushAnswer(denyPush(unreported, [], 'no') ?? Buffer.alloc(0), ['side-band-64k'])?.fatal, 'no');
    assert.equal(readPushAnswer(denyPush(null, [], 'no') ?? Buffer.alloc(0), ['side-band-64k'])?.fatal, 'no');
    assert.equal(denyPush(readCommands(pushBytes([MAIN], '')), [], 'no'), null);
  });
});
