// Redis's commands: of any case, and a read only when it is in the list of reads.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redisWorks } from '../../../src/providers/database/redis-commands.ts';

const effects = (name: string) => redisWorks(name).map((work) => work.effect);

test('reads are reads in any case', () => {
  for (const name of ['get', 'MGET', 'HGetAll', 'json.get', 'sort_ro']) assert.deepEqual(effects(name), ['read'], name);
});

test('commands that look like reads and write are writes', () => {
  for (const name of ['getdel', 'getex', 'GETSET', 'sort', 'bitfield', 'georadius', 'xreadgroup', 'eval_ro', 'script', 'object2'])
    assert.ok(!effects(name).includes('read'), name);
});

test('a program that was stored before is a call of its own, whatever it does (E23)', () => {
  for (const name of ['eval', 'EVALSHA', 'evalsha_ro', 'fcall', 'fcall_ro', 'script', 'function'])
    assert.deepEqual(redisWorks(name), [
      { inspected: true, verb: name.toLowerCase(), effect: 'call', functions: [name.toLowerCase()] },
    ]);
});

test('everything at once names no keys', () => {
  assert.equal(redisWorks('FLUSHALL')[0]?.where, false);
  assert.equal(redisWorks('del')[0]?.where, true);
});

test('a name that is not known is an unknown write, and told only when it is a plain word', () => {
  assert.deepEqual(redisWorks('frobnicate'), [{ effect: 'unknown-write', inspected: true, verb: 'frobnicate' }]);
  assert.equal(redisWorks('alice@example.com')[0]?.verb, undefined);
});
