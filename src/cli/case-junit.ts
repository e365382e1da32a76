// The outcome of a bundle's cases as JUnit XML, which every CI can show.

import { describeDifference } from '../decide/case-outcome.ts';
import type { CaseReport, TriedCase } from '../decide/case-runner.ts';
import type { BundleFinding } from '../decide/bundle-finding.ts';
import type { Policy } from '../decide/policy.ts';
import { failureLines } from './case-text.ts';

/** One suite a case file; a case that could not be read is an error of its own. */
export function junitReport(report: CaseReport, policies: ReadonlyMap<string, Policy>): string {
  const files = new Set([...report.tried.map((tried) => tried.case.file), ...report.unread.map((finding) => finding.file)]);
  const suites = [...files].map((file) =>
    suite(
      file,
      report.tried.filter((tried) => tried.case.file === file),
      report.unread.filter((finding) => finding.file === file),
      policies,
    ),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="interlock policy test">',
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(
  file: string,
  tried: readonly TriedCase[],
  unread: readonly BundleFinding[],
  policies: ReadonlyMap<string, Policy>,
): string {
  const failed = tried.filter(({ outcome }) => outcome.differences.length > 0).length;
  const counts = `tests="${tried.length + unread.length}" failures="${failed}" errors="${unread.length}"`;
  return [
    `  <testsuite name="${escapeXml(file)}" ${counts} time="${seconds(tried.reduce((sum, one) => sum + one.durationMs, 0))}">`,
    ...tried.map((one) => testCase(one, policies)),
    ...unread.map(unreadCase),
    '  </testsuite>',
  ].join('\n');
}

function testCase(tried: TriedCase, policies: ReadonlyMap<string, Policy>): string {
  const { case: each, outcome, durationMs } = tried;
  const head = `    <testcase classname="${escapeXml(each.file)}" name="${escapeXml(each.name)}" time="${seconds(durationMs)}"`;
  if (outcome.differences.length === 0) return `${head}/>`;
  const message = escapeXml(outcome.differences.map(describeDifference).join('; '));
  const text = escapeXml(failureLines(tried, policies).join('\n'));
  return `${head}><failure message="${message}">${text}</failure></testcase>`;
}

function unreadCase({ file, line, message }: BundleFinding): string {
  const place = escapeXml(`${file}:${line}`);
  return `    <testcase classname="${escapeXml(file)}" name="${place}"><error message="${escapeXml(message)}"/></testcase>`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** XML 1.0 §2.2 knows no escape for most control characters, so they become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}
