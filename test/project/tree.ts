// The files of this project as git knows them, with what is new and not yet added.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Paths from the root, with forward slashes. */
export function projectFiles(): string[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const gone = new Set(execFileSync('git', ['ls-files', '--deleted', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0'));
  return [...new Set(list.split('\0'))].filter((file) => file !== '' && !gone.has(file));
}

export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** True when nothing is left of a file once its types and comments are gone. */
export function isTypesOnly(file: string): boolean {
  const code = stripTypeScriptTypes(textOf(file)).replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, '');
  return code.replace(/import[^;]*;|export\s*\{\s*\}\s*;/g, '').trim() === '';
}
