// The disk as a power cut at any moment would have left it, made from the journal of a faulty disk.
//
// What is kept for certain: the bytes that a file had at its last sync, and the names that a folder had at its last sync (or a new file at its
// own, which docs/limits.md asks of the file system). What came later is there or not: names in their order, as journaling file systems
// keep them; bytes up to any length, or with zeros in their midst.

import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

type Event =
  | { readonly kind: 'C' | 'U'; readonly ino: string; readonly path: string }
  | { readonly kind: 'R'; readonly ino: string; readonly path: string; readonly to: string }
  | { readonly kind: 'W' | 'S' | 'T'; readonly ino: string; readonly size: number }
  | { readonly kind: 'D'; readonly path: string }
  | { readonly kind: 'A'; readonly text: string };

export interface PowerRecord {
  /** Moments that a cut may fall on: 0 to `length`. */
  readonly length: number;
  /** Moments at which names changed, and a few after each, and those at which another file was synced than before: the store's turns. */
  readonly turns: readonly number[];
  /** What the process had said by then. */
  said(moment: number): string[];
  /** Writes the disk of that moment into `folder`. */
  restore(moment: number, folder: string, random: () => number): void;
}

interface Journaled {
  /** The folder whose files they are. */
  readonly root: string;
  readonly journal: string;
  readonly grave: string;
  /** What was there before, all of it on disk; see `filesOf`. */
  readonly before?: ReadonlyMap<string, KnownFile>;
}

interface KnownFile {
  readonly ino: string;
  readonly size: number;
}

/** Every file below a folder. */
export function filesOf(root: string): Map<string, KnownFile> {
  const found = new Map<string, KnownFile>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { ino, size } = statSync(path);
    found.set(path, { ino: String(ino), size });
  }
  return found;
}

/** To be read once its process is gone. */
export function readPowerRecord({ root, journal, grave, before = new Map() }: Journaled): PowerRecord {
  const events = readFileSync(journal, 'utf8').split('\n').slice(0, -1).map(parse);
  const contents = contentsBelow(root, grave);
  // A folder that got its name by a rename is there with its first file.
  const renamed = new Set(events.flatMap((event) => (event.kind === 'R' ? [event.to] : [])));
  const folders = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !renamed.has(path))
    .map((path) => relative(root, path));
  return {
    length: events.length,
    turns: turnsOf(events),
    said: (moment) => events.slice(0, moment).flatMap((event) => (event.kind === 'A' ? [event.text] : [])),
    restore(moment, folder, random) {
      for (const name of folders) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
      const { names, sizes } = stateAt(events.slice(0, moment), before, random);
      for (const [path, ino] of names) {
        const size = sizes.get(ino) ?? { written: 0, synced: 0 };
        const to = join(folder, relative(root, path));
        mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
        writeFileSync(to, leftOf(contents(ino), size, random), { mode: 0o600 });
      }
    },
  };
}

function turnsOf(events: readonly Event[]): number[] {
  const turns: number[] = [];
  let synced = '';
  for (const [i, event] of events.entries()) {
    if ('CURD'.includes(event.kind)) turns.push(i, i + 1, i + 2, i + 4, i + 8);
    if (event.kind !== 'S') continue;
    if (event.ino !== synced) turns.push(i, i + 1, i + 1, i + 1);
    synced = event.ino;
  }
  return turns.filter((moment) => moment <= events.length);
}

interface Sizes {
  written: number;
  synced: number;
}

function stateAt(
  events: readonly Event[],
  before: ReadonlyMap<string, KnownFile>,
  random: () => number,
): { readonly names: ReadonlyMap<string, string>; readonly sizes: ReadonlyMap<string, Sizes> } {
  const sizes = new Map([...before.values()].map(({ ino, size }) => [ino, { written: size, synced: size }]));
  const changes: Array<Extract<Event, { path: string }>> = [];
  let surely = 0;
  for (const event of events) {
    if (event.kind === 'A') continue;
    if (event.kind === 'D') surely = changes.length;
    else if ('size' in event) {
      const known = sizes.get(event.ino) ?? { written: 0, synced: 0 };
      sizes.set(event.ino, sizeAfter(known, event));
      if (event.kind === 'S')
        surely = Math.max(surely, changes.findLastIndex((change) => 'ino' in change && change.ino === event.ino) + 1);
    } else changes.push(event);
  }
  const kept = random() < 0.5 ? surely : surely + Math.floor(random() * (changes.length - surely + 1));
  const names = new Map([...before].map(([path, { ino }]) => [path, ino]));
  for (const change of changes.slice(0, kept)) {
    if (change.kind === 'C') names.set(change.path, change.ino);
    else if (change.kind === 'R') move(names, change);
    else names.delete(change.path);
  }
  return { names, sizes };
}

/** A file, or a folder with all that is in it. */
function move(names: Map<string, string>, { path, to, ino }: Extract<Event, { kind: 'R' }>): void {
  if (names.delete(path)) names.set(to, ino);
  for (const [below, one] of [...names]) {
    if (!below.startsWith(`${path}/`)) continue;
    names.delete(below);
    names.set(to + below.slice(path.length), one);
  }
}

function sizeAfter({ written, synced }: Sizes, { kind, size }: Extract<Event, { size: number }>): Sizes {
  if (kind === 'W') return { written: Math.max(written, size), synced };
  if (kind === 'S') return { written, synced: Math.max(synced, size) };
  return { written: size, synced: Math.min(synced, size) };
}

/** Of what was not synced: nothing, all, a part, or a part with zeros in it (its length was on disk before its bytes). */
function leftOf(content: Buffer, { written, synced }: Sizes, random: () => number): Buffer {
  const way = random();
  const loose = written - synced;
  if (way < 0.4 || loose <= 0) return content.subarray(0, synced);
  if (way < 0.55) return content.subarray(0, written);
  const length = synced + Math.floor(random() * (loose + 1));
  const left = Buffer.from(content.subarray(0, length));
  if (way < 0.8) return left;
  const from = synced + Math.floor(random() * (length - synced));
  left.fill(0, from, Math.min(length, from + Math.ceil(random() * 4096)));
  return left;
}

function contentsBelow(root: string, grave: string): (ino: string) => Buffer {
  const paths = new Map([...filesOf(grave), ...filesOf(root)].map(([path, { ino }]) => [ino, path]));
  const read = new Map<string, Buffer>();
  return (ino) => {
    const path = paths.get(ino);
    const known = read.get(ino) ?? (path !== undefined && lstatSync(path).isFile() ? readFileSync(path) : Buffer.alloc(0));
    read.set(ino, known);
    return known;
  };
}

function parse(line: string): Event {
  const [kind, first = '', second = '', third = ''] = line.split('\t');
  switch (kind) {
    case 'C':
    case 'U':
      return { kind, ino: first, path: second };
    case 'R':
      return { kind, ino: first, path: second, to: third };
    case 'W':
    case 'S':
    case 'T':
      return { kind, ino: first, size: Number(second) };
    case 'D':
      return { kind, path: first };
    case 'A':
      return { kind, text: first };
    default:
      throw new Error(`the journal has a line that is none: ${line}`);
  }
}
