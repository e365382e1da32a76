// The certificate and key of a listener, read from its files.

import { readFileSync } from 'node:fs';
import type { Listener } from '../config/config.ts';

/** Null: it speaks plain text. Throws when a file can't be read. */
export function readTls(listener: Listener): { readonly cert: string; readonly key: string } | null {
  if (listener.tls === null) return null;
  return { cert: readFileSync(listener.tls.cert, 'utf8'), key: readFileSync(listener.tls.key, 'utf8') };
}
