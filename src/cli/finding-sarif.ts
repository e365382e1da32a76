// Findings as a SARIF log (OASIS SARIF 2.1.0), which code scanning services read.

import { pathToFileURL } from 'node:url';
import type { BundleFinding, FindingRule } from '../decide/bundle-finding.ts';
import { version } from '../version.ts';
import type { FindingReport } from './finding-report.ts';
import { reportedPath } from './reported-path.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** What each rule is about, in one sentence (SARIF section 3.49.9). */
const RULES: Readonly<Record<FindingRule, string>> = {
  bundle: 'A bundle is a directory with a schema, policies, entities and constraints.',
  schema: 'The schema is valid Cedar, and its facts are of types that Interlock fills.',
  policy: 'A policy is valid against the schema, and its annotations say what they may.',
  entities: 'Entities are valid against the schema.',
  constraints: 'Constraints are of a known type and complete.',
  case: 'Every case comes out as it says.',
  'no-case': 'Every policy is shown deciding by a case.',
  'unknown-group': 'Approvers are in groups that entities.json lists.',
  'unsupported-constraint': 'A constraint can be carried out on every action of its policy.',
  'dead-policy': 'A policy can decide something.',
  'duplicate-policy': 'No policy says what another one says.',
};

export function sarifLog(report: FindingReport): object {
  const rules = Object.entries(RULES).map(([id, text]) => ({ id, shortDescription: { text } }));
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Interlock', semanticVersion: version(), rules } },
        // Columns count UTF-16 units, as findings do.
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { uri: pathToFileURL(`${report.cwd}/`).href } },
        results: report.findings.map((finding) => resultOf(report, finding)),
      },
    ],
  };
}

function resultOf(report: FindingReport, finding: BundleFinding): object {
  const { file, line, column, severity, rule, message, fix } = finding;
  const path = reportedPath(report, file);
  const artifactLocation = path.startsWith('/')
    ? { uri: pathToFileURL(path).href }
    : { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
  return {
    ruleId: rule,
    ruleIndex: Object.keys(RULES).indexOf(rule),
    level: severity,
    message: { text: fix === '' ? message : `${message} (${fix})` },
    locations: [{ physicalLocation: { artifactLocation, region: { startLine: line, startColumn: column } } }],
  };
}
