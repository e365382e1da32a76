// Writes into package-lock.json the optional packages of other platforms that npm left out of it: a registry mirror may not carry
// them, and npm may forget those that are not installed here. Without them `npm ci` refuses the lock file on every machine.
// Such an entry has no integrity: npm fills it in when it is next able to see the package.

import { readFileSync, writeFileSync } from 'node:fs';

export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly license?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

export type Packages = Readonly<Record<string, LockedPackage>>;

const FILES = ['../package-lock.json', '../test/package-lock.json'].map((file) => new URL(file, import.meta.url));
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32', 'aix', 'sunos'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'x64', 'ppc64', 'riscv64', 's390x', 'loong64'];

/** Names of optional packages that an entry asks for and that have none. */
export function missingPackages(packages: Packages): string[] {
  return optionalOf(packages).flatMap(({ name }) => (`node_modules/${name}` in packages ? [] : [name]));
}

function optionalOf(packages: Packages): { name: string; version: string; parent: LockedPackage }[] {
  return Object.values(packages).flatMap((parent) =>
    Object.entries(parent.optionalDependencies ?? {}).map(([name, version]) => ({ name, version, parent })),
  );
}

/** The packages with an entry for each that was missing. Throws for a name that does not tell its platform. */
export function completed(packages: Packages): Packages {
  const missing = new Set(missingPackages(packages));
  const added = optionalOf(packages)
    .filter(({ name }) => missing.has(name))
    .map(({ name, version, parent }) => [`node_modules/${name}`, entryFor(name, version, parent)] as const);
  return Object.fromEntries([...Object.entries(packages), ...added].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function entryFor(name: string, version: string, parent: LockedPackage): LockedPackage {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+$/.test(version))
    throw new Error(`cannot tell the platform of ${name}@${version}`);
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu'))
      ? ['glibc']
      : [];
  return {
    version,
    cpu: [cpu],
    ...(parent.dev === true ? { dev: true } : {}),
    ...(libc.length === 0 ? {} : { libc }),
    ...(parent.license === undefined ? {} : { license: parent.license }),
    optional: true,
    os: [os],
  };
}

if (import.meta.main) {
  for (const file of FILES) {
    const lock: { packages: Packages } = JSON.parse(readFileSync(file, 'utf8'));
    const missing = missingPackages(lock.packages);
    writeFileSync(file, `${JSON.stringify({ ...lock, packages: completed(lock.packages) }, null, 2)}\n`);
    process.stdout.write(`${missing.length} entries added\n`);
  }
}
