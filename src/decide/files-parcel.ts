// The files of a bundle in small pieces, to be sent to the thread that checks them: as one message they held the sender for 10 ms.

import {
  BUDGETS_FILE,
  type BundleFiles,
  CONSTRAINTS_FILE,
  contentsOf,
  ENTITIES_FILE,
  SCHEMA_FILE,
  TOOLS_FILE,
} from './bundle-files.ts';

/** Where a bundle's files come from and what names them: all of it but what is in them. */
export type FilesHead = Pick<BundleFiles, 'directory' | 'digest'>;

/** A part of one file, with a buffer of its own: it can be handed over instead of being copied. */
export interface FilesPiece {
  readonly kind: 'file';
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Of a piece: a fraction of a millisecond. */
export const PIECE_BYTES = 64 * 1024;

export function filesHead({ directory, digest }: BundleFiles): FilesHead {
  return { directory, digest };
}

/** In order; an empty file is a piece too. INVARIANT: no file is left out, or the bundle would be another one. */
export function* filesPieces(files: BundleFiles): Generator<FilesPiece> {
  for (const [name, content] of contentsOf(files))
    for (let at = 0; at === 0 || at < content.length; at += PIECE_BYTES)
      yield { kind: 'file', name, bytes: new Uint8Array(content.subarray(at, at + PIECE_BYTES)) };
}

interface FilesAssembly {
  add(piece: FilesPiece): void;
  /** Once every piece was added. */
  readonly files: BundleFiles;
}

export function assembleFiles(head: FilesHead): FilesAssembly {
  const contents = new Map<string, Uint8Array[]>();
  return {
    add({ name, bytes }) {
      const parts = contents.get(name);
      if (parts === undefined) contents.set(name, [bytes]);
      else parts.push(bytes);
    },
    get files() {
      const texts = new Map([...contents].map(([name, parts]) => [name, Buffer.concat(parts).toString('utf8')]));
      const taken = (name: string): string | undefined => {
        const text = texts.get(name);
        texts.delete(name);
        return text;
      };
      const [schema = '', entities = '', constraints = ''] = [SCHEMA_FILE, ENTITIES_FILE, CONSTRAINTS_FILE].map(taken);
      const [budgets, tools] = [taken(BUDGETS_FILE), taken(TOOLS_FILE)];
      const optional = { ...(budgets === undefined ? {} : { budgets }), ...(tools === undefined ? {} : { tools }) };
      return { ...head, schema, entities, constraints, ...optional, policies: texts };
    },
  };
}
