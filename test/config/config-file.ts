// A configuration file in a folder of its own, and what loading it says.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { InterlockError } from '../../src/errors.ts';

export interface ConfigFile extends Disposable {
  readonly folder: string;
  readonly file: string;
  load(): Config;
  /** The error that loading it throws. */
  fail(): InterlockError;
}

export function configFile(text: string): ConfigFile {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-config-'));
  const file = join(folder, 'interlock.yaml');
  writeFileSync(file, text);
  const load = (): Config => loadConfig(file, folder, {});
  const fail = (): InterlockError => {
    try {
      load();
    } catch (error) {
      if (error instanceof InterlockError) return error;
      throw error;
    }
    throw new Error('expected the configuration to be refused');
  };
  return { folder, file, load, fail, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
