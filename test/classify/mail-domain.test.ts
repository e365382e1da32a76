// Mail domains: one name for everybody, as A-labels.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDomain } from '../../src/classify/mail-domain.ts';

test('names come out as lower-case A-labels without a trailing dot', () => {
  for (const [text, expected] of [
    ['Ex.COM', 'ex.com'],
    ['ex.com.', 'ex.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    // Cyrillic letters that look Latin are another name, and show as one.
    ['еx.com', 'xn--x-itb.com'],
  ] as const) {
    assert.equal(readDomain(text), expected, text);
  }
});

test('what would be mapped, is no name, or names an address is refused', () => {
  for (const text of [
    '',
    '.',
    'ex..com',
    'ex.com..',
    '-ex.com',
    'ex_.com',
    'ex.com:25',
    'ex%2ecom',
    'ex.com/x',
    '127.0.0.1',
    '127.1',
    '0x7f',
    '[::1]',
    'ｅｘ.com',
    'ex。com',
    'faß.example',
    'ς.example',
    'a\u200db.com',
    '①.com',
    // A-labels that decode to nothing, or to what has another A-label.
    'xn--a.com',
    'xn--999999999.com',
    'mail.xn--bcher-kva.xn--a',
    'xn--ex-ksc.com',
  ]) {
    assert.equal(readDomain(text), null, JSON.stringify(text));
  }
});
