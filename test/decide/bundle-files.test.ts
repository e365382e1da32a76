// Which files make a bundle, and its digest.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { bundleDigest } from '../../src/decide/bundle-digest.ts';
import { readBundleFiles, readCaseFiles } from '../../src/decide/bundle-files.ts';
import { bundleFolder, policy } from './bundle-fixture.ts';

const GOOD = policy('read', 'permit(principal, action == Action::"http.read", resource);');

async function digest(path: string): Promise<string> {
  const { files, findings } = await readBundleFiles(path);
  assert.deepEqual(findings, []);
  return files?.digest ?? '';
}

describe('the files of a bundle', () => {
  it('are those at the top level; what editors leave behind is not', async () => {
    using folder = bundleFolder(GOOD);
    const before = await digest(folder.path);
    for (const name of ['.main.cedar.swp', '.#main.cedar', 'main.cedar~', 'notes.txt']) folder.write(name, 'x');
    mkdirSync(join(folder.path, 'observe'));
    writeFileSync(join(folder.path, 'observe', 'other.cedar'), GOOD);
    assert.equal(await digest(folder.path), before);
    assert.deepEqual([...((await readBundleFiles(folder.path)).files?.policies.keys() ?? [])], ['main.cedar']);
  });

  it('change the digest with every byte and every name', async () => {
    using folder = bundleFolder(GOOD);
    const seen = new Set([await digest(folder.path)]);
    for (const name of [
      'main.cedar',
      'schema.cedarschema',
      'entities.json',
      'constraints.yaml',
      'tools.yaml',
      'b.cedar',
      'c.cedar',
    ]) {
      folder.write(name, 'x');
      seen.add(await digest(folder.path));
    }
    rmSync(join(folder.path, 'b.cedar'));
    seen.add(await digest(folder.path));
    assert.equal(seen.size, 9);
  });

  it('have the same digest whatever order they were written in, and cases are not part of it', async () => {
    using one = bundleFolder(GOOD);
    using other = bundleFolder(GOOD);
    one.write('a.cedar', 'a');
    one.write('b.cedar', 'b');
    other.write('b.cedar', 'b');
    other.write('a.cedar', 'a');
    mkdirSync(join(other.path, 'cases'));
    writeFileSync(join(other.path, 'cases', 'a.yaml'), '[]');
    assert.equal(await digest(one.path), await digest(other.path));
    assert.deepEqual([...(await readCaseFiles(other.path)).keys()], ['cases/a.yaml']);
    assert.equal((await readCaseFiles(one.path)).size, 0);
  });

  it('must all be there, readable, UTF-8 and of a sane size', async () => {
    for (const name of ['schema.cedarschema', 'entities.json', 'constraints.yaml']) {
      using folder = bundleFolder(GOOD);
      rmSync(join(folder.path, name));
      const { files, findings } = await readBundleFiles(folder.path);
      assert.equal(files, null);
      assert.deepEqual(
        findings.map((finding) => finding.file),
        [name],
      );
    }
    using folder = bundleFolder(GOOD);
    writeFileSync(join(folder.path, 'latin.cedar'), Buffer.from([0x2f, 0x2f, 0xe9]));
    writeFileSync(join(folder.path, 'large.cedar'), Buffer.alloc(5 * 1024 * 1024, 0x20));
    assert.deepEqual(
      (await readBundleFiles(folder.path)).findings.map((finding) => [finding.file, finding.message.slice(0, 20)]),
      [
        ['large.cedar', 'the file is larger t'],
        ['latin.cedar', 'the file is not UTF-'],
      ],
    );
    assert.match((await readBundleFiles(join(folder.path, 'nowhere'))).findings[0]?.message ?? '', /can't be read: ENOENT/);
  });

  it('are read and hashed in pieces, and mean what they would in one', async () => {
    using folder = bundleFolder(GOOD);
    for (const shift of [0, 1, 2, 3]) {
      // Characters of two, three and four bytes across the end of each piece, counted in bytes and in UTF-16 units.
      const text = `//${'x'.repeat(shift)}${'😀é€'.repeat(40_000)}\n${GOOD}`;
      writeFileSync(join(folder.path, 'main.cedar'), `\uFEFF${text}`);
      const { files, findings } = await readBundleFiles(folder.path);
      assert.deepEqual(findings, []);
      assert.ok(files?.policies.get('main.cedar') === text, 'every character is there, and the byte order mark is not');
      const all = new Map([
        ...files.policies,
        ['schema.cedarschema', files.schema],
        ['entities.json', files.entities],
        ['constraints.yaml', files.constraints],
      ]);
      assert.equal(files.digest, bundleDigest(all));
      assert.equal(files.digest, inOneGo(all));
    }
  });

  it('are refused when the last character is cut off, or one in the middle', async () => {
    for (const bytes of [
      Buffer.from(`//${'x'.repeat(70_000)}é`).subarray(0, -1),
      Buffer.concat([Buffer.from(`//${'x'.repeat(65_533)}`), Buffer.from([0xc3]), Buffer.from('x'.repeat(70_000))]),
    ]) {
      using folder = bundleFolder(GOOD);
      writeFileSync(join(folder.path, 'main.cedar'), bytes);
      const { files, findings } = await readBundleFiles(folder.path);
      assert.equal(files, null);
      assert.deepEqual(
        findings.map(({ message }) => message),
        ['the file is not UTF-8'],
      );
    }
  });
});

/** Names and contents, each with its length in bytes. */
function inOneGo(texts: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256').update('interlock-bundle-v1\n');
  for (const [name, text] of [...texts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${Buffer.byteLength(name)} ${name} ${Buffer.byteLength(text)}\n${text}`);
  return hash.digest('hex');
}
