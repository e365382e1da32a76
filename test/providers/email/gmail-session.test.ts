// Resumable uploads: a whole message at a session that is known is a mail like any other, everything else names nobody.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Action, Facts } from '../../../src/classify/action.ts';
import type { Known, Learnt } from '../../../src/classify/known.ts';
import { HeaderList } from '../../../src/http/headers.ts';
import type { InspectedBody } from '../../../src/http/inspected-body.ts';
import type { RequestView } from '../../../src/http/request-view.ts';
import { gmail } from '../../../src/providers/email/gmail.ts';
import type { CopyObservation } from '../../../src/providers/observation.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';

const SEND = '/upload/gmail/v1/users/me/messages/send';
const DRAFTS = '/upload/gmail/v1/users/me/drafts';
const MAIL = 'From: bot@acme.example\r\nTo: b@ex.com\r\nSubject: Hi\r\n\r\nx';
const LAST = MAIL.length - 1;

interface Sent {
  readonly view: RequestView;
  readonly body: InspectedBody;
}

function sent(line: string, fields: readonly string[], content: string): Sent {
  const head = [`${line} HTTP/1.1`, 'Host: gmail.googleapis.com', 'Authorization: Bearer x', ...fields].join('\r\n');
  const body = Buffer.from(content, 'latin1');
  return {
    view: fixtureRequest(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body])).view,
    body: { bytes: body, problem: null },
  };
}

const TYPE = 'X-Upload-Content-Type: message/rfc822';
const open = (path: string, ...fields: string[]): Sent =>
  sent(`POST ${path}?uploadType=resumable`, ['Content-Type: application/json', ...fields], '{}');
const put = (path: string, content = MAIL, ...fields: string[]): Sent =>
  sent(`PUT ${path}?uploadType=resumable&upload_id=AB`, fields, content);

function classify({ view, body }: Sent, known: Known = { find: () => undefined }): Action | undefined {
  return gmail.recognise(view)?.classify(body, known)?.[0];
}

function observe(one: Sent): CopyObservation | null {
  const action = classify(one);
  assert.ok(action !== undefined);
  const observation = gmail.observe?.(one.view, one.body, [action]) ?? null;
  if (observation?.kind === 'copy') return observation;
  assert.equal(observation, null);
  return null;
}

/** As recall keeps it: the newest under each kind and id. */
function knownFrom(learnt: readonly Learnt[]): Known {
  const facts = new Map(learnt.map((one): [string, Facts] => [`${one.kind}/${one.id}`, one.facts]));
  return { find: (kind, id) => facts.get(`${kind}/${id}`) };
}

const at = (path: string): string => `https://gmail.googleapis.com${path}?uploadType=resumable&upload_id=AB`;
const answered = (one: Sent, location: string, status = 200): readonly Learnt[] =>
  observe(one)?.read({ status, headers: new HeaderList(['location', location]), body: Buffer.alloc(0) }) ?? [];
const opened = (path: string, ...fields: string[]): readonly Learnt[] => answered(open(path, TYPE, ...fields), at(path));

const names = (action: Action | undefined): unknown[] => [action?.name, action?.facts['inspected'], action?.facts['recipients']];
const UNREAD = ['email.send', false, undefined];

test('opening sends nothing; the bytes are the mail that they hold', () => {
  assert.deepEqual(names(classify(open(SEND, TYPE))), ['email.draft', true, undefined]);
  const known = knownFrom(opened(SEND));
  for (const fields of [[], ['Content-Type: message/rfc822'], [`Content-Range: bytes 0-${LAST}/${MAIL.length}`]])
    assert.deepEqual(names(classify(put(SEND, MAIL, ...fields), known)), ['email.send', true, ['b@ex.com']]);
  assert.deepEqual(names(classify(put(DRAFTS), knownFrom(opened(DRAFTS)))), ['email.draft', true, ['b@ex.com']]);
});

test('a draft that was uploaded is known when it is sent', () => {
  const known = knownFrom(opened(DRAFTS));
  const one = put(DRAFTS);
  const action = classify(one, known);
  assert.ok(action !== undefined);
  const observation = gmail.observe?.(one.view, one.body, [action]);
  assert.ok(observation?.kind === 'copy');
  const learnt = observation.read({ status: 200, headers: new HeaderList([]), body: Buffer.from('{"id":"r-1"}') });
  const send = sent('POST /gmail/v1/users/me/drafts/send', ['Content-Type: application/json'], '{"id":"r-1"}');
  assert.deepEqual(names(classify(send, knownFrom(learnt))), ['email.send', true, ['b@ex.com']]);
});

