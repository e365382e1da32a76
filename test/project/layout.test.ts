// The house rules that a machine can check: a test beside every source file, short files, one vocabulary, no loose ends.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { END_TO_END_ONLY } from './end-to-end-only.ts';
import { reachedInTheirRoom } from './reached-by.ts';
import { isTypesOnly, projectFiles, textOf } from './tree.ts';

const files = projectFiles();
const known = new Set(files);
const sources = files.filter((file) => /^src\/.*\.ts$/.test(file));
const code = files.filter((file) => /^(src|test|bench|scripts|demo|soak|console)\/.*\.ts$/.test(file));

const mirrorOf = (source: string): string => source.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts');

test('every source file has a test of its name, is run by one of its room, holds only types, or names the whole gateway that runs it', () => {
  const reached = reachedInTheirRoom(files);
  const tested = (file: string): boolean =>
    known.has(mirrorOf(file)) || reached.has(file) || END_TO_END_ONLY.has(file) || isTypesOnly(file);
  assert.deepEqual(
    sources.filter((file) => !tested(file)),
    [],
  );
});

test('the list of those tested end to end only is true', () => {
  const reached = reachedInTheirRoom(files);
  const stale = (source: string): boolean => !known.has(source) || known.has(mirrorOf(source)) || reached.has(source);
  const wrong = [...END_TO_END_ONLY].filter(([source, by]) => stale(source) || !known.has(by));
  assert.deepEqual(wrong, []);
});

test('no file is longer than 250 lines, no test than 300', () => {
  const most = (file: string): number => (file.startsWith('test/') ? 300 : 250);
  assert.deepEqual(
    code.filter((file) => textOf(file).split('\n').length > most(file) + 1),
    [],
  );
});

test('the first line of every file says what it is', () => {
  const told = code.filter((file) => !file.startsWith('test/'));
  assert.deepEqual(
    told.filter((file) => !/^(\/\/|\/\*\*) \S/.test(textOf(file).replace(/^#!.*\n/, ''))),
    [],
  );
});

test('files are named for what they hold, in kebab-case', () => {
  const vague = /(^|\/)(index|util|utils|helper|helpers|types|common|misc)\.ts$/;
  assert.deepEqual(
    code.filter((file) => vague.test(file) || !/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.ts$/.test(file.split('/').at(-1) ?? '')),
    [],
  );
});

/** Spoken of here in one way only. The pattern is what must not be said, and what is said instead. */
const VOCABULARY: ReadonlyArray<readonly [pattern: RegExp, instead: string]> = [
  [/\bdownstream\b/i, 'client'],
  [/\bMITM\b/i, 'opened TLS'],
  [/\bwhitelist|blacklist\b/i, 'allow list, block list'],
  [/\bruleset\b/i, 'bundle'],
  [/\bmiddleware\b/i, 'stage'],
];

test('one word for one thing', () => {
  const said = sources.flatMap((file) =>
    VOCABULARY.filter(([pattern]) => pattern.test(textOf(file))).map(
      ([pattern, instead]) => `${file}: ${pattern.source}: say ${instead}`,
    ),
  );
  assert.deepEqual(said, []);
});

test('nothing is left open, and nothing is silenced', () => {
  const open = new RegExp(
    [
      'TO' + 'DO',
      'FIX' + 'ME',
      '\\bX' + 'XX\\b',
      '@ts-' + 'ignore',
      '@ts-' + 'expect-error',
      'eslint-' + 'disable',
      'oxlint-' + 'disable',
      'biome-' + 'ignore',
    ].join('|'),
  );
  assert.deepEqual(
    code.filter((file) => open.test(textOf(file))),
    [],
  );
});

test('TLS verification is never switched off, in tests neither', () => {
  const off = new RegExp(
    ['NODE_TLS_REJECT_' + 'UNAUTHORIZED', 'rejectUnauthorized:\\s*' + 'false', 'sslVerify=' + 'false', '--inse' + 'cure\\b'].join(
      '|',
    ),
  );
  // A server that asks for client certificates and takes any of them is no client that trusts anybody.
  const asServer = new RegExp(['requestCert: true,?\\s*reject', 'Unauthorized: false'].join(''), 'g');
  assert.deepEqual(
    code.filter((file) => off.test(textOf(file).replaceAll(asServer, ''))),
    [],
  );
});

test('no test is skipped for good or runs alone', () => {
  assert.deepEqual(
    files.filter((file) => file.endsWith('.test.ts') && /\.(only|todo)\(|\.skip\(/.test(textOf(file))),
    [],
  );
});

test('no path of one machine is in the tree', () => {
  const machine = new RegExp(['(^|[^A-Za-z0-9_.])/(work', 'farm', 'root)/'].join('|'), 'm');
  const text = files.filter((file) => !/package-lock\.json$|\.(png|pack|bin|gz)$/.test(file));
  assert.deepEqual(
    text.filter((file) => machine.test(textOf(file))),
    [],
  );
});
