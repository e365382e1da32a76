// The quick reader of YAML: what it answers, the whole parser answers too, in both versions of YAML; and it answers what manifests are.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { readPlainYaml } from '../../src/classify/plain-yaml.ts';
import { type Json, writeJson } from '../../src/classify/strict-json.ts';

const MANIFEST = `---
# what a client sends
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {}
  annotations:
    "example.com/note": 'one: two # three'
spec:
  replicas: 3
  paused: false
  template:
    spec:
      containers:
      - name: web   # the first
        image: registry.example.com/team/web:1.25
        command: 
          - sh
          - -c
          - exec serve --port=80
          - |-
            a: b
              # indented

            c
          - |
            é
        script: |
          x

        args: []
        resources:
          limits:
            cpu: 500m
            memory: 64Mi
        env:
          - name: A
            value:
          -
            name: B
            value: "yes"
      -   name: proxy
          image: a
      nodeSelector:
`;

/** Numbers as the oracle has them: rounded. */
function loosely(value: Json | undefined): unknown {
  return value === undefined ? undefined : JSON.parse(writeJson(value));
}

/** Both versions must read the text, and alike; dates of YAML 1.1 are no texts. */
function bothVersions(text: string): unknown {
  const readings = (['1.1', '1.2'] as const).map(
    (version) => parse(text, { version, logLevel: 'silent', strict: true }) as unknown,
  );
  assert.deepEqual(readings[0], readings[1], JSON.stringify(text));
  return JSON.parse(JSON.stringify(readings[0]));
}

test('a manifest is read at once, and as the whole parser reads it', () => {
  const read = loosely(readPlainYaml(MANIFEST));
  assert.deepEqual(read, bothVersions(MANIFEST));
  assert.notEqual(read, undefined);
});

/** Pieces from which readers' disagreements are made. */
const SCALARS = [
  ...['a', 'web', 'yes', 'No', 'ON', 'y', 'null', '~', 'True', '0', '7', '-1', '1.5', '1.50', '0777', '0o7'],
  ...[
    '0x1F',
    '1e3',
    '1.5e3',
    '+1',
    '1_000',
    '1:30',
    '190:20:30',
    '.inf',
    '-.INF',
    '.nan',
    '2001-01-01',
    '2001-12-14t21:59:43.10-05:00',
    '12345678901234567890',
    '08',
    '500m',
    '64Mi',
  ],
  ...['10%', '10.0.0.1', '10.0.0.0/8', '1.2.3', '-c', '--a=b', './a', '..', '.5', '5.', '=', '<<', '-0', '0.0', '7d', '1E'],
  ...['"a"', "'b'", '"yes"', '"a\\n"', 'é', "'it''s'", '"a" b', 'a b', 'a:b', 'a: b', 'a #b', 'a#b', '#a', 'a:', ':a', '?a'],
  ...['? a', '-', '- a', '--', '[]', '{}', '[a]', '{a: b}', '[] x', '&a b', '*a', '!a b', '|', '>', '%a', '@a'],
  ...['`a', ',a', '', 'http://a/b?c=d&e', 'a - b', '[]#', '0b1', '|-', '|+', '|2', 'é'],
];
const KEYS = [
  'a',
  'b',
  'c',
  'name',
  'a.b/c-d',
  '"a"',
  '"b c"',
  "'a'",
  'yes',
  'on',
  'null',
  '1',
  'a b',
  '<<',
  '-a',
  '__proto__',
  '---',
  '...',
];
const line = fc
  .record({
    indent: fc.integer({ min: 0, max: 5 }),
    entries: fc.array(fc.constantFrom('- ', '-  ', '-'), { maxLength: 2 }),
    key: fc.option(fc.constantFrom(...KEYS), { freq: 3 }),
    colon: fc.constantFrom(': ', ':', ':  ', ' : '),
    scalar: fc.constantFrom(...SCALARS, '', '', ''),
    tail: fc.constantFrom('', '', '', ' ', ' # c', '#c'),
  })
  .map(({ indent, entries, key, colon, scalar, tail }) =>
    [' '.repeat(indent), ...entries, key === null ? '' : key + colon, scalar, tail].join(''),
  );
const mutation = fc.record({
  at: fc.nat(MANIFEST.length - 1),
  cut: fc.nat(3),
  put: fc.constantFrom('', ' ', '\n', ':', '- ', '#', '"', "'", '\t', '\r', '0', '&'),
});

/** One way only: what the quick reader does not answer is the whole parser's. */
function agrees(text: string): void {
  const read = readPlainYaml(text);
  if (read !== undefined) assert.deepEqual(loosely(read), bothVersions(text), JSON.stringify(text));
}

test('INVARIANT: where it answers, the whole parser gives the same value in YAML 1.1 and 1.2', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => agrees(lines.join('\n'))),
    { numRuns: 5000 },
  );
});

test('INVARIANT: so it does for a manifest with changes', () => {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (changes) =>
      agrees(changes.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), MANIFEST)),
    ),
    { numRuns: 1000 },
  );
});

test('any document of plain members is answered', () => {
  // No key of them is a word that versions of YAML differ on: `no`, `on`, `off`, `null`.
  const leaf = fc.constantFrom('web', '3', 'true', '"x"', '[]', '500m');
  const { tree } = fc.letrec<{ tree: object; node: unknown }>((tie) => ({
    tree: fc.oneof(
      fc.dictionary(fc.stringMatching(/^k[a-z0-9]{1,8}$/), tie('node'), { minKeys: 1, maxKeys: 4 }),
      fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
    ),
    node: fc.oneof({ depthSize: 'small' }, leaf, tie('tree')),
  }));
  const written = (node: unknown, indent: string): string => {
    if (typeof node === 'string') return ` ${node}\n`;
    const items = Array.isArray(node)
      ? node.map((item) => `${indent}-${written(item, `${indent}  `)}`)
      : Object.entries(node as object).map(([key, value]) => `${indent}${key}:${written(value, `${indent}  `)}`);
    return `\n${items.join('')}`;
  };
  fc.assert(
    fc.property(tree, (node) => {
      const text = written(node, '').slice(1);
      assert.deepEqual(loosely(readPlainYaml(text)), bothVersions(text), text);
    }),
    { numRuns: 300 },
  );
});

for (const [name, text] of Object.entries({
  'a second root': '  a: 1\nb: 2\n',
  'a quote that ends on another line': 'a: "b\n  c"\n',
  'a doubled quote': "a: 'it''s'\n",
  'a doubled quote at the end': "a: 'it'''\n",
  'a doubled quote in a key': '"a"": 1\n',
  'a value that begins with %': 'a: %b\n',
  'a value that begins with @': 'a: @b\n',
  'a value that begins with a backtick': 'a: `b\n',
  'an entry as a value': 'a: - web\n',
  'a key that begins with the mark of a document': '---web: 1\n',
  'a comment at a quote': 'a: "b"#c\n',
  'a long key': `${'x'.repeat(1001)}: a\n`,
  'a block whose breaks are kept': 'a: |+\n  b\n\n',
  'a block that ends in spaces': 'a: |\n  b\n   \n',
  'a block with a line between both columns': 'a: |\n    b\n  # c\nd: e\n',
}))
  test(`INVARIANT: ${name} is left to the whole parser`, () => assert.equal(readPlainYaml(text), undefined));
