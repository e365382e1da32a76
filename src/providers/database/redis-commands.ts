// What Redis's commands do. A write is whatever is not in the list of reads; what is in none of the lists is not known.

import type { DatabaseWork } from './database-action.ts';

/** Of any case on the wire. Not here: `SORT` (may STORE), `GETDEL`, `GETEX`, `BITFIELD`, `XREADGROUP`: they write. */
const READS = setOf(
  'get mget strlen exists type ttl pttl expiretime pexpiretime keys scan dbsize randomkey dump getrange substr getbit bitcount ' +
    'bitpos bitfield_ro hget hmget hgetall hkeys hvals hlen hexists hstrlen hscan hrandfield httl hpttl hexpiretime hpexpiretime ' +
    'llen lrange lindex lpos smembers sismember smismember scard srandmember sscan sinter sunion sdiff sintercard zrange ' +
    'zrangebyscore zrangebylex zrevrange zrevrangebyscore zrevrangebylex zrank zrevrank zscore zmscore zcard zcount zlexcount ' +
    'zscan zrandmember zinter zunion zdiff zintercard xrange xrevrange xlen xread xinfo xpending geopos geodist geohash ' +
    'geosearch georadius_ro georadiusbymember_ro pfcount sort_ro lcs touch ping echo time object ' +
    'json.get json.mget json.type json.strlen json.arrlen json.arrindex json.objkeys json.objlen json.resp',
);
const DELETES = setOf(
  'del unlink getdel hdel hgetdel lpop rpop lrem ltrim lmpop blpop brpop blmpop spop srem xdel xtrim json.del json.forget',
);
const RANKED_DELETES = setOf('zrem zpopmin zpopmax zmpop bzpopmin bzpopmax zremrangebyrank zremrangebyscore zremrangebylex');
/** Everything goes at once. */
const FLUSHES = setOf('flushall flushdb');
const PUTS = setOf(
  'set setnx setex psetex mset msetnx getset getex append setrange setbit incr incrby incrbyfloat decr decrby expire pexpire ' +
    'expireat pexpireat persist rename renamenx copy restore move hset hsetnx hmset hincrby hincrbyfloat hexpire hpexpire ' +
    'hexpireat hpexpireat hpersist lpush rpush lpushx rpushx linsert lset lmove rpoplpush blmove brpoplpush sadd smove ' +
    'sinterstore sunionstore sdiffstore zadd zincrby zrangestore zinterstore zunionstore zdiffstore xadd xgroup xack xclaim ' +
    'xautoclaim xreadgroup xsetid geoadd geosearchstore georadius georadiusbymember pfadd pfmerge sort bitop bitfield publish ' +
    'json.set json.mset json.merge json.numincrby json.nummultby json.strappend json.toggle json.clear json.arrappend ' +
    'json.arrinsert json.arrpop json.arrtrim',
);
/** Stored or sent programs. */
const CALLS = setOf('eval eval_ro evalsha evalsha_ro fcall fcall_ro script function');
const ADMIN = setOf(
  'acl config shutdown debug replicaof slaveof migrate save bgsave bgrewriteaof failover cluster module monitor client latency ' +
    'memory slowlog swapdb sync psync reset wait waitaof role',
);
const TRANSACTIONS = setOf('multi exec discard watch unwatch');

/** What one command does; `name` as sent. Its keys are not told: they may name people. */
export function redisWorks(name: string): DatabaseWork[] {
  const verb = name.toLowerCase();
  const sure = { inspected: true, verb };
  if (READS.has(verb)) return [{ ...sure, effect: 'read' }];
  if (DELETES.has(verb) || RANKED_DELETES.has(verb)) return [{ ...sure, effect: 'delete', where: true }];
  if (FLUSHES.has(verb)) return [{ ...sure, effect: 'delete', where: false }];
  if (PUTS.has(verb)) {
    return [
      { ...sure, effect: 'insert' },
      { ...sure, effect: 'update', where: true },
    ];
  }
  if (CALLS.has(verb)) return [{ ...sure, effect: 'call', functions: [verb] }];
  if (ADMIN.has(verb)) return [{ ...sure, effect: 'admin' }];
  if (TRANSACTIONS.has(verb)) return [{ ...sure, effect: 'transaction' }];
  return [{ effect: 'unknown-write', inspected: true, ...(/^[a-z][a-z0-9._-]{0,40}$/.test(verb) ? { verb } : {}) }];
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}
