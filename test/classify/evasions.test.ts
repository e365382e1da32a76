// Every fixture of a known write, sent again in the ways that slip past naive classifiers: none of them may make less of it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Action } from '../../src/classify/action.ts';
import { PROVIDERS } from '../../src/classify/provider-list.ts';
import { recognise } from '../../src/classify/registry.ts';
import { openInstance } from '../../src/decide/engine.ts';
import { shapeOf } from '../../src/decide/schema-shape.ts';
import { InterlockError } from '../../src/errors.ts';
import { fixtureFiles } from '../support/fixture-folders.ts';
import { fixtureRequest } from '../support/fixture-request.ts';
import { requestView } from '../support/request-view.ts';

const parsed = openInstance().parseSchema(readFileSync(new URL('../../policies/schema.cedarschema', import.meta.url), 'utf8'));
assert.ok('value' in parsed);
const READS = new Set(shapeOf(parsed.value).actions.flatMap(({ name, groups }) => (groups.has('read') ? [name] : [])));

interface Raw {
  readonly line: string;
  readonly fields: readonly string[];
  readonly body: Buffer;
}

type Trick = (raw: Raw) => Raw | null;

/** Null where the trick has nothing to work on. */
const TRICKS: Readonly<Record<string, Trick>> = {
  'E1: a header claims that it is a GET': (raw) => ({ ...raw, fields: [...raw.fields, 'X-HTTP-Method-Override: GET'] }),
  'E1: the query claims that it is a GET': (raw) =>
    withTarget(raw, (target) => `${target}${target.includes('?') ? '&' : '?'}_method=GET`),
  'E10: a letter of the path is encoded': (raw) =>
    withTarget(raw, (target) =>
      target.replace(/^(\/[^/?]*?)([a-z])/, (_, lead: string, letter: string) => `${lead}%${letter.charCodeAt(0).toString(16)}`),
    ),
  'E11: a slash is doubled': (raw) => withTarget(raw, (target) => `/${target}`),
  'E11: the path ends in a slash': (raw) => withTarget(raw, (target) => target.replace(/^([^?]*[^/?])(\?|$)/, '$1/$2')),
  'E15: the body is packed': (raw) =>
    raw.body.length === 0 || hasField(raw, 'content-encoding')
      ? null
      : { ...raw, fields: [...raw.fields, 'Content-Encoding: gzip'], body: gzipSync(raw.body) },
  'E15: the coding is one that nobody knows': (raw) =>
    raw.body.length === 0 ? null : { ...raw, fields: [...without(raw, 'content-encoding'), 'Content-Encoding: x-lz9'] },
  'E16: the type is text': (raw) =>
    raw.body.length === 0 ? null : { ...raw, fields: [...without(raw, 'content-type'), 'Content-Type: text/plain'] },
  'E16: there is no type': (raw) => (raw.body.length === 0 ? null : { ...raw, fields: without(raw, 'content-type') }),
  'E16: there are two types': (raw) =>
    raw.body.length === 0 ? null : { ...raw, fields: [...raw.fields, 'Content-Type: text/html'] },
  'E17: the body starts with a mark': (raw) =>
    raw.body.length === 0 ? null : { ...raw, body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), raw.body]) },
  'E17: a key stands twice': (raw) => (raw.body[0] === 0x7b ? { ...raw, body: twice(raw.body) } : null),
  'E17: the charset is another': (raw) =>
    raw.body.length === 0
      ? null
      : { ...raw, fields: raw.fields.map((field) => (/^content-type:/i.test(field) ? `${field}; charset=utf-16` : field)) },
};

/** Hosts where more lives than what is known: there an unmatched request is anybody's. */
const SHARED = /^(?:webhook-hosts|google-forms|vertex|plain)$/;

for (const [name, trick] of Object.entries(TRICKS)) {
  describe(name, () => {
    for (const [folder, files] of Map.groupBy(fixtureFiles(), (file) => file.folder)) {
      if (SHARED.test(folder)) continue;
      const provider = PROVIDERS.find((one) => one.name === folder);
      const named = provider?.hosts.includes('*') === false;
      test(folder, async () => {
        for (const file of files.filter((one) => one.name.startsWith('hit-')))
          await makesNoLess(readFileSync(file.url), trick, named, file.name);
      });
    }
  });
}

async function makesNoLess(bytes: Buffer, trick: Trick, named: boolean, label: string): Promise<void> {
  const before = await actionsOf(bytes);
  if (!before.some(({ name }) => !READS.has(name))) return;
  const tricked = trick(cut(bytes));
  if (tricked === null) return;
  let after: readonly Action[];
  try {
    after = await actionsOf(joined(tricked));
  } catch (error) {
    // Refused before anybody is asked.
    assert.ok(error instanceof InterlockError, String(error));
    return;
  }
  const writes = after.filter(({ name }) => !READS.has(name));
  assert.ok(writes.length > 0, `${label}: ${after.map(({ name }) => name).join()}`);
  // At a known host it stays that API's, or is not inspected.
  const plain = writes.filter(({ name, facts }) => name === 'http.write' && facts['inspected'] === true);
  const own = writes.some(({ name, facts }) => name !== 'http.write' || facts['inspected'] === false);
  assert.ok(!named || own, `${label}: ${plain.length} plain writes and nothing else`);
}

