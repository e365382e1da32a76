// The same token, in git's dress and in the API's.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bearerToken, gitCredential } from '../../src/enforce/git-credential.ts';
import { HeaderList } from '../../src/http/headers.ts';

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
const map = (...values: string[]): string | null =>
  bearerToken(gitCredential(new HeaderList(values.flatMap((value) => ['authorization', value]))));

it('takes the token from where each kind of credential has it', () => {
  for (const pair of ['x-access-token:TOKEN', 'somebody:TOKEN', 'TOKEN:x-oauth-basic', 'TOKEN:'])
    assert.equal(map(basic(pair)), 'Bearer TOKEN', pair);
  assert.equal(map(basic('x:TO:KEN')), 'Bearer TO:KEN');
  assert.equal(map('bearer TOKEN'), 'Bearer TOKEN');
  assert.equal(map('token TOKEN'), 'Bearer TOKEN');
});

it('is null when there is none, two, or none that fits a header', () => {
  assert.equal(map(), null);
  assert.equal(map('Bearer a', 'Bearer b'), null);
  for (const value of ['Negotiate abc', 'Basic !!!', basic('no-colon'), basic('a:b\r\nX-Evil: 1'), basic(':'), 'Bearer a b', ''])
    assert.equal(map(value), null, value);
});
