// A public key as it is given on a command line: itself, or a file that holds it.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InterlockError } from '../errors.ts';
import { parseVerifierKey } from '../record/signed-note.ts';

const MAX_CHARS = 1024;

/** Base64 of the raw 32 bytes, from base64, a verifier key (`name+hint+base64`), or a file with one of them. Throws USAGE. */
export function pinnedKey(given: string, cwd: string): string {
  const text = looksLikeKey(given) ? given : readKey(resolve(cwd, given), given);
  return text.includes('+') && text.split('+').length > 2 && !isRaw(text) ? parseVerifierKey(text).publicKey : raw(text, given);
}

function looksLikeKey(text: string): boolean {
  return isRaw(text) || /^\S+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/.test(text);
}

function isRaw(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(text);
}

function raw(text: string, given: string): string {
  if (isRaw(text)) return text;
  throw new InterlockError('USAGE', `no public key in ${JSON.stringify(given.slice(0, 100))}`, {
    hint: 'expected 44 characters of base64, a verifier key as `interlock ledger key show` prints it, or a file with one of them',
  });
}

function readKey(file: string, given: string): string {
  try {
    return readFileSync(file, 'utf8').slice(0, MAX_CHARS).trim();
  } catch (cause) {
    throw new InterlockError('USAGE', `no public key and no readable file: ${JSON.stringify(given.slice(0, 100))}`, {
      cause,
      hint: 'expected 44 characters of base64, a verifier key as `interlock ledger key show` prints it, or a file with one of them',
    });
  }
}