async function actionsOf(bytes: Buffer): Promise<readonly Action[]> {
  const { view, inspect } = fixtureRequest(bytes);
  const recognised = recognise(view);
  return recognised.classify(await inspect(recognised.need)).actions;
}

function cut(bytes: Buffer): Raw {
  const end = bytes.indexOf('\r\n\r\n');
  const [line = '', ...fields] = bytes.toString('latin1', 0, end).split('\r\n');
  return { line, fields, body: bytes.subarray(end + 4) };
}

function joined({ line, fields, body }: Raw): Buffer {
  const head = [line, ...fields.filter((field) => !/^content-length:/i.test(field)), `Content-Length: ${body.length}`];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

function withTarget(raw: Raw, change: (target: string) => string): Raw {
  const [method = '', target = '', version = ''] = raw.line.split(' ');
  return { ...raw, line: `${method} ${change(target)} ${version}` };
}

function hasField({ fields }: Raw, name: string): boolean {
  return fields.some((field) => field.toLowerCase().startsWith(`${name}:`));
}

function without({ fields }: Raw, name: string): string[] {
  return fields.filter((field) => !field.toLowerCase().startsWith(`${name}:`));
}

/** The first member again, with another value. */
function twice(body: Buffer): Buffer {
  const text = body.toString('latin1');
  const key = /^\{\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  return key === undefined ? body : Buffer.from(`{${key}:null,${text.slice(1)}`, 'latin1');
}

test('E39: what matches no row of a known API is its own unknown write, whatever the method', () => {
  const known = PROVIDERS.filter((provider) => !SHARED.test(provider.name) && !provider.hosts.includes('*'));
  const wrong: string[] = [];
  for (const provider of known) {
    for (const host of provider.hosts.flatMap((one) => namesOf(one)).filter((one) => !LIVES_WITH_OTHERS.test(one))) {
      for (const [method, path] of UNKNOWN_WRITES) {
        const { actions } = recognise(requestView(method, path, { host })).classify({
          bytes: Buffer.from('{}'),
          problem: null,
        });
        const fine = actions.every(
          ({ name, facts }) => !READS.has(name) && (name !== 'http.write' || facts['inspected'] === false),
        );
        if (!fine) wrong.push(`${provider.name} ${host} ${method} ${path}: ${actions.map(({ name }) => name).join()}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

/** Where an API has its own paths (`/api/v4`), a write beside them too. */
const UNKNOWN_WRITES = ['POST', 'PUT', 'PATCH', 'DELETE', 'PURGE'].flatMap((method) =>
  ['/zz-nobody-knows/zz', '/', '/api/zz'].map((path) => [method, path] as const),
);

/** A pattern's names: of a suffix one that nobody knows, deep ones, and those that a vendor's other services have. */
function namesOf(pattern: string): readonly string[] {
  if (!pattern.startsWith('*')) return [pattern];
  const prefixes = ['zz-nobody', 'a.zz-nobody', 'shop.kb', 'shop.queue', 'shop.table', 'shop.file', 'vsrm', 'docs'];
  return prefixes.map((prefix) => `${prefix}${pattern.slice(1)}`);
}

/** Names under which other things live than the API that is known there: web mail, documents, customers' own programs. */
const LIVES_WITH_OTHERS =
  /^(?:outlook\.office\.com|outlook\.office365\.(?:com|us)|(?:docs|script)\.google\.com|(?!.*\.aoss?\.).+\.on\.aws)$/;

test('E3: a method that is not known is never a read, one in lower case is refused, and a body makes a write', () => {
  assert.throws(() => requestView('get', '/x'), InterlockError);
  for (const method of ['PURGE', 'QUERY', 'REPORT', 'PROPFIND']) {
    const { actions } = recognise(requestView(method, '/x', { host: 'h.example', hasBody: false })).classify({
      bytes: Buffer.alloc(0),
      problem: null,
    });
    assert.deepEqual(
      actions.map(({ name }) => name),
      ['http.write'],
      method,
    );
  }
  for (const method of ['GET', 'HEAD', 'OPTIONS']) {
    const { actions } = recognise(requestView(method, '/x', { host: 'h.example', hasBody: true })).classify({
      bytes: Buffer.from('x'),
      problem: null,
    });
    assert.deepEqual(
      actions.map(({ name }) => name),
      ['http.write'],
      `${method} with a body`,
    );
  }
});
