// Reads a policies directory as one: which files belong to a bundle, how large they may be, and the digest that names them all.

import { isUtf8 } from 'node:buffer';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { digestBetween } from './bundle-digest.ts';
import { errorAt, START } from './bundle-finding.ts';
import type { BundleFinding } from './bundle-finding.ts';
import { pacer } from './pace.ts';

export const SCHEMA_FILE = 'schema.cedarschema';
export const ENTITIES_FILE = 'entities.json';
export const CONSTRAINTS_FILE = 'constraints.yaml';
/** What a bundle may do without. */
export const BUDGETS_FILE = 'budgets.yaml';
export const TOOLS_FILE = 'tools.yaml';
const OPTIONAL_FILES = [BUDGETS_FILE, TOOLS_FILE];

export interface BundleFiles {
  readonly directory: string;
  readonly schema: string;
  readonly entities: string;
  readonly constraints: string;
  /** Absent where the bundle counts nothing. */
  readonly budgets?: string;
  /** Absent where the bundle says of no tool of a model what it does. */
  readonly tools?: string;
  /** `*.cedar` at the top level, by name, in the order of their names. */
  readonly policies: ReadonlyMap<string, string>;
  /** SHA-256 over names and contents, hex. The cases are not part of it: they decide nothing. */
  readonly digest: string;
}

/** While this is there the files are being replaced by others, or that was broken off: what is read may be half of each. */
export const CHANGE_PLAN = '.interlock-change/plan.json';

interface ReadFiles {
  readonly files: BundleFiles | null;
  readonly findings: readonly BundleFinding[];
}

/** Looked at in one go, and for how long without a pause: ms. */
const PIECE_BYTES = 64 * 1024;
const PIECE_MS = 1;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const MAX_FILES = 500;
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** Hidden files are what editors leave behind while they save (`.#mail.cedar`, `.mail.cedar.swp`). */
export const POLICY_FILE = /^[^.].*\.cedar$/;

/** Never throws for what an operator can do wrong: a missing or unreadable file is a finding. */
export async function readBundleFiles(directory: string): Promise<ReadFiles> {
  const findings: BundleFinding[] = [];
  await refuseHalf(directory, findings);
  const { policies: names, optional } = await bundleNames(directory, findings);
  const contents = new Map<string, Buffer>();
  for (const name of [SCHEMA_FILE, ENTITIES_FILE, CONSTRAINTS_FILE, ...optional, ...names]) {
    const bytes = await readBytes(directory, name, findings);
    if (bytes !== null) contents.set(name, bytes);
  }
  // And after: it may have begun meanwhile.
  if (findings.length === 0) await refuseHalf(directory, findings);
  const whole = [SCHEMA_FILE, ENTITIES_FILE, CONSTRAINTS_FILE].every((name) => contents.has(name));
  if (findings.length > 0 || !whole) return { files: null, findings };
  return { files: filesFrom(directory, contents, await digestBetween(contents)), findings };
}

/** What a bundle was read from. */
const contentsRead = new WeakMap<BundleFiles, ReadonlyMap<string, Buffer>>();

/**
 * The files by their names, without the cases: as they were read, if they were. Nothing of a bundle that is loaded beside traffic needs
 * them as text there, and to make one string of 1.8 MB held the event loop for 10 ms.
 */
export function contentsOf(files: BundleFiles): ReadonlyMap<string, Buffer> {
  const read = contentsRead.get(files);
  if (read !== undefined) return read;
  const { schema, entities, constraints, budgets, tools, policies } = files;
  const named: ReadonlyArray<readonly [string, string | undefined]> = [
    [SCHEMA_FILE, schema],
    [ENTITIES_FILE, entities],
    [CONSTRAINTS_FILE, constraints],
    [BUDGETS_FILE, budgets],
    [TOOLS_FILE, tools],
    ...policies,
  ];
  return new Map(named.flatMap(([name, text]) => (text === undefined ? [] : [[name, Buffer.from(text)] as const])));
}

/** Each file becomes text when it is first asked for. */
function filesFrom(directory: string, contents: ReadonlyMap<string, Buffer>, digest: string): BundleFiles {
  const texts = new Map<string, string>();
  const textOf = (name: string): string => {
    const text = texts.get(name) ?? contents.get(name)?.toString('utf8') ?? '';
    texts.set(name, text);
    return text;
  };
  let policies: ReadonlyMap<string, string> | null = null;
  const files: BundleFiles = {
    directory,
    digest,
    get schema() {
      return textOf(SCHEMA_FILE);
    },
    get entities() {
      return textOf(ENTITIES_FILE);
    },
    get constraints() {
      return textOf(CONSTRAINTS_FILE);
    },
    ...(contents.has(BUDGETS_FILE) ? { budgets: textOf(BUDGETS_FILE) } : {}),
    ...(contents.has(TOOLS_FILE) ? { tools: textOf(TOOLS_FILE) } : {}),
    get policies() {
      policies ??= new Map([...contents.keys()].filter((name) => POLICY_FILE.test(name)).map((name) => [name, textOf(name)]));
      return policies;
    },
  };
  contentsRead.set(files, contents);
  return files;
}

