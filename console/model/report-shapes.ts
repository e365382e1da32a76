// What /v1/reports answers, as far as the page reads it.

import type { Verdict } from './shapes.ts';

interface Figures {
  readonly candidate: string;
  readonly judged: number;
  readonly flips: number;
  readonly flipsOfCandidate: number;
  readonly since: string | null;
  readonly until: string | null;
}

export interface ReportSummary extends Figures {
  readonly id: string;
  readonly at: string;
  readonly directory: string;
}

export interface ReportFlip {
  readonly entry: number;
  readonly time: string;
  readonly agent: string;
  readonly action: string;
  readonly resource: string;
  readonly from: Verdict;
  readonly to: Verdict;
  readonly reason: string;
  readonly cause: 'candidate' | 'elsewhere' | 'unknown';
  readonly doubts: readonly string[];
}

export interface ReportGroup {
  readonly key: string;
  readonly flips: number;
  readonly moves: Readonly<Record<string, number>>;
  readonly examples: readonly ReportFlip[];
}

export interface Report {
  readonly id: string;
  readonly at: string;
  readonly directory: string;
  readonly report: Figures & {
    readonly skipped: number;
    readonly doubtful: number;
    readonly before: Readonly<Record<Verdict, number>>;
    readonly after: Readonly<Record<Verdict, number>>;
    readonly byPolicy: readonly ReportGroup[];
    readonly byAgent: readonly ReportGroup[];
    readonly byAction: readonly ReportGroup[];
    readonly byDay: readonly ReportGroup[];
  };
}
