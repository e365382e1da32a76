// constraints.yaml, read strictly.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeFinding } from '../../src/decide/bundle-finding.ts';
import { parseConstraints } from '../../src/decide/constraints-file.ts';

function findings(text: string): string {
  return parseConstraints('c.yaml', text).findings.map(describeFinding).join('\n');
}

describe('constraints.yaml', () => {
  it('defines the three types', () => {
    const { constraints, findings: none } = parseConstraints(
      'c.yaml',
      [
        'keep: { type: keep-recipients, domains: [example.com, xn--bcher-kva.example] }',
        'pull: { type: pull-request, prefix: agent/ }',
        'cap: { type: set, field: /amount, value: 5 }',
        'draft: { type: set, field: draft, value: true }',
      ].join('\n'),
    );
    assert.deepEqual(none, []);
    assert.deepEqual(
      [...constraints.values()],
      [
        { name: 'keep', type: 'keep-recipients', domains: ['example.com', 'xn--bcher-kva.example'] },
        { name: 'pull', type: 'pull-request', prefix: 'agent/', hosts: new Map() },
        { name: 'cap', type: 'set', field: '/amount', value: 5 },
        { name: 'draft', type: 'set', field: 'draft', value: true },
      ],
    );
  });

  it('may be empty', () => {
    assert.deepEqual(parseConstraints('c.yaml', '').findings, []);
    assert.deepEqual(parseConstraints('c.yaml', '# none\n').findings, []);
  });

  it('refuses unknown keys where they stand', () => {
    assert.match(
      findings('keep:\n  type: keep-recipients\n  domain: [a.example]\n  domains: [example.com]\n'),
      /^c\.yaml:3:3: error: unknown key `domain`/,
    );
  });

  it('refuses unknown types, missing and misshapen values, twins and broken YAML', () => {
    assert.match(findings('a: { type: rename }'), /no known `type`/);
    assert.match(findings('a: 1'), /has no `type`/);
    assert.match(findings('- a'), /not a mapping/);
    assert.match(findings('a: { type: set, field: x }'), /`value`/);
    assert.match(findings('a: { type: set, field: "", value: 1 }'), /`field`/);
    assert.match(findings('a: { type: set, field: x, value: .inf }'), /`value`/);
    assert.match(findings('a: { type: keep-recipients, domains: [] }'), /`domains`/);
    assert.match(findings('a: { type: keep-recipients, domains: [Example.com] }'), /`domains`/);
    assert.match(findings('a: { type: keep-recipients, domains: ["*.example.com"] }'), /`domains`/);
    assert.match(findings('a b: { type: set, field: x, value: 1 }'), /a constraint's name/);
    assert.match(findings('a: { type: set, field: x, value: 1 }\na: { type: set, field: x, value: 2 }'), /c\.yaml:2:1/);
    assert.match(findings('a: [1'), /c\.yaml:1/);
  });

  it('takes tools as a model is offered them, or how their names begin', () => {
    const text = 'a: { type: remove-tools, tools: [bash, web_search*] }';
    assert.deepEqual(parseConstraints('c.yaml', text).constraints.get('a'), {
      name: 'a',
      type: 'remove-tools',
      tools: ['bash', 'web_search*'],
    });
    for (const tools of ['[]', 'bash', '["*"]', '["a*b"]', '["a b"]', '[1]', '[{}]'])
      assert.match(findings(`a: { type: remove-tools, tools: ${tools} }`), /not a list of tools/, tools);
  });

  it('takes a prefix only when a branch can start with it', () => {
    for (const prefix of ['agent/', 'bots/agent-1/']) assert.equal(findings(`a: { type: pull-request, prefix: ${prefix} }`), '');
    for (const prefix of ['agent', '/agent/', 'refs/heads/', 'a..b/', 'a b/', '.a/', 'a./', 'x.lock/', '~/', '']) {
      assert.match(findings(`a: { type: pull-request, prefix: "${prefix}" }`), /not the start of a branch name/, prefix);
    }
  });

  it('says whose servers of no telling name are', () => {
    const text = 'a: { type: pull-request, prefix: agent/, hosts: { git.example.com: gitlab, 10.0.0.7: gitea, old: none } }';
    const constraint = parseConstraints('c.yaml', text).constraints.get('a');
    assert.ok(constraint?.type === 'pull-request');
    assert.deepEqual(
      [...constraint.hosts],
      [
        ['git.example.com', 'gitlab'],
        ['10.0.0.7', 'gitea'],
        ['old', 'none'],
      ],
    );
    for (const hosts of [
      '{ Git.example.com: gitlab }',
      '{ git.example.com: svn }',
      '{ git.example.com: 1 }',
      '[a]',
      'x',
      '{ "a b": gitlab }',
      '{ "*.a": gitea }',
    ])
      assert.match(findings(`a: { type: pull-request, prefix: agent/, hosts: ${hosts} }`), /whose/, hosts);
  });
});
