// Every claim about a push rests on this reader, so it is stricter than git's and never slower than its input.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MAX_COMMAND_BYTES, commandReader, hasPack, readCommands, replaceCommands } from '../../src/classify/git-commands.ts';
import { FLUSH_PACKET, writePacket } from '../../src/classify/pkt-line.ts';
import { CAPABILITIES, EMPTY_PACK, OID_A, OID_B, ZERO, pushBytes, signedPushBytes } from '../support/push-bytes.ts';

const MAIN = `${OID_A} ${OID_B} refs/heads/main`;
const TOPIC = `${OID_A} ${OID_B} refs/heads/topic`;

describe('the commands of a push', () => {
  it('are all read, with capabilities, whatever follows', () => {
    const bytes = pushBytes([TOPIC, `${OID_A} ${ZERO} refs/tags/v1`, MAIN], CAPABILITIES, EMPTY_PACK);
    const push = readCommands(bytes);
    assert.deepEqual(
      push?.commands.map((command) => command.ref),
      ['refs/heads/topic', 'refs/tags/v1', 'refs/heads/main'],
    );
    assert.deepEqual(push.capabilities, ['report-status-v2', 'side-band-64k', 'object-format=sha1', 'agent=git/2.39.5']);
    assert.equal(push.end, bytes.length - EMPTY_PACK.length);
    assert.ok(hasPack(push));
  });

  it('may end in a line feed', () => {
    const push = readCommands(Buffer.concat([writePacket(`${MAIN}\0 report-status\n`), writePacket(`${TOPIC}\n`), FLUSH_PACKET]));
    assert.deepEqual(
      push?.commands.map((command) => command.ref),
      ['refs/heads/main', 'refs/heads/topic'],
    );
  });

  it('have their options behind them only when that was agreed', () => {
    const options = Buffer.concat([writePacket('a=b c'), writePacket('ci.skip'), FLUSH_PACKET]);
    assert.deepEqual(readCommands(pushBytes([MAIN], ' push-options', options))?.options, ['a=b c', 'ci.skip']);
    assert.deepEqual(
      readCommands(pushBytes([MAIN], ' push-options=1', options))?.options,
      ['a=b c', 'ci.skip'],
      'git takes any value for yes',
    );
    assert.deepEqual(readCommands(pushBytes([MAIN], CAPABILITIES, options))?.options, []);
  });

  it('stand inside a certificate when the push is signed', () => {
    const push = readCommands(signedPushBytes([TOPIC, MAIN], ['push-option merge_request.auto_merge'], EMPTY_PACK));
    assert.equal(push?.signed, true);
    assert.deepEqual(
      push.commands.map((command) => command.ref),
      ['refs/heads/topic', 'refs/heads/main'],
    );
    assert.deepEqual(push.options, ['merge_request.auto_merge']);
  });

  it('are none in a probe, and a push of deletes has no pack', () => {
    assert.equal(readCommands(Buffer.from('0000'))?.probe, true);
    const deletes = readCommands(pushBytes([`${OID_A} ${ZERO} refs/heads/x`]));
    assert.ok(deletes !== null && !hasPack(deletes));
  });
});

describe('commands from a hostile client', () => {
  it('are refused where servers could read something else', () => {
    const cert = writePacket(`push-cert\0${CAPABILITIES}`);
    const signed = signedPushBytes([TOPIC]);
    const cases: Record<string, Buffer> = {
      'capabilities on a later line': Buffer.concat([
        writePacket(`${TOPIC}\0${CAPABILITIES}`),
        writePacket(`${MAIN}\0 push-options`),
        FLUSH_PACKET,
      ]),
      'a delimiter between commands': Buffer.concat([
        writePacket(`${TOPIC}\0`),
        Buffer.from('0001'),
        writePacket(MAIN),
        FLUSH_PACKET,
      ]),
      'an empty packet': Buffer.concat([writePacket(`${TOPIC}\0`), Buffer.from('0004'), FLUSH_PACKET]),
      'commands beside a certificate': Buffer.concat([writePacket(`${TOPIC}\0`), cert, FLUSH_PACKET]),
      'a command before a whole certificate': Buffer.concat([
        writePacket(`${MAIN}\0${CAPABILITIES}`),
        writePacket('push-cert'),
        signed.subarray(cert.length),
      ]),
      'a certificate that does not end': Buffer.concat([cert, writePacket('certificate version 0.1\n'), FLUSH_PACKET]),
      'commands after a certificate': Buffer.concat([signedPushBytes([TOPIC]).subarray(0, -4), writePacket(MAIN), FLUSH_PACKET]),
      'upper-case object ids': pushBytes([MAIN.toUpperCase()]),
      'a short object id': pushBytes([`${OID_A.slice(1)} ${OID_B} refs/heads/main`]),
      'two blanks': pushBytes([`${OID_A}  ${OID_B} refs/heads/main`]),
      'no ref': pushBytes([`${OID_A} ${OID_B} `]),
      'two object formats': pushBytes([MAIN], ' object-format=sha1 object-format=sha256'),
      'an unknown object format': pushBytes([MAIN], ' object-format=md5'),
      'sha256 ids unannounced': pushBytes([`${'a'.repeat(64)} ${'b'.repeat(64)} refs/heads/main`]),
      'a NUL in an option': pushBytes([MAIN], ' push-options', writePacket('a\0b'), FLUSH_PACKET),
      'control bytes in capabilities': pushBytes([MAIN], ' a\nb'),
      'a shallow line after commands': Buffer.concat([writePacket(`${MAIN}\0`), writePacket(`shallow ${OID_A}`), FLUSH_PACKET]),
      'only shallow lines': Buffer.concat([writePacket(`shallow ${OID_A}`), FLUSH_PACKET]),
      'no pkt-line': Buffer.from('hello'),
    };
    for (const [name, bytes] of Object.entries(cases)) assert.equal(commandReader().read(bytes), 'invalid', name);
  });
});

