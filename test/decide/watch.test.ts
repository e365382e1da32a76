// Hot reload: once it is quiet, as a whole, and again after a rejection.

import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as after } from 'node:timers/promises';
import { watchBundle } from '../../src/decide/watch.ts';
import { waitFor } from '../support/wait-for.ts';
import { bundleFolder, policy } from './bundle-fixture.ts';

const READ = policy('read', 'permit(principal, action == Action::"http.read", resource);');

const until = (holds: () => boolean): Promise<true> => waitFor(() => holds() || undefined);

describe('watching a bundle', () => {
  it('asks for one reload after several files were written', async () => {
    using folder = bundleFolder(READ);
    let reloads = 0;
    const watch = watchBundle({
      directory: folder.path,
      quietMs: 80,
      reload: async () => {
        reloads += 1;
        return { changed: true };
      },
    });
    for (const name of ['a.cedar', 'b.cedar', 'c.cedar']) folder.write(name, READ);
    await until(() => reloads > 0);
    await after(300);
    watch.close();
    assert.equal(reloads, 1);
  });

  it('tells of a rejection and tries again by itself', async () => {
    using folder = bundleFolder(READ);
    const rejected: unknown[] = [];
    let reloads = 0;
    const watch = watchBundle({
      directory: folder.path,
      quietMs: 10,
      retryMs: 50,
      reload: async () => {
        reloads += 1;
        if (reloads < 3) throw new Error(`broken ${reloads}`);
        return { changed: true };
      },
      onRejected: (thrown) => rejected.push(thrown),
    });
    watch.poke();
    await until(() => reloads === 3);
    await after(200);
    watch.close();
    assert.equal(reloads, 3);
    assert.equal(rejected.length, 2);
  });
});

describe('a directory on the move', () => {
  it('waits while files are still being written', async () => {
    using folder = bundleFolder(READ);
    let writing = true;
    let sawWriting = false;
    const watch = watchBundle({
      directory: folder.path,
      quietMs: 10,
      reload: async () => {
        sawWriting ||= writing;
        return { changed: true };
      },
    });
    watch.poke();
    for (let i = 0; i < 30; i += 1) {
      folder.write('growing.cedar', READ.repeat(i));
      await after(10);
    }
    writing = false;
    await after(200);
    watch.close();
    assert.equal(sawWriting, false);
  });
});

describe('a directory that goes away', () => {
  it('follows a directory that was swapped for another one', async () => {
    using folder = bundleFolder(READ);
    using other = bundleFolder(READ);
    let reloads = 0;
    const watch = watchBundle({
      directory: folder.path,
      quietMs: 10,
      retryMs: 50,
      reload: async () => {
        reloads += 1;
        return { changed: true };
      },
    });
    rmSync(folder.path, { recursive: true });
    renameSync(other.path, folder.path);
    await until(() => reloads > 0);
    await after(200);
    const before = reloads;
    folder.write('new.cedar', READ);
    await until(() => reloads > before);
    watch.close();
  });

  it('survives a directory that is gone', async () => {
    const folder = bundleFolder(READ);
    const rejected: unknown[] = [];
    const watch = watchBundle({
      directory: folder.path,
      quietMs: 10,
      retryMs: 30,
      reload: async () => {
        throw new Error('gone');
      },
      onRejected: (thrown) => rejected.push(thrown),
    });
    rmSync(folder.path, { recursive: true, force: true });
    watch.poke();
    await until(() => rejected.length > 1);
    watch.close();
    const before = rejected.length;
    await after(150);
    assert.ok(rejected.length <= before + 1);
  });
});

describe('a closed watch', () => {
  it('does nothing once closed', async () => {
    using folder = bundleFolder(READ);
    let reloads = 0;
    const watch = watchBundle({
      directory: folder.path,
      quietMs: 10,
      reload: async () => {
        reloads += 1;
        return { changed: false };
      },
    });
    watch.close();
    watch.poke();
    folder.write('a.cedar', READ);
    await after(150);
    assert.equal(reloads, 0);
  });
});
