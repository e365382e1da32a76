// dataDir/reports: reports of replays that somebody chose to keep for the console; a bounded number, each of a bounded size.

import { randomBytes } from 'node:crypto';
import { chownSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Flip } from '../decide/replay-flip.ts';
import type { ReplayReport } from '../decide/replay.ts';
import type { FlipGroup } from '../decide/replay-groups.ts';
import { InterlockError } from '../errors.ts';
import { plainText } from '../record/plain-text.ts';
import { ensurePrivateFolder, writePrivateFile } from '../record/private-file.ts';

export interface KeptReport {
  readonly version: 1;
  readonly id: string;
  /** When it was made. */
  readonly at: string;
  /** The candidate, as the command was given it. */
  readonly directory: string;
  readonly report: ReplayReport;
}

export interface ReportStore {
  /** Gives the id. Texts of agents are kept as plain text. Throws KEY_EXPOSED as other private files do. */
  keep(report: ReplayReport, directory: string): string;
  /** The newest first; one that can't be read is left out. */
  list(): Promise<readonly KeptReport[]>;
  /** Throws REPORT_UNKNOWN for one that is not there, STORE_CORRUPT for one that is no report. */
  read(id: string): Promise<KeptReport>;
}

const MAX_KEPT = 20;
const MAX_GROUPS = 100;
const MAX_TEXT_CHARS = 300;
/** Twice what the bounds above let a report grow to: anything larger was not written here. */
const MAX_BYTES = 16 * 1024 * 1024;
export const REPORT_ID = '^r_[0-9]{14}_[0-9a-f]{8}$';
const FILE = /^(r_[0-9]{14}_[0-9a-f]{8})\.json$/;

export function openReportStore(dataDir: string, { maxKept = MAX_KEPT, nowMs = Date.now } = {}): ReportStore {
  const root = join(dataDir, 'reports');
  const pathOf = (id: string): string => join(root, `${id}.json`);
  return {
    keep(report, directory) {
      ensurePrivateFolder(root);
      const at = new Date(nowMs()).toISOString();
      const id = `r_${at.replaceAll(/\D/g, '').slice(0, 14)}_${randomBytes(4).toString('hex')}`;
      const kept: KeptReport = { version: 1, id, at, directory: plain(directory), report: bounded(report) };
      writePrivateFile(pathOf(id), JSON.stringify(kept));
      giveToOwner(dataDir, root, pathOf(id));
      for (const old of idsIn(root).slice(maxKept)) rmSync(pathOf(old), { force: true });
      return id;
    },
    async list() {
      const read = await Promise.all(idsIn(root).map((id) => readKept(pathOf(id), id).catch(() => null)));
      return read.filter((kept): kept is KeptReport => kept !== null);
    },
    async read(id) {
      const kept = new RegExp(REPORT_ID).test(id) ? await readKept(pathOf(id), id) : null;
      if (kept !== null) return kept;
      throw new InterlockError('REPORT_UNKNOWN', 'there is no such report', {
        hint: '`interlock policy replay --keep` makes one; the oldest are not kept for ever',
      });
    },
  };
}

/** The newest first: the time is in the name. */
function idsIn(root: string): string[] {
  let names: string[];
  try {
    names = readdirSync(root);
  } catch {
    return [];
  }
  return names.flatMap((name) => FILE.exec(name)?.[1] ?? []).toSorted((a, b) => (a < b ? 1 : -1));
}

async function readKept(path: string, id: string): Promise<KeptReport | null> {
  const size = (await stat(path).catch(() => null))?.size;
  if (size === undefined) return null;
  const kept: unknown = size > MAX_BYTES ? null : parsed(await readFile(path, 'utf8'));
  if (isKept(kept) && kept.id === id) return kept;
  throw new InterlockError('STORE_CORRUPT', `the report ${id} was changed, and is not shown`, { hint: 'make it anew' });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Its outline: it lies in a folder that only the gateway's own user may write to. */
function isKept(value: unknown): value is KeptReport {
  if (!isRecord(value) || value['version'] !== 1 || !isRecord(value['report'])) return false;
  const { report } = value;
  const texts = [value['id'], value['at'], value['directory'], report['candidate']];
  const counts = ['judged', 'skipped', 'flips', 'flipsOfCandidate', 'otherPolicies', 'doubtful'].map((name) => report[name]);
  const groups = ['byPolicy', 'byAgent', 'byAction', 'byDay'].map((name) => report[name]);
  return (
    texts.every((text) => typeof text === 'string') &&
    counts.every((count) => Number.isSafeInteger(count)) &&
    groups.every((list) => Array.isArray(list)) &&
    isRecord(report['before']) &&
    isRecord(report['after'])
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bounded(report: ReplayReport): ReplayReport {
  const groups = (given: readonly FlipGroup[]): FlipGroup[] =>
    given.slice(0, MAX_GROUPS).map((group) => ({ ...group, key: plain(group.key), examples: group.examples.map(boundedFlip) }));
  const { byPolicy, byAgent, byAction, byDay } = report;
  return {
    ...report,
    byPolicy: groups(byPolicy),
    byAgent: groups(byAgent),
    byAction: groups(byAction),
    byDay: groups(byDay),
  };
}

function boundedFlip(flip: Flip): Flip {
  const { agent, action, resource, reason, policiesBefore, policiesAfter, doubts } = flip;
  return {
    ...flip,
    agent: plain(agent),
    action: plain(action),
    resource: plain(resource),
    reason: plain(reason),
    policiesBefore: policiesBefore.slice(0, MAX_GROUPS).map(plain),
    policiesAfter: policiesAfter.slice(0, MAX_GROUPS).map(plain),
    doubts: doubts.slice(0, MAX_GROUPS).map(plain),
  };
}

function plain(text: string): string {
  return plainText(text, MAX_TEXT_CHARS);
}

/** An administrator may run the command as root; the gateway reads as its own user. */
function giveToOwner(dataDir: string, ...paths: readonly string[]): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dataDir);
  for (const path of paths) chownSync(path, uid, gid);
}
