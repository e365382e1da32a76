// `remote:` lines for a parked push: who gets them, and that every ref hears how it ended.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPushAnswer } from '../../../src/classify/git-report.ts';
import { HeaderList } from '../../../src/http/headers.ts';
import { waitingPush } from '../../../src/providers/repo/git-waiting.ts';
import { OID_A, pushBytes, ZERO } from '../../support/push-bytes.ts';

const LINES = [`${ZERO} ${OID_A} refs/heads/a`, `${ZERO} ${OID_A} refs/heads/b`];
const BANDED = ['report-status', 'side-band-64k'];
const inspected = (bytes: Buffer) => ({ bytes, problem: null });

test('progress and the end together are one answer that git reads', () => {
  const form = waitingPush(inspected(pushBytes(LINES)));
  assert.ok(form !== null);
  const said = Buffer.concat([form.say('waiting for finance'), form.pulse, form.say('still'), form.failure(403)]);
  const answer = readPushAnswer(said, BANDED);
  assert.match(answer?.messages.toString() ?? '', /^waiting for finance\nstill\nthe server answered 403 to the push\n$/);
  assert.deepEqual(
    answer?.report?.results.map((result) => [result.ref, result.error]),
    [
      ['refs/heads/a', 'the server answered 403 to the push'],
      ['refs/heads/b', 'the server answered 403 to the push'],
    ],
  );
});

test('only a push report follows: not an error, not a page, nothing compressed', () => {
  const form = waitingPush(inspected(pushBytes(LINES)));
  const fits = (status: number, ...fields: string[]) => form?.fits(status, new HeaderList(fields));
  assert.equal(fits(200, 'content-type', 'application/x-git-receive-pack-result'), true);
  assert.equal(fits(403, 'content-type', 'application/x-git-receive-pack-result'), false);
  assert.equal(fits(200, 'content-type', 'text/html'), false);
  assert.equal(fits(200, 'content-type', 'application/x-git-receive-pack-result', 'content-encoding', 'gzip'), false);
});

test('a client without a side-band, and what can not be read, get no progress', () => {
  assert.equal(waitingPush(inspected(pushBytes(LINES, ' report-status'))), null);
  assert.notEqual(waitingPush(inspected(pushBytes(LINES, ' report-status side-band-64k quiet'))), null);
  assert.equal(waitingPush(inspected(Buffer.from('0000'))), null);
  assert.equal(waitingPush(inspected(Buffer.from('nothing'))), null);
  assert.equal(waitingPush({ bytes: pushBytes(LINES), problem: 'larger than 5 bytes' }), null);
});
