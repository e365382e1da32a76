// The schema takes the example of the documentation, and its bounds hold at their edges.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { fileSchema } from '../../src/config/schema.ts';

test('the commented interlock.yaml at the root says exactly the defaults', () => {
  const text = readFileSync(new URL('../../interlock.yaml', import.meta.url), 'utf8');
  assert.deepEqual(fileSchema.parse(parse(text)), fileSchema.parse({}));
});

test('bounds hold at their edges', () => {
  const takes = (section: string, key: string, value: unknown): boolean =>
    fileSchema.safeParse({ [section]: { [key]: value } }).success;
  for (const [section, key, least, most] of [
    ['approvals', 'holdSeconds', 0, 3600],
    ['approvals', 'ticketSeconds', 1, 2_592_000],
    ['approvals', 'grantSeconds', 1, 86_400],
    ['limits', 'inspectBytes', 1, 268_435_456],
  ] as const) {
    assert.deepEqual(
      [least - 1, least, most, most + 1].map((value) => takes(section, key, value)),
      [false, true, true, false],
      key,
    );
  }
});

test('a parent proxy is an http or https URL and no more', () => {
  const takes = (proxy: unknown): boolean => fileSchema.safeParse({ upstream: { proxy } }).success;
  for (const url of [null, 'http://p:3128', 'https://user:pass@p.example']) assert.equal(takes(url), true, String(url));
  for (const url of ['p:3128', 'socks5://p:1', 'http://', 'http://p/path', 'http://p/?q', 1])
    assert.equal(takes(url), false, String(url));
});
