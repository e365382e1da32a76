// Nothing is known that no fixture shows: every action of the schema has a hit, every provider has hits and near misses.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PROVIDERS } from '../../src/classify/provider-list.ts';
import { readSchemaDoc } from '../../src/decide/schema-doc.ts';
import { fixtureFiles } from '../support/fixture-folders.ts';

const files = fixtureFiles();

/** What is no provider's: plain requests, tunnels, the decisions of people, and calls in a model's answer, which are no requests. */
const NO_PROVIDERS = /^(?:http\.|websocket\.|tunnel\.|ticket\.|console\.|shell\.|llm\.tool-call$)/;

test('every action has a request that is it, read surely', () => {
  const sure = new Set<string>();
  const shown = new Set<string>();
  for (const { url } of files) {
    const expected: { actions: Array<{ name: string; facts: Record<string, unknown> }> } = JSON.parse(
      readFileSync(new URL(url.href.replace(/\.http$/, '.json')), 'utf8'),
    );
    for (const { name, facts } of expected.actions) {
      shown.add(name);
      if (facts['inspected'] === true) sure.add(name);
    }
  }
  const { actions } = readSchemaDoc(readFileSync(new URL('../../policies/schema.cedarschema', import.meta.url), 'utf8'));
  const names = actions.map(({ name }) => name).filter((name) => !NO_PROVIDERS.test(name));
  assert.ok(names.length > 50);
  assert.deepEqual(
    names.filter((name) => !shown.has(name)),
    [],
  );
  // What can't be told is what it says.
  assert.deepEqual(
    names.filter((name) => !sure.has(name) && name !== 'graphql.unknown'),
    [],
  );
});

test('every provider has a hit and a near miss', () => {
  // Everything that it knows is unknown: it has no hit.
  const noHits = new Set(['code-host-web']);
  // It reads the messages of a WebSocket, and no request.
  const socketsOnly = new Set(['libsql-anywhere']);
  const lacking = PROVIDERS.filter(({ name }) => !socketsOnly.has(name)).flatMap(({ name }) =>
    ['hit-', 'miss-']
      .filter((kind) => kind !== 'hit-' || !noHits.has(name))
      .filter((kind) => !files.some((file) => file.folder === name && file.name.startsWith(kind)))
      .map((kind) => `${name}: ${kind}`),
  );
  assert.deepEqual(lacking, []);
});
