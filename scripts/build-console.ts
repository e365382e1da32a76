// Bundles the console's page into console/dist: one script, one style sheet, names that change with their content.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCE = fileURLToPath(new URL('../console/', import.meta.url));

/** Writes `index.html` and `assets/*` into `out`, which is emptied first. Answers the names of the assets. Throws what esbuild found wrong. */
export async function buildConsole(out: string = join(SOURCE, 'dist')): Promise<readonly string[]> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const { metafile } = await build({
    entryPoints: { console: join(SOURCE, 'main.ts'), look: join(SOURCE, 'look/console.css') },
    outdir: join(out, 'assets'),
    entryNames: '[name]-[hash]',
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: SOURCE,
  });
  const assets = Object.keys(metafile.outputs).map((file) => basename(file));
  const named = (pattern: RegExp): string => `/assets/${assets.find((name) => pattern.test(name)) ?? ''}`;
  const page = await readFile(join(SOURCE, 'page.html'), 'utf8');
  await writeFile(join(out, 'index.html'), page.replace('{script}', named(/\.js$/)).replace('{style}', named(/\.css$/)));
  return assets;
}

if (import.meta.main) {
  const assets = await buildConsole();
  process.stdout.write(`console: ${assets.join(', ')}\n`);
}
