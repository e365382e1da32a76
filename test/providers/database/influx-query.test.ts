// Flux and InfluxQL: a read is told only of a text that has no word to write with.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fluxReading, influxqlWorks } from '../../../src/providers/database/influx-query.ts';

test('Flux that takes from one bucket is a read of it', () => {
  const reading = fluxReading('from(bucket: "metrics") |> range(start: -1h)');
  assert.deepEqual([reading?.work.effect, reading?.bucket], ['read', 'metrics']);
  assert.equal(fluxReading('from(bucket: name) |> range(start: -1h)')?.bucket, undefined);
  assert.equal(fluxReading('a = from(bucket: "a")\nb = from(bucket: "b")')?.bucket, undefined);
});

test('Flux that may write or reach out is none', () => {
  for (const text of ['x |> to(bucket: "b")', 'f = to', '"${to(bucket: "b")}"'])
    assert.notEqual(fluxReading(text)?.work.effect, 'read', text);
  for (const text of ['import "http"', 'option task = {}', '', 'x'.repeat(40_000)]) assert.equal(fluxReading(text), null);
});

test('each statement of InfluxQL is told', () => {
  const effects = influxqlWorks('SELECT a FROM b; DROP SERIES FROM c WHERE d=1; KILL QUERY 1')?.map((work) => work.effect);
  assert.deepEqual(effects, ['read', 'delete', 'admin']);
  assert.equal(influxqlWorks("SELECT 'into' FROM a")?.[0]?.effect, 'read');
  assert.equal(influxqlWorks('SELECT * INTO x FROM a')?.[0]?.effect, 'insert');
});

test('what could hide another statement is not read', () => {
  for (const text of ['SELECT a -- b', 'SELECT a /* b */', "SELECT 'open", 'SELECT a FROM /x/', 'FROB', 'SELECT a; FROB'])
    assert.equal(influxqlWorks(text), null, text);
});
