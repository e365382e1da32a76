// The strict JSON reader: agrees with the platform's on what it takes, and refuses what others read differently.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  foldName,
  isJsonArray,
  isJsonObject,
  type Json,
  JsonNumber,
  lookalikeKey,
  readJson,
  writeJson,
} from '../../src/classify/strict-json.ts';

function read(text: string | Buffer): Json {
  const reading = readJson(Buffer.from(text));
  assert.equal(reading.problem, null);
  assert.ok(reading.value !== undefined);
  return reading.value;
}

function problem(text: string | Buffer): string {
  const reading = readJson(Buffer.from(text));
  assert.ok(reading.problem !== null, 'the document was taken');
  return reading.problem;
}

/** As JSON.parse would give it. */
function plain(value: Json): unknown {
  if (value instanceof JsonNumber) return Number(value.raw);
  if (isJsonArray(value)) return value.map(plain);
  if (isJsonObject(value)) return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  return value;
}

const document = fc.json({ maxDepth: 6 });
const spaced = fc
  .tuple(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 1, '\t', '\r\n '))
  .map(([value, space]) => JSON.stringify(value, null, space));

test('reads every valid document as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.oneof(document, spaced), (text) => assert.deepEqual(plain(read(text)), JSON.parse(text))),
    { numRuns: 500 },
  );
});

test('takes nothing that JSON.parse refuses, whatever is broken in it', () => {
  const broken = fc.tuple(document, fc.nat(), fc.string({ maxLength: 2 }), fc.nat({ max: 2 })).map(([text, at, insert, cut]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + insert + text.slice(place + cut);
  });
  fc.assert(
    fc.property(broken, (text) => {
      const reading = readJson(Buffer.from(text));
      if (reading.problem === null) assert.deepEqual(plain(reading.value), JSON.parse(Buffer.from(text).toString()));
    }),
    { numRuns: 1000 },
  );
});

test('what is written reads back to the same document, numbers by their text', () => {
  fc.assert(
    fc.property(document, (text) => assert.deepEqual(read(writeJson(read(text))), read(text))),
    { numRuns: 300 },
  );
  const numbers = '[1.10,1e3,9007199254740993,-0,12345678901234567890,0.1]';
  assert.equal(writeJson(read(numbers)), numbers);
  assert.equal(writeJson(read('{"b":"\\ud800","__proto__":{"a":1}}')), '{"b":"\\ud800","__proto__":{"a":1}}');
});

test('safe integers are numbers, everything that could be rounded keeps its text', () => {
  assert.deepEqual(read('[0,-1,9007199254740991,-9007199254740991]'), [0, -1, 9007199254740991, -9007199254740991]);
  for (const raw of ['9007199254740992', '1e3', '100.0', '-0', '1E400', '1'.repeat(1000)])
    assert.deepEqual(read(raw), new JsonNumber(raw));
});

test('a repeated key is refused, however it is spelt', () => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"amount":1,"\\u0061mount":2}',
    '[{"x":{"b":null,"b":null}}]',
    '{"__proto__":1,"__proto__":2}',
  ]) {
    assert.match(problem(text), /repeated key/);
  }
});

test('__proto__ and constructor are keys like any other', () => {
  const value = read('{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}');
  assert.ok(isJsonObject(value));
  assert.equal(Object.getPrototypeOf(value), null);
  assert.deepEqual(Object.keys(value), ['__proto__', 'constructor']);
  assert.equal(Reflect.get({}, 'admin'), undefined);
  assert.equal(value['toString'], undefined);
});

