// Cutting files into policies.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cutPolicies, MAX_POLICY_CHARACTERS } from '../../src/decide/policy-text.ts';

function texts(text: string): string[] {
  return cutPolicies('f', text).policies.map((policy) => policy.text);
}

describe('cutting policies', () => {
  it('keeps each policy verbatim, without what stands between', () => {
    assert.deepEqual(
      texts('// one; two\n@id("a") permit(principal, action, resource);\n\n// x\nforbid(principal, action, resource) ; '),
      ['@id("a") permit(principal, action, resource);', 'forbid(principal, action, resource) ;'],
    );
  });

  it('is not misled by semicolons, quotes and slashes in strings and comments', () => {
    const tricky = 'permit(principal, action, resource) when { context.path == "a;\\"//;" // ";\n && 1 / 1 };';
    assert.deepEqual(texts(tricky), [tricky]);
  });

  it('finds annotations, not what looks like them in conditions', () => {
    const [policy] = cutPolicies(
      'f',
      ' @id("@no")\n@ reason("r") permit(principal, action, resource) when { "@x" == "@y" };',
    ).policies;
    assert.deepEqual(
      [...(policy?.annotations ?? [])],
      [
        ['id', 0],
        ['reason', 11],
      ],
    );
  });

  it('refuses nesting that would break the parser, before the parser sees it', () => {
    const { policies, findings } = cutPolicies(
      'f',
      `permit(principal, action, resource) when { ${'('.repeat(500)}true${')'.repeat(500)} };`,
    );
    assert.deepEqual(policies, []);
    assert.match(findings[0]?.message ?? '', /nested deeper/);
  });

  it('refuses open strings, open policies and very long ones', () => {
    assert.match(cutPolicies('f', 'permit(principal, action == "x, resource);').findings[0]?.message ?? '', /never closed/);
    assert.match(cutPolicies('f', 'permit(principal, action, resource)').findings[0]?.message ?? '', /has no end/);
    assert.match(
      cutPolicies('f', `permit(principal, action, resource) when { "${'x'.repeat(MAX_POLICY_CHARACTERS)}" == "" };`).findings[0]
        ?.message ?? '',
      /longer than/,
    );
  });

  it('takes time in proportion to the text', () => {
    const started = performance.now();
    cutPolicies('f', '"\\'.repeat(300_000));
    cutPolicies('f', '@'.repeat(300_000));
    assert.ok(performance.now() - started < 10_000);
  });
});
