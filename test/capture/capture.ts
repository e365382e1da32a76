// `make capture`: makes every call that is listed with the vendors' own SDKs, and keeps their bytes as fixtures. Folders' names narrow it;
// `--check` writes nothing and names what differs.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mock } from 'node:test';
import { listed } from './captured-list.ts';
import { startRecorder } from './recorder.ts';
import { steady } from './steady-request.ts';
import { VENDORS } from './vendors.ts';
import { requestBytes } from './wire-request.ts';

const ROOT = new URL('../fixtures/', import.meta.url);
const check = process.argv.includes('--check');
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const failed: string[] = [];
let differing = 0;

await using recorder = await startRecorder();
// Signatures and dates come out the same each time. TLS asks the machine's own clock.
mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 0, 15, 12) });
// Some SDKs say at length that they are not content with what they were answered.
for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) mock.method(console, method, () => {});

for (const vendor of VENDORS.filter(({ folder }) => wanted.length === 0 || wanted.includes(folder))) {
  for (const fixture of vendor.fixtures) {
    const name = `${vendor.folder}/${fixture}`;
    const { requests, error } = await recorder.during(() => vendor.call(fixture), vendor.answer);
    const request = requests.findLast(({ line }) => vendor.keeps(line));
    if (request === undefined) failed.push(`${name}: nothing was sent: ${String(error)}`);
    else keep(new URL(`requests/${name}.http`, ROOT), name, requestBytes(steady(request)));
  }
}
keep(new URL('README.md', ROOT), 'README.md', Buffer.from(listed(readFileSync(new URL('README.md', ROOT), 'utf8'))));

for (const line of failed) process.stderr.write(`${line}\n`);
process.stdout.write(check ? `${differing} differ\n` : `${differing} written\n`);
process.exit(failed.length > 0 || (check && differing > 0) ? 1 : 0);

function keep(file: URL, name: string, bytes: Buffer): void {
  if (existsSync(file) && readFileSync(file).equals(bytes)) return;
  differing += 1;
  process.stdout.write(`${name}\n`);
  if (!check) writeFileSync(file, bytes);
}
