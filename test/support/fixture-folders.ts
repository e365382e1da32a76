// The fixtures of every provider, as the tests and the bench walk them.

import { readdirSync } from 'node:fs';

const ROOT = new URL('../fixtures/requests/', import.meta.url);

export interface FixtureFile {
  /** The provider's name, or `plain`. */
  readonly folder: string;
  /** `hit-…` or `miss-…`, without its ending. */
  readonly name: string;
  readonly url: URL;
}

export function fixtureFiles(): FixtureFile[] {
  const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name: folder }) =>
    readdirSync(new URL(`${folder}/`, ROOT))
      .filter((file) => file.endsWith('.http'))
      .toSorted()
      .map((file) => ({ folder, name: file.slice(0, -'.http'.length), url: new URL(`${folder}/${file}`, ROOT) })),
  );
}

/** One hit of each provider for each of its endpoints (method, path) and media types, at most `most` of each. */
export async function endpoints<T extends { readonly view: { readonly method: string; readonly path: string } }>(
  read: (url: URL) => Promise<T>,
  typeOf: (fixture: T) => string,
  most: number,
): Promise<ReadonlyArray<FixtureFile & { readonly fixture: T }>> {
  const found = new Map<string, FixtureFile & { readonly fixture: T }>();
  const counts = new Map<string, number>();
  for (const file of fixtureFiles().filter(({ name }) => name.startsWith('hit-'))) {
    const fixture = await read(file.url);
    const key = `${file.folder} ${fixture.view.method} ${fixture.view.path.replace(/[0-9]+/g, '0')} ${typeOf(fixture)}`;
    const count = counts.get(file.folder) ?? 0;
    if (found.has(key) || count >= most) continue;
    counts.set(file.folder, count + 1);
    found.set(key, { ...file, fixture });
  }
  return [...found.values()];
}
