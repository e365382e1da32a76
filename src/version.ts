// The version of this installation, as its package.json tells it.

import { readFileSync } from 'node:fs';

/** `0.1.0`. The file is one folder up, from src as from dist. */
export function version(): string {
  const found: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const value: unknown = typeof found === 'object' && found !== null && 'version' in found ? found.version : undefined;
  return typeof value === 'string' ? value : 'unknown';
}
