// `interlock policy schema`: the text as it is, JSON with what it says, and no file overwritten.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fakeCli } from './fake-cli.ts';

const STARTER = fileURLToPath(new URL('../../policies', import.meta.url));

test('the text of a bundle, and of this installation', async () => {
  const text = readFileSync(join(STARTER, 'schema.cedarschema'), 'utf8');
  for (const named of [[STARTER], ['--shipped']]) {
    const it = fakeCli();
    assert.equal(await it.run('policy', 'schema', ...named), 0, it.err());
    assert.equal(it.out(), text);
  }
});

test('JSON goes into a file of its own, which is not overwritten', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'interlock-schema-'));
  try {
    const args = ['policy', 'schema', '--shipped', '--format', 'json', '--out', 'cedarschema.json'];
    assert.equal(await fakeCli({ cwd }).run(...args), 0);
    const written = JSON.parse(readFileSync(join(cwd, 'cedarschema.json'), 'utf8'));
    assert.ok('email.send' in written[''].actions);
    const again = fakeCli({ cwd });
    assert.equal(await again.run(...args), 2);
    assert.match(again.err(), /is there already/);
    const none = fakeCli({ cwd });
    assert.equal(await none.run('policy', 'schema', '.'), 1);
    assert.match(none.err(), /there is no schema\.cedarschema/);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});

test('what budgets add is shown: below the text, and in the JSON as the actions have it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'interlock-schema-'));
  try {
    cpSync(join(STARTER, 'schema.cedarschema'), join(directory, 'schema.cedarschema'));
    const declare = (measure: string): void =>
      writeFileSync(
        join(directory, 'budgets.yaml'),
        `refundsPerDay:\n  of: payment.refund\n  measure: ${measure}\n  per: agent\n  window: sliding 24h\n`,
      );
    declare('sum amountMinor');
    const text = fakeCli();
    assert.equal(await text.run('policy', 'schema', directory), 0, text.err());
    const [above = '', below = ''] = text.out().split('\n// What budgets.yaml adds.');
    assert.equal(above, readFileSync(join(STARTER, 'schema.cedarschema'), 'utf8'));
    assert.match(
      below,
      /\/\/ action "payment\.refund": its context has also\n\/\/ {3}budget: \{\n.*per agent: sum amountMinor, sliding 1d.*\n\/\/ {5}refundsPerDay: Long,\n/,
    );
    const json = fakeCli();
    assert.equal(await json.run('policy', 'schema', directory, '--format', 'json'), 0, json.err());
    const { actions } = JSON.parse(json.out())[''];
    const { attributes } = actions['payment.refund'].appliesTo.context;
    assert.deepEqual(attributes.budget.attributes.refundsPerDay.type, 'Long');
    assert.match(attributes.amountMinor.annotations.doc, /minor units/);
    assert.equal(actions['payment.charge'].appliesTo.context.attributes, undefined);
    declare('sum recipients');
    const broken = fakeCli();
    assert.equal(await broken.run('policy', 'schema', directory), 1);
    assert.match(broken.err(), /budgets\.yaml:3:12: error: `measure`/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
