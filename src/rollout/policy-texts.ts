// The policies of a bundle's files by their @id, without the engine: a bundle that would not load can be compared too.

import type { BundleFiles } from '../decide/bundle-files.ts';
import { pacer } from '../decide/pace.ts';
import { eachPolicy, type PolicySource } from '../decide/policy-text.ts';

export interface PolicyText {
  readonly id: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

/** `@id("…")`, whose text holds no escapes in a bundle that loads. */
const ID = /^@\s*id\s*\(\s*"([^"]*)"/;

/** In the order of the files. A second one of the same id, or one without, is named by its place. */
export function policyTexts(files: Pick<BundleFiles, 'policies'>): Map<string, PolicyText> {
  const found = new Map<string, PolicyText>();
  for (const [file, text] of files.policies) for (const policy of eachPolicy(file, text)) addPolicy(found, policy);
  return found;
}

/** The same beside traffic: requests have their turn in between. */
export async function policyTextsBetween(files: Pick<BundleFiles, 'policies'>): Promise<Map<string, PolicyText>> {
  const found = new Map<string, PolicyText>();
  const rest = pacer();
  for (const [file, text] of files.policies) {
    for (const policy of eachPolicy(file, text)) {
      addPolicy(found, policy);
      await rest();
    }
  }
  return found;
}

function addPolicy(found: Map<string, PolicyText>, { file, text, annotations, placeOf }: PolicySource): void {
  const at = annotations.get('id');
  const named = at === undefined ? undefined : ID.exec(text.slice(at))?.[1];
  const { line } = placeOf(0);
  const id = named === undefined || found.has(named) ? `${named ?? 'policy'} (${file}:${line})` : named;
  found.set(id, { id, file, line, text });
}
