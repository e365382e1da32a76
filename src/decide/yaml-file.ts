// A YAML file of a bundle that maps names to things: read strictly, with every problem told where it stands.

import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { YAMLMap } from 'yaml';
import { errorAt, START } from './bundle-finding.ts';
import type { BundleFinding, Place } from './bundle-finding.ts';

/** At a node of the document. The answer is for a reader to return. */
export type Report = (node: unknown, message: string, fix?: string) => null;

interface YamlFile {
  /** Null: it is empty, or there is a finding. */
  readonly root: YAMLMap | null;
  /** `report` adds to them. */
  readonly findings: BundleFinding[];
  readonly report: Report;
}

interface Expected {
  /** Names in it. */
  readonly most: number;
  readonly problem: string;
  readonly fix: string;
}

export function openYamlFile(file: string, text: string, { most, problem, fix: how }: Expected): YamlFile {
  const lines = new LineCounter();
  const findings: BundleFinding[] = [];
  const placeOf = (offset: number): Place => ({ line: lines.linePos(offset).line, column: lines.linePos(offset).col });
  const report: Report = (node, message, fix = '') => {
    const start = isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined;
    findings.push(errorAt(file, start === undefined ? START : placeOf(start), message, fix));
    return null;
  };
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  for (const error of document.errors)
    findings.push(errorAt(file, placeOf(error.pos[0]), error.message.split('\n')[0] ?? 'not YAML'));
  const root = document.contents;
  if (findings.length > 0 || root === null || (isScalar(root) && root.value === null)) return { root: null, findings, report };
  if (isMap(root) && root.items.length <= most) return { root, findings, report };
  report(root, problem, how);
  return { root: null, findings, report };
}

export function textOf(node: unknown): string | null {
  return isScalar(node) && typeof node.value === 'string' ? node.value : null;
}
