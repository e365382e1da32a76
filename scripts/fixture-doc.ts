// What the fixtures show of each provider: which requests are which action.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One way of asking for one action. */
export interface ShownCall {
  readonly provider: string;
  readonly action: string;
  /** `POST api.example.com/v1/things`, with the operation where the path does not tell it. */
  readonly call: string;
}

interface Expectation {
  readonly provider: string | null;
  readonly actions: ReadonlyArray<{ readonly name: string; readonly facts: { readonly inspected?: unknown } }>;
}

/**
 * Every call that a hit shows as read to its fields, once. Evasions (`inspected: false`) are left out, and so are the actions that a
 * claimed method or an upgrade adds.
 */
export function shownCalls(root: string): ShownCall[] {
  const calls = new Map<string, ShownCall>();
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const folder of folders.map(({ name }) => name).toSorted()) {
    for (const file of readdirSync(join(root, folder)).toSorted()) {
      if (!/^hit-.*\.http$/.test(file)) continue;
      const expected: Expectation = JSON.parse(readFileSync(join(root, folder, file.replace(/\.http$/, '.json')), 'utf8'));
      const call = callOf(readFileSync(join(root, folder, file)));
      for (const { name, facts } of expected.actions) {
        if (facts.inspected !== true || name.startsWith('http.') || name === 'websocket.open') continue;
        const shown = { provider: expected.provider ?? folder, action: name, call };
        calls.set(JSON.stringify(shown), shown);
      }
    }
  }
  return [...calls.values()];
}

const OPERATION = /^x-amz-target:\s*\S*?(\w+)\s*$/im;

function callOf(raw: Buffer): string {
  const text = raw.toString('latin1');
  const [line = ''] = text.split('\r\n', 1);
  const [method = '', target = ''] = line.split(' ');
  const [path = '', query = ''] = target.split('?');
  const operation =
    OPERATION.exec(text)?.[1] ?? /(?:^|&|\r\n\r\n)Action=(\w+)/.exec(`${query}\r\n\r\n${text.split('\r\n\r\n')[1] ?? ''}`)?.[1];
  const names = [...new URLSearchParams(query).keys()].filter((name) => name !== 'Action').slice(0, 3);
  return `${method} ${path}${names.length === 0 ? '' : `?${names.join('&')}`}${operation === undefined ? '' : ` (${operation})`}`;
}