/** INVARIANT: no half of a bundle is ever read as one. */
async function refuseHalf(directory: string, findings: BundleFinding[]): Promise<void> {
  const there = await stat(join(directory, CHANGE_PLAN)).catch(() => null);
  if (there === null) return;
  const fix =
    'it ends by itself in a moment; one that was broken off is finished by the next `interlock start` or `policy promote`';
  findings.push(errorAt('.', START, 'the files are just being replaced by those of another bundle', fix));
}

interface Names {
  readonly policies: readonly string[];
  /** Those of the optional files that are there: only one that is not there at all may be left out, never one that can't be read. */
  readonly optional: readonly string[];
}

async function bundleNames(directory: string, findings: BundleFinding[]): Promise<Names> {
  let names: string[];
  let optional: string[];
  try {
    const all = await readdir(directory);
    names = all.filter((name) => POLICY_FILE.test(name)).toSorted();
    optional = OPTIONAL_FILES.filter((name) => all.includes(name));
  } catch (thrown) {
    findings.push(
      errorAt(
        '.',
        START,
        `the policies directory ${directory} can't be read: ${codeOf(thrown)}`,
        'set policiesDir to a directory with a bundle; `interlock start --first-run` puts the starter bundle where there is none',
      ),
    );
    return { policies: [], optional: [] };
  }
  if (names.length > MAX_FILES) {
    findings.push(errorAt('.', START, `more than ${MAX_FILES} policy files`, 'join some of them'));
    return { policies: [], optional: [] };
  }
  return { policies: names, optional };
}

/** Of the text: a byte order mark is not part of it. */
async function readBytes(directory: string, name: string, findings: BundleFinding[]): Promise<Buffer | null> {
  const refuse = (message: string, fix: string): null => {
    findings.push(errorAt(name, START, message, fix));
    return null;
  };
  try {
    const path = join(directory, name);
    if ((await stat(path)).size > MAX_FILE_BYTES) return refuse(`the file is larger than ${MAX_FILE_BYTES} bytes`, 'split it');
    const bytes = await readFile(path);
    if (!(await isText(bytes))) return refuse('the file is not UTF-8', 'save it as UTF-8');
    return bytes.subarray(BYTE_ORDER_MARK.equals(bytes.subarray(0, 3)) ? 3 : 0);
  } catch (thrown) {
    const empty =
      name === ENTITIES_FILE ? 'write [] into it for none' : name === CONSTRAINTS_FILE ? 'leave it empty for none' : '';
    return refuse(`the file can't be read: ${codeOf(thrown)}`, empty);
  }
}

/** UTF-8, looked at a piece at a time: a whole file beside traffic took up to 5 ms. */
async function isText(bytes: Buffer): Promise<boolean> {
  const rest = pacer(PIECE_MS);
  for (let at = 0; at < bytes.length; ) {
    let end = Math.min(at + PIECE_BYTES, bytes.length);
    // Not within a character: its later bytes begin with 10. Where there are more than three of them it is none.
    for (let back = 0; back < 3 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80; back += 1) end -= 1;
    if (!isUtf8(bytes.subarray(at, end))) return false;
    at = end;
    await rest();
  }
  return true;
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
}

/** The case files of a bundle, by name relative to the directory; none when there is no `cases/`. */
export async function readCaseFiles(directory: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(directory, 'cases');
  const names = await readdir(folder).catch(() => []);
  const texts = new Map<string, string>();
  for (const name of names.filter((each) => /^[^.].*\.ya?ml$/.test(each)).toSorted()) {
    texts.set(`cases/${name}`, await readFile(join(folder, name), 'utf8'));
  }
  return texts;
}

/** A path below `cases/`: a bundle that came from elsewhere must not read what lies around it. */
const BESIDE = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^/\\\0][^\\\0]*$/;

/** A file that a case names, by its path below `cases/`; a string is the reason why there is none. */
export async function readBesideCases(directory: string, name: string): Promise<Buffer | string> {
  if (!BESIDE.test(name)) return `\`${name}\` is not a file beside the case`;
  try {
    const folder = await realpath(join(directory, 'cases'));
    const path = await realpath(join(folder, name));
    if (!path.startsWith(`${folder}${sep}`)) return `\`${name}\` is not a file beside the case`;
    if ((await stat(path)).size > MAX_FILE_BYTES) return `\`${name}\` is larger than ${MAX_FILE_BYTES} bytes`;
    return await readFile(path);
  } catch (thrown) {
    return `\`${name}\` can't be read: ${codeOf(thrown)}`;
  }
}
