// Reads a policies directory as one: which files belong to a bundle, how large they may be, and the digest that names them all.

import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
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

/** Read and hashed at a time: a gateway reads its bundle beside traffic, and a megabyte took up to 20 ms. */
const PIECE_BYTES = 64 * 1024;
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
  const texts = new Map<string, string>();
  const contents = new Map<string, Uint8Array>();
  for (const name of [SCHEMA_FILE, ENTITIES_FILE, CONSTRAINTS_FILE, ...optional, ...names]) {
    const read = await readText(directory, name, findings);
    if (read === null) continue;
    texts.set(name, read.text);
    contents.set(name, read.bytes);
  }
  // And after: it may have begun meanwhile.
  if (findings.length === 0) await refuseHalf(directory, findings);
  const schema = texts.get(SCHEMA_FILE);
  const entities = texts.get(ENTITIES_FILE);
  const constraints = texts.get(CONSTRAINTS_FILE);
  if (findings.length > 0 || schema === undefined || entities === undefined || constraints === undefined)
    return { files: null, findings };
  const policies = new Map(names.map((name) => [name, texts.get(name) ?? '']));
  const digest = await digestBetween(contents);
  return { files: { directory, schema, entities, constraints, ...optionalOf(texts), policies, digest }, findings };
}

function optionalOf(texts: ReadonlyMap<string, string>): Pick<BundleFiles, 'budgets' | 'tools'> {
  const budgets = texts.get(BUDGETS_FILE);
  const tools = texts.get(TOOLS_FILE);
  return { ...(budgets === undefined ? {} : { budgets }), ...(tools === undefined ? {} : { tools }) };
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

interface ReadText {
  readonly text: string;
  /** Of the text: a byte order mark is not part of it. */
  readonly bytes: Uint8Array;
}

async function readText(directory: string, name: string, findings: BundleFinding[]): Promise<ReadText | null> {
  const refuse = (message: string, fix: string): null => {
    findings.push(errorAt(name, START, message, fix));
    return null;
  };
  try {
    const path = join(directory, name);
    if ((await stat(path)).size > MAX_FILE_BYTES) return refuse(`the file is larger than ${MAX_FILE_BYTES} bytes`, 'split it');
    const bytes = await readFile(path);
    return { text: await decodedBetween(bytes), bytes: bytes.subarray(BYTE_ORDER_MARK.equals(bytes.subarray(0, 3)) ? 3 : 0) };
  } catch (thrown) {
    if (thrown instanceof TypeError) return refuse('the file is not UTF-8', 'save it as UTF-8');
    const empty =
      name === ENTITIES_FILE ? 'write [] into it for none' : name === CONSTRAINTS_FILE ? 'leave it empty for none' : '';
    return refuse(`the file can't be read: ${codeOf(thrown)}`, empty);
  }
}

/** Throws TypeError for what is not UTF-8. */
async function decodedBetween(bytes: Buffer): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const rest = pacer();
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    text += decoder.decode(bytes.subarray(at, at + PIECE_BYTES), { stream: true });
    await rest();
  }
  // A character that the end of the file cuts off is found here.
  return text + decoder.decode();
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
}

/** Sorted by name and length-prefixed, so neither the file system's order nor moving text between files goes unnoticed. */
export function bundleDigest(texts: ReadonlyMap<string, string>): string {
  const steps = digestSteps(new Map([...texts].map(([name, text]) => [name, Buffer.from(text)])));
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same beside traffic: requests have their turn in between. */
async function digestBetween(contents: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const steps = digestSteps(contents);
  const rest = pacer();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await rest();
  }
}

function* digestSteps(contents: ReadonlyMap<string, Uint8Array>): Generator<undefined, string> {
  const hash = createHash('sha256').update('interlock-bundle-v1\n');
  for (const name of [...contents.keys()].toSorted()) {
    const content = contents.get(name) ?? new Uint8Array();
    hash.update(`${Buffer.byteLength(name)} ${name} ${content.length}\n`);
    for (let at = 0; at < content.length; at += PIECE_BYTES) {
      hash.update(content.subarray(at, at + PIECE_BYTES));
      yield;
    }
  }
  return hash.digest('hex');
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
