// The files of a bundle in small pieces, to be sent to the thread that checks them: as one message they held the sender for 10 ms.

import type { BundleFiles } from './bundle-files.ts';

type OneFile = (typeof ONE_FILES)[number];

/** Those that are not policies; some may be absent. INVARIANT: none is left out, or the bundle would be another one. */
const ONE_FILES = ['schema', 'entities', 'constraints', 'budgets', 'tools'] as const;

/** Where a bundle's files come from and what names them: all of it but their text. */
export type FilesHead = Pick<BundleFiles, 'directory' | 'digest'>;

export type FilesPiece =
  | { readonly kind: OneFile; readonly text: string }
  | { readonly kind: 'policies'; readonly name: string; readonly text: string };

/** UTF-16 units of a piece: a fraction of a millisecond. */
export const PIECE_CHARACTERS = 64 * 1024;

export function filesHead({ directory, digest }: BundleFiles): FilesHead {
  return { directory, digest };
}

/** In order; an empty file is a piece too. */
export function* filesPieces(files: BundleFiles): Generator<FilesPiece> {
  for (const kind of ONE_FILES) {
    const whole = files[kind];
    if (whole !== undefined) for (const text of cut(whole)) yield { kind, text };
  }
  for (const [name, whole] of files.policies) for (const text of cut(whole)) yield { kind: 'policies', name, text };
}

function* cut(text: string): Generator<string> {
  for (let at = 0; at === 0 || at < text.length; at += PIECE_CHARACTERS) yield text.slice(at, at + PIECE_CHARACTERS);
}

interface FilesAssembly {
  add(piece: FilesPiece): void;
  /** Once every piece was added. */
  readonly files: BundleFiles;
}

export function assembleFiles(head: FilesHead): FilesAssembly {
  const required = { schema: '', entities: '', constraints: '' };
  const optional: { budgets?: string; tools?: string } = {};
  const policies = new Map<string, string>();
  return {
    add(piece) {
      if (piece.kind === 'policies') policies.set(piece.name, (policies.get(piece.name) ?? '') + piece.text);
      else if (piece.kind === 'budgets' || piece.kind === 'tools')
        optional[piece.kind] = (optional[piece.kind] ?? '') + piece.text;
      else required[piece.kind] += piece.text;
    },
    get files() {
      return { ...head, ...required, ...optional, policies };
    },
  };
}
