// Laying policies out: comments stay where they belong, nothing changes its meaning, and what can't be surely kept is left alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openInstance } from '../../src/decide/engine.ts';
import type { EngineInstance } from '../../src/decide/engine.ts';
import { formatPolicies } from '../../src/decide/format-policies.ts';

const engine = openInstance();

function formatted(text: string, by: EngineInstance = engine): string {
  const answer = formatPolicies('a.cedar', text, by);
  return 'text' in answer
    ? answer.text
    : answer.findings.map(({ line, column, message }) => `${line}:${column}: ${message}`).join('\n');
}

const LAID_OUT = `// About the file.

// About a.
@id("a")
permit (principal, action, resource)
when
{
  context.inspected && // why
  context.path == "//no comment; none"
}; // behind it

// On its own.

@id("b")
forbid (principal, action, resource);

// The end.
`;

test('comments of the file, of a policy, within it, behind it and at the end stay', () => {
  const text = `// About the file.


// About a.
@id("a") permit(principal,action,resource) when { context.inspected && // why
context.path == "//no comment; none" }; // behind it
// On its own.

@id("b")
forbid(principal, action, resource);
// The end.`;
  assert.equal(formatted(text), LAID_OUT);
});

test('what is laid out already stays as it is, and so does what is marked to be', () => {
  assert.equal(formatted(LAID_OUT), LAID_OUT);
  const byHand = '// @formatter:off\npermit(principal,action,resource);\n';
  assert.equal(formatted(byHand), byHand);
  assert.equal(formatted(''), '');
  assert.equal(formatted('// only a comment\n'), '// only a comment\n');
});

test('a file that does not parse is refused at its place', () => {
  assert.match(
    formatted('permit(principal, action, resource);\n\npermit(principal action, resource);\n'),
    /^3:18: failed to parse policy from string: unexpected token/,
  );
  assert.match(formatted('permit(principal, action, resource) when { "open };'), /^1:44: a string is opened here/);
});

test('an engine that would change the meaning, or lose a comment, is not believed', () => {
  const lying = (from: string, to: string): EngineInstance => ({
    ...engine,
    format: (source) => ({ value: source.replace(from, to) }),
  });
  const text = 'permit(principal, action, resource);\n\n// why\nforbid(principal, action, resource);\n';
  assert.match(formatted(text, lying('forbid', 'permit')), /^4:1: formatted, this policy would parse to another one/);
  assert.match(formatted(text, lying('// why\n', '')), /^1:1: formatted, this file would lose or move a comment/);
  assert.match(formatted(text, lying('forbid(principal, action, resource);', '')), /would parse to another one/);
});
