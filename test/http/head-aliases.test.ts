// Second spellings of what a head is judged by: CGI's underscores, `;` between parameters, PHP's names.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestView } from '../support/request-view.ts';

test('a judged field has no second spelling with underscores', () => {
  for (const name of [
    'X_HTTP_Method_Override',
    'Stripe_Account',
    'content_type',
    'Transfer_Encoding',
    'X_Original_URL',
    'on_behalf_of',
  ]) {
    assert.throws(() => requestView('GET', '/', { headers: [name, 'x'] }), { code: 'REQUEST_MALFORMED' }, name);
  }
  assert.equal(requestView('GET', '/', { headers: ['api_key', 'k'] }).headers.get('api_key'), 'k');
});

test('overrides hide behind no separator and no spelling', () => {
  for (const query of ['a=1;_method=delete', '.method=delete', '+method=delete', '_method[]=delete', '%5fmethod=delete']) {
    assert.deepEqual(requestView('GET', `/?${query}`).claimedMethods, ['DELETE'], query);
  }
  assert.deepEqual(requestView('GET', '/?method=delete').claimedMethods, []);
});
