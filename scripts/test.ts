// `npm test`: the rooms that need no process of their own share one, everything else gets one a file. Both run at the same time.

import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { buildConsole } from './build-console.ts';

/** Rooms whose files leave nothing behind: a process for each of their 550 files would cost three times what their tests cost. */
const SHARED = [
  /^test\/(approve|classify|console|decide|enrich|identify|observe|policies|providers|recall|record)\//,
  /^test\/(ask|budget|client|config|connection|forward|http|mcp-server|plan|rollout|session|tls|tools)\//,
  /^test\/(cli|enforce|project|serve)\//,
  /^test\/((anchor|export|proof|vectors)\/|[^/]+$)/,
];
/** They start processes, kill them, or measure what is theirs alone. */
const ALONE = /chain-crash|hostile-bodies/;
const TIMEOUT_MS = 120_000;

const files = globSync('test/**/*.test.ts', { exclude: (name) => name === 'node_modules' }).map((file) =>
  file.replaceAll('\\', '/'),
);
const groups = SHARED.map((rooms) => files.filter((file) => rooms.test(file) && !ALONE.test(file)).toSorted());
const alone = files.filter((file) => !groups.flat().includes(file)).toSorted(slowFirst);

// The shared processes are done before the others: then their core takes a part of those.
const [later, atOnce] = [alone.filter((_, index) => index % 6 === 5), alone.filter((_, index) => index % 6 !== 5)];

// A page that was built from older sources would be tried in the place of what is here.
await buildConsole();
const results = await Promise.all([
  oneByOne([...groups.map((group) => ['--test-isolation=none', ...group]), ['--test-concurrency=1', ...later]]),
  run([`--test-concurrency=${Math.max(2, availableParallelism())}`, ...atOnce], 'inherit').then(({ code }) => code === 0),
]);
process.exitCode = results.every(Boolean) ? 0 : 1;

/** What they print is shown when each is done, so that it does not mix with the others'. */
async function oneByOne(all: readonly (readonly string[])[]): Promise<boolean> {
  let passed = true;
  for (const group of all) {
    const { code, text } = await run(group, 'pipe');
    process.stdout.write(`\n${group.length - 1} files, ${group[0] ?? ''}:\n${text}`);
    passed &&= code === 0;
  }
  return passed;
}

/** What takes longest begins first, so that nothing long is left for the end. */
function slowFirst(a: string, b: string): number {
  const weight = (file: string): number => (/^test\/(e2e|gateway)/.test(file) ? 0 : 1);
  return weight(a) - weight(b) || a.localeCompare(b);
}

function run(args: readonly string[], output: 'pipe' | 'inherit'): Promise<{ readonly code: number; readonly text: string }> {
  return new Promise((resolve) => {
    const options = ['--disable-warning=ExperimentalWarning', '--test', `--test-timeout=${TIMEOUT_MS}`];
    const child = spawn(process.execPath, [...options, ...args], { stdio: ['ignore', output, 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', (code) => resolve({ code: code ?? 1, text: Buffer.concat(chunks).toString('utf8') }));
  });
}
