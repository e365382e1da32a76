import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isJsonObject, readJson } from '../../src/classify/strict-json.ts';
import { argumentFacts } from '../../src/classify/tool-arguments.ts';

function factsOf(args: unknown) {
  const { value } = readJson(Buffer.from(JSON.stringify(args)));
  assert.ok(isJsonObject(value));
  return argumentFacts(value);
}

test('hosts, domains and paths are named apart', () => {
  const facts = factsOf({
    to: 'Ann <ann@Example.COM>, eve@bücher.example.',
    see: 'https://user:pw@Files.Example.com:8443/a and ftp://[::1]/x',
    file: 'file:///etc/passwd',
    up: '../../x',
    home: '~/a',
    win: 'C:\\x',
    word: 'plain',
  });
  assert.deepEqual(facts['argumentHosts'], ['files.example.com', '[::1]']);
  assert.deepEqual(facts['argumentDomains'], ['example.com', 'xn--bcher-kva.example', 'files.example.com']);
  assert.deepEqual(facts['argumentPaths'], ['file:///etc/passwd', '../../x', '~/a', 'C:\\x']);
});

test('no key and no value can imitate another argument', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.dictionary(fc.string(), fc.string()))),
      (args) => {
        const text = factsOf({ ...args, safe: 'x' })['argumentText'];
        if (typeof text !== 'string') return;
        const lines = text.split('\n').filter((line) => line.startsWith('target='));
        assert.ok(lines.length <= 1);
        assert.equal(lines.length, Object.hasOwn(args, 'target') && typeof args['target'] !== 'object' ? 1 : 0);
      },
    ),
    { examples: [[{ note: 'a\ntarget=b' }], [{ 'target=x': 1 }], [{ a: { '\ntarget': 'b' } }], [{ target: { '': 'x' } }]] },
  );
});

test('a value that is too long is named but not told, and what is left out is said', () => {
  const facts = factsOf({ path: '/a', content: 'x'.repeat(1025) });
  assert.deepEqual(facts['arguments'], ['path=/a', 'content~']);
  assert.equal(facts['argumentsKnown'], false);
});

test('too many values: only the outer names', () => {
  const facts = factsOf({ list: Array.from({ length: 300 }, () => 1), 'a.b': 1 });
  assert.deepEqual(facts, { argumentsKnown: false, argumentNames: ['list', 'a.b'] });
  const wide = factsOf(Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`k${i}`, 'x'.repeat(500)])));
  assert.equal(wide['argumentsKnown'], false);
  assert.equal(wide['argumentText'], undefined);
});

test('a megabyte of bait holds nothing up', () => {
  for (const bait of ['a', 'a.', '@', '://', 'a@', '[']) {
    const text = bait.repeat(1_000_000 / bait.length);
    const tries = Array.from({ length: 5 }, () => {
      const startedMs = performance.now();
      argumentFacts({ x: text });
      return performance.now() - startedMs;
    });
    assert.ok(Math.min(...tries) < 10_000, `${bait}: ${tries.join(', ')} ms`);
  }
});

test('more hosts than are looked at are no hosts that are known', () => {
  const facts = factsOf({ to: 'a@b.example '.repeat(60), cc: 'a@c.example '.repeat(60), bcc: 'a@d.example '.repeat(81) });
  assert.equal(facts['argumentDomains'], undefined);
  assert.equal(facts['argumentsKnown'], false);
});