describe('however the commands come', () => {
  it('are bounded in number and size', () => {
    const many = Array.from({ length: 5001 }, (_, index) => `${OID_A} ${OID_B} refs/heads/b${index}`);
    assert.equal(commandReader().read(pushBytes(many)), 'invalid');
    assert.equal(readCommands(pushBytes(many.slice(1)))?.commands.length, 5000);
    const endless = Buffer.concat([
      writePacket(`${MAIN}\0 push-options`),
      FLUSH_PACKET,
      ...Array.from({ length: 40 }, () => writePacket('x'.repeat(60_000))),
    ]);
    assert.ok(endless.length > MAX_COMMAND_BYTES);
    assert.equal(commandReader().read(endless), 'invalid');
  });

  it('come out the same byte by byte', () => {
    const bytes = pushBytes([TOPIC, MAIN], ' push-options', writePacket('a'), FLUSH_PACKET);
    const reader = commandReader();
    for (let length = 0; length < bytes.length; length += 1) assert.equal(reader.read(bytes.subarray(0, length)), 'more');
    assert.deepEqual(reader.read(bytes), readCommands(bytes));
  });

  it('never throw, whatever comes', () => {
    const soup = fc.array(
      fc.oneof(
        fc.constantFrom(
          '0000',
          '0001',
          '0004',
          `push-cert\0 a`,
          'push-cert-end\n',
          `${MAIN}\0${CAPABILITIES}`,
          MAIN,
          `shallow ${OID_A}`,
        ),
        fc.string(),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(soup, fc.uint8Array({ maxLength: 40 }), (parts, tail) => {
        const packets = parts.map((part) => (/^000\d$/.test(part) ? Buffer.from(part) : writePacket(Buffer.from(part, 'utf8'))));
        commandReader().read(Buffer.concat([...packets, tail]));
      }),
      { numRuns: 300 },
    );
  });
});

describe('replacing commands', () => {
  const replacement = { old: ZERO, new: OID_B, ref: 'refs/heads/agent/bot/main' };

  it('changes only what is named, and recomputes its length', () => {
    const bytes = Buffer.concat([
      writePacket(`shallow ${OID_A}`),
      pushBytes([TOPIC, MAIN], ' push-options', writePacket('a=b'), FLUSH_PACKET, EMPTY_PACK),
    ]);
    const push = readCommands(bytes);
    assert.ok(push !== null);
    const changed = replaceCommands(bytes, push, new Map([[1, replacement]]));
    const again = readCommands(changed);
    assert.deepEqual(again, { ...push, end: push.end + 10, commands: [push.commands[0], replacement] });
    assert.deepEqual(changed.subarray(again?.end), EMPTY_PACK);
  });

  it('keeps the capabilities of the first line', () => {
    const bytes = pushBytes([MAIN], `${CAPABILITIES}\n`.trimEnd());
    const push = readCommands(bytes);
    assert.ok(push !== null);
    assert.deepEqual(readCommands(replaceCommands(bytes, push, new Map([[0, replacement]])))?.capabilities, push.capabilities);
  });

  it('leaves signed pushes alone', () => {
    const bytes = signedPushBytes([MAIN]);
    const push = readCommands(bytes);
    assert.ok(push !== null);
    assert.throws(() => replaceCommands(bytes, push, new Map([[0, replacement]])), RangeError);
  });
});
