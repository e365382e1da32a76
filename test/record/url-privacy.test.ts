import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskPath, recordedQuery } from '../../src/record/url-privacy.ts';

const digest = (text: string): string => `d${text.length}`.padEnd(64, '0');

test('token-like segments are masked, names and object ids stay', () => {
  assert.equal(maskPath('/v1/refunds/re_3MtwBwLkdIwHu7ix28a3tqPa', digest), '/v1/refunds/re_3MtwBwLkdIwHu7ix28a3tqPa');
  assert.match(maskPath('/services/T0/B0/XyZ1aBcDeFgHiJkLmNoPqRsT', digest), /^\/services\/T0\/B0\/\{masked:/);
  assert.match(maskPath('/bot123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage', digest), /^\/\{masked:.*\}\/sendMessage$/);
  assert.match(maskPath('/hook/sk_live_4eC39HqLyjWDarjtT1zdp7dc', digest), /masked/);
  assert.equal(maskPath('/a-long-but-plain-article-name/index.html', digest), '/a-long-but-plain-article-name/index.html');
});

test('queries are recorded as names and digests', () => {
  assert.equal(recordedQuery('', digest), null);
  const recorded = recordedQuery('key=AIzaSecret&page=2&bare-token', digest) ?? '';
  assert.match(recorded, /^key=d10/);
  assert.doesNotMatch(recorded, /AIza|bare-token/);
});

test('endless queries are bounded', () => {
  const recorded = recordedQuery(Array.from({ length: 500 }, (_, i) => `a${i}=1`).join('&'), digest) ?? '';
  assert.match(recorded, /&\+450$/);
});
