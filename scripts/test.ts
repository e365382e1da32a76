// `npm test`: the rooms that need no process of their own share some, everything else gets one a file. A few run at the same time.

import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
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
/** So many processes share the files that use a warm process (test/support/warm-process.ts); the attacks have one of their own. */
const WARM_GROUPS = 6;
const ATTACKS = /^test\/e2e\/(attack|address|connections)/;
const TIMEOUT_MS = 300_000;

const files = globSync('test/**/*.test.ts', { exclude: (name) => name === 'node_modules' }).map((file) =>
  file.replaceAll('\\', '/'),
);
const rooms = SHARED.map((shared) => files.filter((file) => shared.test(file) && !ALONE.test(file)).toSorted());
const groups = [...warmGroups(), ...rooms];
const alone = files.filter((file) => !groups.flat().includes(file)).toSorted(slowFirst);

// A page that was built from older sources would be tried in the place of what is here.
await buildConsole();
const jobs = [...groups, ...alone.map((file) => [file])].filter((job) => job.length > 0); // with no name, node runs them all
// Two more than there are cores: a good part of what the rooms of whole gateways do is to wait for them.
const lanes = Array.from({ length: Math.max(4, availableParallelism() + 2) }, () => work(jobs));
const failed = (await Promise.all(lanes)).flat();
// Last, where whoever reads a long log looks first.
if (failed.length > 0) process.stdout.write(`\nFailed:\n${failed.join('\n')}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Takes one job after the other, and gives what failed. What it printed is shown when it is done, so that it does not mix with the others'. */
async function work(left: (readonly string[])[]): Promise<readonly string[]> {
  const failures: string[] = [];
  for (let job = left.shift(); job !== undefined; job = left.shift()) {
    const { code, text } = await run(job);
    const name = job.length === 1 ? (job[0] ?? '') : `${job.length} files`;
    process.stdout.write(`\n${name}:\n${text}`);
    if (code !== 0) failures.push(...failuresOf(text, `${name} (exit code ${code})`));
  }
  return failures;
}

/** The place and name of every failed test, as node's own report ends with them; a process that died leaves none. */
function failuresOf(text: string, otherwise: string): readonly string[] {
  const named = [...text.matchAll(/^test at (\S+)\n(✖ .*\n.*)$/gm)].map(([, place, what]) => `${place} ${what}`);
  return named.length > 0 ? named : [otherwise];
}

function warmGroups(): string[][] {
  const warm = files
    .filter((file) => file.startsWith('test/e2e/') && /\bwarm: true\b/.test(readFileSync(file, 'utf8')))
    .toSorted();
  const others = warm.filter((file) => !ATTACKS.test(file));
  const shares = Array.from({ length: WARM_GROUPS }, (_, share) =>
    others.filter((_file, index) => index % WARM_GROUPS === share),
  );
  return [warm.filter((file) => ATTACKS.test(file)), ...shares];
}

/** What takes longest begins first, so that nothing long is left for the end. */
function slowFirst(a: string, b: string): number {
  const weight = (file: string): number => (/^test\/(e2e|gateway)/.test(file) ? 0 : 1);
  return weight(a) - weight(b) || a.localeCompare(b);
}

function run(names: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  return new Promise((resolve) => {
    const options = ['--disable-warning=ExperimentalWarning', '--test', '--test-isolation=none', `--test-timeout=${TIMEOUT_MS}`];
    const child = spawn(process.execPath, [...options, ...names], { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', (code) => resolve({ code: code ?? 1, text: Buffer.concat(chunks).toString('utf8') }));
  });
}
