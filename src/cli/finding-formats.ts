// Findings as others read them: lines for people, JSON and SARIF for programs, workflow commands for GitHub.

import { describeFinding } from '../decide/bundle-finding.ts';
import type { BundleFinding } from '../decide/bundle-finding.ts';
import { plainText } from '../record/plain-text.ts';
import type { FindingReport } from './finding-report.ts';
import { sarifLog } from './finding-sarif.ts';
import { reportedPath } from './reported-path.ts';

export const FINDING_FORMATS = ['text', 'json', 'sarif', 'github'] as const;
export type FindingFormat = (typeof FINDING_FORMATS)[number];

const MAX_FINDING_CHARS = 1000;

/** The whole answer, with its last line's end. */
export function formatFindings(format: FindingFormat, report: FindingReport): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(report.json, null, 2)}\n`;
    case 'sarif':
      return `${JSON.stringify(sarifLog(report), null, 2)}\n`;
    case 'github':
      return lines([...report.findings.map((finding) => workflowCommand(report, finding)), report.summary]);
    case 'text':
      return lines([...report.findings.map((finding) => plainText(describeFinding(finding), MAX_FINDING_CHARS)), report.summary]);
  }
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

/**
 * `::error file=…,line=…,col=…,title=…::message`. INVARIANT: whatever a bundle holds stays inside its own command: in the message `%` and
 * line ends are escaped, in properties `:` and `,` too, as actions/toolkit's command.ts does.
 */
function workflowCommand(report: FindingReport, finding: BundleFinding): string {
  const { file, line, column, severity, rule, message, fix } = finding;
  const properties = {
    file: reportedPath(report, file),
    line: String(line),
    col: String(column),
    title: `Interlock policy: ${rule}`,
  };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${severity} ${written.join(',')}::${escapeData(fix === '' ? message : `${message} (${fix})`)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
