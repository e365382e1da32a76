// The list of captured fixtures in the fixtures' README: which SDK, which version, which requests.

import { readFileSync } from 'node:fs';
import { VENDORS } from './vendors.ts';

const START = '<!-- written by `make capture` -->';
const END = '<!-- until here -->';
const MANIFESTS = ['../package.json', '../../package.json'];

/** `readme` with the list anew. */
export function listed(readme: string): string {
  const [before, rest] = readme.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error('the README has no place for the list');
  const versions = sdkVersions();
  const rows = VENDORS.map(({ folder, sdk, fixtures }) => {
    const version = versions[sdk];
    if (version === undefined) throw new Error(`${sdk} is in no package.json`);
    return `| ${folder} | ${sdk} ${version} | ${fixtures.map((name) => name.replace(/^hit-/, '')).join(', ')} |`;
  });
  const table = ['| Folder | SDK | `hit-` |', '|---|---|---|', ...rows];
  return [before, START, '\n\n', table.join('\n'), '\n\n', END, after].join('');
}

function sdkVersions(): Readonly<Record<string, string>> {
  const dependencies = MANIFESTS.map((file) => {
    const manifest: { devDependencies: Record<string, string> } = JSON.parse(
      readFileSync(new URL(file, import.meta.url), 'utf8'),
    );
    return manifest.devDependencies;
  });
  return Object.assign({}, ...dependencies.reverse());
}
