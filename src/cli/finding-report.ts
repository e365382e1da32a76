// What `policy check` found, before it is put into a format.

import type { BundleFinding } from '../decide/bundle-finding.ts';

export interface FindingReport {
  /** Where the command was started: files are named from here, as CI systems want them. */
  readonly cwd: string;
  /** The bundle's directory. */
  readonly directory: string;
  readonly findings: readonly BundleFinding[];
  /** One line that says how it went. */
  readonly summary: string;
  /** What `json` answers. */
  readonly json: object;
}
