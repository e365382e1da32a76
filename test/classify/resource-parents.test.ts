// Ancestors told from a record are those that the provider named, for every fixture, or none at all.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { recognise } from '../../src/classify/registry.ts';
import { resourceParents } from '../../src/classify/resource-parents.ts';
import { readFixture } from '../support/fixture-request.ts';

const ROOT = new URL('../fixtures/requests/', import.meta.url);
const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());

const TOLD = ['Account', 'Channel', 'Database', 'Host', 'McpServer', 'Model', 'Package', 'Repo', 'Tool', 'Zone'];

describe('ancestors from a record', () => {
  test('are those of the provider, for every fixture', async () => {
    const told = new Set<string>();
    for (const { name } of folders) {
      for (const file of readdirSync(new URL(`${name}/`, ROOT)).filter((each) => each.endsWith('.http'))) {
        const { view, inspect } = await readFixture(new URL(`${name}/${file}`, ROOT));
        const recognised = recognise(view);
        for (const action of recognised.classify(await inspect(recognised.need)).actions) {
          const parents = resourceParents(action);
          if (parents === null) continue;
          told.add(action.resource.type);
          assert.deepEqual(parents, action.parents, `${name}/${file}: ${action.name} ${action.resource.id}`);
        }
      }
    }
    for (const type of TOLD) assert.ok(told.has(type), `no fixture has a ${type} whose ancestors are told`);
  });

  test('are unknown where the name does not tell them', () => {
    for (const type of ['CloudScope', 'Unheard'])
      assert.equal(resourceParents({ resource: { type, id: 'aws/1' }, facts: { host: 'a.example.com' } }), null);
    assert.equal(resourceParents({ resource: { type: 'Mailbox', id: 'unknown' }, facts: {} }), null);
  });
});