test('only one strict UTF-8 document is taken', () => {
  const text = '{"a":1}';
  assert.match(problem(`\ufeff${text}`), /byte order mark/);
  assert.match(problem(Buffer.from(text, 'utf16le')), /not JSON/);
  assert.match(problem(Buffer.from([0x22, 0xc0, 0xaf, 0x22])), /UTF-8/);
  for (const more of [`${text}{}`, `${text}\0`, `${text}\n${text}`]) assert.match(problem(more), /follows/);
  for (const lenient of [
    '',
    ' ',
    '{a:1}',
    "{'a':1}",
    '[1,]',
    '{"a":1,}',
    '// x\n1',
    ")]}'\n{}",
    'NaN',
    '01',
    '+1',
    '.5',
    '1.',
    '0x1',
    '"\t"',
    '"\\x41"',
    '"\\u00g0"',
    '[',
    '{"a"}',
    'tru',
    '\u00a01',
  ]) {
    problem(lenient);
  }
});

test('nothing of the document is quoted in a problem', () => {
  for (const text of ['{"secret-token" 1}', '["secret-token\\q"]', '{"a":1}secret-token'])
    assert.doesNotMatch(problem(text), /secret/);
});

test('limits on depth and number come before any cost', () => {
  assert.equal(readJson(Buffer.from(`${'['.repeat(64)}${']'.repeat(64)}`)).problem, null);
  assert.match(problem(`${'['.repeat(66)}${']'.repeat(66)}`), /nested/);
  assert.match(problem(`[${'0,'.repeat(200_000)}0]`), /more than/);
});

test('a hostile mebibyte is read, or refused, within a blink', () => {
  const keys = (name: (i: number) => string): string =>
    `{${Array.from({ length: 80_000 }, (_, i) => `"${name(i)}":0`).join(',')}}`;
  const hostile = [
    '['.repeat(1_048_576),
    `"${'\\n'.repeat(500_000)}"`,
    '"\\'.repeat(300_000),
    ' '.repeat(1_048_576),
    '9'.repeat(1_048_576),
    keys((i) => String(i * 65_536)),
    keys((i) => `k${i}`),
  ];
  for (const text of hostile) {
    const started = performance.now();
    readJson(Buffer.from(text));
    assert.ok(performance.now() - started < 10_000, `${text.slice(0, 8)}… took ${performance.now() - started} ms`);
  }
});

test('keys that lenient readers would take for a judged one are found', () => {
  const names = new Set(['amount', 'to', 'subject', 'link']);
  assert.equal(lookalikeKey(Object.assign(Object.create(null), { amount: 1, other: 2 }), names), undefined);
  for (const key of ['Amount', 'TO', '\u017fubject', 'lin\u212a']) {
    assert.equal(lookalikeKey(Object.assign(Object.create(null), { [key]: 1 }), names), key);
  }
  assert.equal(foldName('\u212aey'), 'key');
});

test('more members than can be read at once are a problem, however they are spread', () => {
  const members = (count: number): string => Array.from({ length: count }, (_, n) => `"k${n}":1`).join(',');
  assert.equal(readJson(Buffer.from(`{${members(4_000)}}`)).problem, null);
  assert.match(readJson(Buffer.from(`{${members(4_001)}}`)).problem ?? '', /an object with more than 4000 members/);
  const wide = `{${members(3_999)}}`;
  // A list's own objects are counted each for itself, and what is behind a closed one goes on where its parent was.
  assert.equal(readJson(Buffer.from(`{"a":${wide},"b":${wide},"c":{${members(3_000)}}}`)).problem, null);
  assert.match(readJson(Buffer.from(`[${wide},${wide},${wide}]`)).problem ?? '', /12000 members/);
  assert.match(readJson(Buffer.from(`[${'{},'.repeat(12_000)}{}]`)).problem ?? '', /12000 members/);
  const objects = Array.from({ length: 6001 }, () => '{"a":1}').join(',');
  assert.match(readJson(Buffer.from(`[${objects}]`)).problem ?? '', /12000 members/);
});

test('a body is read once, and another body of the same bytes again', () => {
  const bytes = Buffer.from('{"a":[1]}');
  assert.equal(readJson(bytes), readJson(bytes));
  assert.notEqual(readJson(bytes), readJson(bytes.subarray()));
  assert.deepEqual(readJson(bytes), readJson(bytes.subarray()));
});
