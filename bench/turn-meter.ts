// The variables with which a gateway tells what the turns of its event loop cost. Needs Linux and gcc.

import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SOURCE = fileURLToPath(new URL('./turn-meter.c', import.meta.url));
const BUILD = fileURLToPath(new URL('./.build/', import.meta.url));
const PRELOAD = fileURLToPath(new URL('./turn-cpu.ts', import.meta.url));

/** At SIGUSR2 the gateway writes its turns into `file`. */
export async function meteredTurns(file: string): Promise<Record<string, string>> {
  const library = `${BUILD}turn-meter.so`;
  await mkdir(BUILD, { recursive: true });
  await promisify(execFile)('gcc', ['-O2', '-shared', '-fPIC', '-o', library, SOURCE]);
  return { LD_PRELOAD: library, NODE_OPTIONS: `--import=${PRELOAD}`, INTERLOCK_BENCH_TURNS: file };
}
