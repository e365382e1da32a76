// Answers that are kept: made once for all who ask, the longest unused forgotten first, and none that failed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMissing, recent } from '../../src/record/recent.ts';

test('an answer is made once for all who ask, while it is made and after', async () => {
  const ask = recent<object>(2);
  let made = 0;
  const make = (): Promise<object> => Promise.resolve({ made: (made += 1) });
  const [first, second] = await Promise.all([ask('a', make), ask('a', make)]);
  assert.equal(first, second);
  assert.equal(await ask('a', make), first);
  assert.equal(made, 1);
  assert.equal(ask('a', null), undefined);
  assert.notEqual(await ask('a', make), first);
});

test('the longest unused is forgotten, and no other', async () => {
  const ask = recent<string>(2);
  const made: string[] = [];
  const look = (key: string): Promise<string> => ask(key, () => Promise.resolve(String(made.push(key))));
  for (const key of ['a', 'b', 'a', 'c', 'a', 'c', 'b', 'a']) await look(key);
  assert.deepEqual(made, ['a', 'b', 'c', 'b', 'a']);
});

test('what failed is made again, and what came in its place meanwhile stays', async () => {
  const ask = recent<string>(2);
  await assert.rejects(
    ask('a', () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await ask('a', () => Promise.resolve('yes')), 'yes');
  const { promise, reject } = Promise.withResolvers<string>();
  const failing = ask('b', () => promise);
  ask('b', null);
  const later = ask('b', () => Promise.resolve('later'));
  reject(new Error('no'));
  await assert.rejects(failing, /no/);
  assert.equal(
    ask('b', () => Promise.resolve('made again')),
    later,
  );
});

test('only a file that is not there is missing', () => {
  const failure = (code: string): Error => Object.assign(new Error(code), { code });
  assert.equal(isMissing(failure('ENOENT')), true);
  for (const error of [failure('EACCES'), new Error('ENOENT'), 'ENOENT']) assert.throws(() => isMissing(error));
});
