// `interlock policy fmt`: every *.cedar file of a bundle as Cedar's own formatter lays it out.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { BundleFinding } from '../decide/bundle-finding.ts';
import { InterlockError } from '../errors.ts';
import { plainText } from '../record/plain-text.ts';
import { bundleDirectory } from './bundle-directory.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, leaf } from './common-options.ts';
import { REFUSED } from './failure.ts';
import { replaceFile } from './replace-file.ts';

interface FmtOptions extends CommonOptions {
  readonly check?: boolean;
  readonly width?: number;
}

const MAX_FINDING_CHARS = 1000;

export function registerPolicyFmt(policy: Command, cli: Cli): void {
  leaf(
    policy,
    'fmt [dir]',
    "lay out the policies of a bundle with Cedar's formatter; comments stay, and what it would make mean something else is left alone",
    ['policy fmt', 'policy fmt ./policies --check'],
  )
    .option('--check', 'write nothing, and end with 1 when a file is not laid out so')
    .option('--width <columns>', 'where long conditions are broken (default: 100)', columns)
    .action((directory: string | undefined, _: FmtOptions, command: Command) => fmt(cli, directory, command.optsWithGlobals()));
}

async function fmt(cli: Cli, named: string | undefined, options: FmtOptions): Promise<void> {
  const directory = await bundleDirectory(cli, named, options);
  const { POLICY_FILE } = await import('../decide/bundle-files.ts');
  const { describeFinding } = await import('../decide/bundle-finding.ts');
  const { openInstance } = await import('../decide/engine.ts');
  const { formatPolicies } = await import('../decide/format-policies.ts');
  const engine = openInstance();
  const changed: string[] = [];
  const findings: BundleFinding[] = [];
  const files = policyFiles(directory, POLICY_FILE);
  for (const name of files) {
    const path = join(directory, name);
    const text = readText(path);
    const formatted = formatPolicies(name, text, engine, options.width);
    if ('findings' in formatted) findings.push(...formatted.findings);
    else if (formatted.text !== text) {
      changed.push(name);
      if (options.check !== true) replaceFile(path, formatted.text);
    }
  }
  const check = options.check === true;
  const ok = findings.length === 0 && !(check && changed.length > 0);
  if (!ok) cli.exitCode = REFUSED;
  answer(cli, options, { ok, directory, files: files.length, changed, written: check ? [] : changed, findings }, () => [
    ...findings.map((finding) => plainText(describeFinding(finding), MAX_FINDING_CHARS)),
    ...changed.map((name) => (check ? `${name}: would be laid out otherwise` : `${name}: laid out`)),
    `${directory}: ${changed.length} of ${files.length} files ${check ? 'would change' : 'changed'}.`,
  ]);
}

function policyFiles(directory: string, pattern: RegExp): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => pattern.test(name))
      .toSorted();
  } catch (thrown) {
    throw new InterlockError('BUNDLE_INVALID', `the policies directory ${directory} can't be read`, {
      cause: thrown,
      hint: 'name a directory with *.cedar files',
    });
  }
}

function readText(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (thrown) {
    throw new InterlockError('BUNDLE_INVALID', `${path} can't be read as UTF-8`, { cause: thrown, hint: 'save it as UTF-8' });
  }
}

function columns(value: string): number {
  if (!/^\d{2,3}$/.test(value) || Number(value) < 40) throw new InvalidArgumentError('It is a number of columns from 40 to 999.');
  return Number(value);
}
