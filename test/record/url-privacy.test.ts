import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskAddress, maskPath, recordedQuery } from '../../src/record/url-privacy.ts';

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

test('keys that look like object ids are masked, and so are tokens behind unusual signs', () => {
  for (const key of ['ghp_16C7e42F292c6912E7710c838347Ae178B4a', 'hf_aBcDeFgHiJkLmNoPqRsT12', 'whsec_aB3dEfGhIjKlMnOpQrSt']) {
    assert.match(maskPath(`/x/${key}`, digest), /^\/x\/\{masked:/, key);
  }
  assert.match(maskPath('/a;jsessionid=aB3dEfGhIjKlMnOpQrSt/b', digest), /^\/\{masked:.*\}\/b$/);
});

test('a bare token stays one when it ends like base64', () => {
  const recorded = recordedQuery('c2VjcmV0LXRva2VuLTEyMw==&aB3dEfGhIjKlMnOpQrSt=1&empty=', digest) ?? '';
  assert.match(recorded, /^~d\d+0*&~d\d+0*&empty=/);
});

test('addresses in header fields lose their query, their password and their tokens', () => {
  assert.equal(maskAddress('https://bot:pw@ex.com/a?token=s#x', digest), 'https://ex.com/a');
  assert.match(maskAddress('https://ex.com/reset/aB3dEfGhIjKlMnOpQrSt', digest), /^https:\/\/ex\.com\/reset\/\{masked:/);
});