describe('a PUT that is not read', () => {
  const known = knownFrom(opened(SEND));
  for (const [name, one] of [
    ['a part', put(SEND, MAIL, `Content-Range: bytes 0-${LAST}/${MAIL.length + 9}`)],
    ['the end', put(SEND, MAIL, `Content-Range: bytes 9-${LAST + 9}/${MAIL.length + 9}`)],
    ['of unknown length', put(SEND, MAIL, `Content-Range: bytes 0-${LAST}/*`)],
    ['two ranges', put(SEND, MAIL, `Content-Range: bytes 0-${LAST}/${MAIL.length}`, 'Content-Range: bytes 9-9/9')],
    ['a question', put(SEND, '', 'Content-Range: bytes */9')],
    ['coded', put(SEND, MAIL, 'Content-Encoding: identity')],
    ['of another type', put(SEND, MAIL, 'Content-Type: application/json')],
    ['of a method that is claimed', put(SEND, MAIL, 'X-HTTP-Method-Override: POST')],
    ['at another path', put('/resumable/upload/gmail/v1/users/me/messages/send')],
    ['of another user', put('/upload/gmail/v1/users/eve@evil.example/messages/send')],
  ] as const)
    test(name, () => assert.deepEqual(names(classify(one, known)), UNREAD));

  test('to a session that nobody knows', () => assert.deepEqual(names(classify(put(SEND))), UNREAD));

  test('to one that got bytes before, also by a try that failed, at another path, or in a batch', () => {
    const batch = `--B\r\nContent-Type: application/http\r\n\r\nPUT ${SEND}?uploadType=resumable&upload_id=AB\r\n\r\n${MAIL}\r\n--B--`;
    for (const one of [
      put(SEND),
      put(SEND, 'To:', 'Content-Range: bytes 0-2/99'),
      sent(`PUT ${DRAFTS}/r1?Upload-Id=AB`, [], MAIL),
      sent(`POST //upload/x?upload_id=AB`, [], MAIL),
      sent('POST /batch', ['Content-Type: multipart/mixed; boundary=B'], batch),
    ]) {
      const beforehand = observe(one)?.beforehand ?? [];
      assert.deepEqual(names(classify(put(SEND), knownFrom([...opened(SEND), ...beforehand]))), UNREAD, one.view.target);
    }
  });

  test('of another length than was declared', () => {
    const length = (bytes: number): string => `X-Upload-Content-Length: ${bytes}`;
    assert.deepEqual(names(classify(put(SEND), knownFrom(opened(SEND, length(MAIL.length + 1))))), UNREAD);
    assert.equal(classify(put(SEND), knownFrom(opened(SEND, length(MAIL.length))))?.facts['inspected'], true);
    assert.deepEqual(opened(SEND, length(1), length(2)), []);
  });

  test('as an item of a batch', () => {
    const part = `--B\r\nContent-Type: application/http\r\n\r\nPUT ${SEND}?uploadType=resumable&upload_id=AB\r\n\r\n${MAIL}\r\n--B--`;
    const one = sent('POST /batch', ['Content-Type: multipart/mixed; boundary=B'], part);
    assert.deepEqual(names(classify(one, known)), UNREAD);
  });
});

test('an answer that points elsewhere, or is none, teaches nothing', () => {
  for (const [location, status] of [
    [at(SEND).replace('gmail', 'www')],
    [at(SEND).replace('.com/', '.com:8443/')],
    [at(DRAFTS)],
    [at(SEND).replace('&upload_id=AB', '')],
    [`${at(SEND)}&upload_id=CD`],
    ['nowhere'],
    [at(SEND), 308],
  ] as const)
    assert.deepEqual(answered(open(SEND, TYPE), location, status), [], location);
});

test('what does not open a session plainly is as unread as it was, and its session is not known', () => {
  for (const one of [
    open(SEND),
    open(SEND, 'X-Upload-Content-Type: text/plain'),
    open(SEND, TYPE, TYPE),
    open(SEND, TYPE, 'X-HTTP-Method-Override: PUT'),
    sent(`POST ${SEND}?uploadType=resumable`, [TYPE, 'Content-Type: message/rfc822'], MAIL),
  ]) {
    assert.deepEqual(names(classify(one)), UNREAD);
    assert.deepEqual(answered(one, at(SEND)), []);
  }
});

test('a PUT to a session is not edited: its length was declared', () => {
  const one = put(SEND);
  assert.throws(() => gmail.edit?.(one.view, one.body, { kind: 'keep-recipients', domains: ['ex.com'] }), {
    code: 'CONSTRAINT_FAILED',
  });
});
