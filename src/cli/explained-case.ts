// Which case of a bundle `policy explain --case` means, and the files beside it.

import type { Case } from '../decide/case.ts';
import { InterlockError } from '../errors.ts';

/** By its whole name, else by a part that only one has. Throws USAGE. */
export async function caseNamed(directory: string, name: string): Promise<Case> {
  const { readCaseFiles } = await import('../decide/bundle-files.ts');
  const { parseCases } = await import('../decide/case-file.ts');
  const all = [...(await readCaseFiles(directory))].flatMap(([file, text]) => parseCases(file, text).cases);
  const exact = all.filter((each) => each.name === name);
  const found = exact.length > 0 ? exact : all.filter((each) => each.name.toLowerCase().includes(name.toLowerCase()));
  const [first] = found;
  if (first === undefined) throw new InterlockError('USAGE', `no case is named so: ${name}`);
  if (found.length > 1) {
    const named = found.slice(0, 5).map((each) => `"${each.name}" (${each.file}:${each.place.line})`);
    throw new InterlockError('USAGE', `${found.length} cases are named so: ${named.join(', ')}`);
  }
  return first;
}

/** A file that a case names. Throws USAGE. */
export async function besideCases(directory: string, name: string): Promise<Buffer> {
  const { readBesideCases } = await import('../decide/bundle-files.ts');
  const raw = await readBesideCases(directory, name);
  if (typeof raw === 'string') throw new InterlockError('USAGE', raw);
  return raw;
}
