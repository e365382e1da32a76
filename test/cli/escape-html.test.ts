// Text in a page stays text, between tags and in quoted attributes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHtml } from '../../src/cli/escape-html.ts';

test('no character of markup is left', () => {
  assert.equal(
    escapeHtml(`<a href="x" title='y'>&amp;</a>`),
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;',
  );
});
