// XML bodies: what S3 and Route 53 clients write is read, what parsers differ on is a problem.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readXml, type XmlElement, xmlChildren, xmlText } from '../../src/classify/xml.ts';

const read = (text: string): XmlElement | undefined => readXml(Buffer.from(text)).root;

test('elements, prefixes, attributes and references', () => {
  const root = read(
    '<?xml version="1.0" encoding="UTF-8"?>\n<s3:Delete xmlns:s3="http://x/"><s3:Object><s3:Key>a&amp;&#x62;&#99;</s3:Key></s3:Object><Object><Key> d </Key></Object><Quiet/></s3:Delete>\n',
  );
  assert.equal(root?.name, 'Delete');
  assert.deepEqual(
    xmlChildren(root, 'Object').map((object) => xmlText(object, 'Key')),
    ['a&bc', ' d '],
  );
  assert.equal(xmlText(root, 'Quiet'), '');
  assert.equal(xmlText(root, 'Absent'), undefined);
});

test('a repeated element has no single text, and one with children neither', () => {
  const root = read('<a><k>1</k><k>2</k><n><x/></n></a>');
  assert.ok(root);
  assert.equal(xmlText(root, 'k'), undefined);
  assert.equal(xmlText(root, 'n'), undefined);
});

const BAD: Readonly<Record<string, string>> = {
  'a DTD': '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  'an entity': '<a>&nbsp;</a>',
  'a bare ampersand': '<a>b & c</a>',
  CDATA: '<a><![CDATA[b]]></a>',
  'a comment': '<a>b<!-- c -->d</a>',
  'a processing instruction': '<a><?b c?></a>',
  'another encoding': '<?xml version="1.0" encoding="UTF-16"?><a/>',
  'a second root': '<a/><b/>',
  'text behind the root': '<a/>b',
  'text before the root': 'b<a/>',
  'a wrong end tag': '<a><b></a></b>',
  'an end tag with another prefix': '<x:a></a>',
  'an early end': '<a><b>',
  'no document': '',
  'a NUL': '<a>\u0000</a>',
  'a reference to a NUL': '<a>&#0;</a>',
  'a reference to a surrogate': '<a>&#xD800;</a>',
  'a byte order mark': '\ufeff<a/>',
  'a `<` in an attribute': '<a b="<"/>',
  'too deep a nest': '<a>'.repeat(40) + '</a>'.repeat(40),
};
for (const [name, text] of Object.entries(BAD))
  test(`${name} is a problem`, () => assert.notEqual(readXml(Buffer.from(text)).problem, null));

test('what only some readers leave out is refused before any tag is read', () => {
  for (const text of [
    '<!DOCTYPE a><a/>',
    '<!DOCTYPE a SYSTEM "b"><a/>',
    '<a><![CDATA[b]]></a>',
    '<a><!-- b --></a>',
    '<a><?b c?></a>',
  ])
    assert.match(readXml(Buffer.from(text)).problem ?? '', /DTD, CDATA, a comment/, text);
});

test('UTF-16 is a problem', () => assert.notEqual(readXml(Buffer.from('<a/>', 'utf16le')).problem, null));

test('bytes that are no UTF-8 are a problem', () => assert.notEqual(readXml(Buffer.from('<a>\xe4</a>', 'latin1')).problem, null));

test('any text comes back as it was', () => {
  const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ufeff]/.test(text)) return;
      assert.equal(read(`<a><k>${escape(text)}</k></a>`)?.children[0]?.text, text);
    }),
  );
});

test('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('<', '>', '/', 'a', '&', ';', '"', ' ', '=', '!', '?', '#', '1')), (parts) => {
      readXml(Buffer.from(parts.join('')));
    }),
  );
});

for (const [name, text] of [
  ['attributes', `<a${' b="c"'.repeat(150_000)}/>`],
  ['empty elements', `<a>${'<b/>'.repeat(250_000)}</a>`],
  ['references', `<a>${'&#x41;'.repeat(170_000)}</a>`],
  ['marks', '<'.repeat(1_000_000)],
  ['ampersands', `<a>${'&'.repeat(1_000_000)}</a>`],
  ['blanks', `<a ${' '.repeat(1_000_000)}`],
] as const)
  test(`a mebibyte of ${name} is soon done with`, () => {
    const bytes = Buffer.from(text);
    // A reader that is not linear would still be at it when the test is cut.
    const { root, problem } = readXml(bytes);
    assert.ok(root !== null || problem !== null);
  });
