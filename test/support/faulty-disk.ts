// A disk that is slow, full, read-only or broken when a test says so, and a clock that is set, for a process of its own. Needs Linux and a C compiler.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Faults {
  /** How long each sync takes. */
  readonly syncMs: number;
  readonly writes: 'ENOSPC' | 'EROFS' | 'EIO' | null;
  readonly syncs: 'EIO' | null;
  /** Opening to write, renaming, deleting, making folders. */
  readonly names: 'ENOSPC' | 'EROFS' | null;
  readonly writeMs: number;
  /** By how much the wall clock is set, below 0: back. */
  readonly clockSeconds: number;
}

export interface FaultyDisk extends AsyncDisposable {
  /** Variables for the process whose disk it is. */
  readonly env: Readonly<Record<string, string>>;
  /** What happened on it, see power-cut.ts. */
  readonly journal: string;
  /** Files that were deleted, or replaced, by their inode. */
  readonly grave: string;
  /** From now on, all at once; what is not named is well. */
  set(faults: Partial<Faults>): void;
}

const SOURCE = join(import.meta.dirname, 'faulty-disk.c');

/** Null where it can't be had: not on Linux, or without `gcc` or `cc`. Throws when it does not compile. */
export async function faultyDiskLibrary(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const digest = createHash('sha256').update(readFileSync(SOURCE)).digest('hex').slice(0, 16);
  const library = join(tmpdir(), `interlock-faulty-disk-${digest}.so`);
  if (existsSync(library)) return library;
  for (const compiler of ['gcc', 'cc']) {
    const draft = `${library}.${process.pid}`;
    try {
      await promisify(execFile)(compiler, ['-shared', '-fPIC', '-O1', '-o', draft, SOURCE, '-ldl']);
      renameSync(draft, library);
      return library;
    } catch (error) {
      rmSync(draft, { force: true });
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  return null;
}

/** What is below `root` fails as told. Throws where the library can't be had. */
export async function faultyDisk(root: string): Promise<FaultyDisk> {
  const library = await faultyDiskLibrary();
  if (library === null) throw new Error('needs Linux and gcc');
  const folder = await mkdtemp(join(tmpdir(), 'interlock-disk-'));
  const journal = join(folder, 'journal');
  const grave = join(folder, 'grave');
  mkdirSync(grave);
  const controls = openSync(join(folder, 'control'), 'w+');
  const set = (faults: Partial<Faults>): void => {
    const { syncMs = 0, writes = null, syncs = null, names = null, writeMs = 0, clockSeconds = 0 } = faults;
    const values = Int32Array.of(syncMs, numberOf(writes), numberOf(syncs), numberOf(names), writeMs, clockSeconds);
    writeSync(controls, Buffer.from(values.buffer), 0, values.byteLength, 0);
  };
  set({});
  return {
    env: {
      LD_PRELOAD: library,
      FAULTY_DISK_ROOT: root,
      FAULTY_DISK_CONTROL: join(folder, 'control'),
      FAULTY_DISK_JOURNAL: journal,
      FAULTY_DISK_GRAVE: grave,
    },
    ...{ journal, grave, set },
    async [Symbol.asyncDispose]() {
      closeSync(controls);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function numberOf(code: 'ENOSPC' | 'EROFS' | 'EIO' | null): number {
  return code === null ? 0 : constants.errno[code];
}
