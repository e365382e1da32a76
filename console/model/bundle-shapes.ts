// What the routes below /v1/bundle answer, as far as the page reads it.

export interface NamedChange {
  readonly count: number;
  readonly ids: readonly string[];
}

export interface BundleLoad {
  readonly cause: 'start' | 'file-change' | 'reload' | 'promote' | 'rollback';
  readonly user: string | null;
  readonly osUser: string | null;
  readonly fileOwner: string | null;
  readonly reason: string;
  readonly directory: string;
  readonly git: { readonly commit: string | null; readonly branch: string | null; readonly dirty: boolean | null } | null;
  readonly previous: string | null;
  readonly changes: {
    readonly added: NamedChange;
    readonly changed: NamedChange;
    readonly removed: NamedChange;
    readonly files: readonly string[];
  } | null;
}

export interface BundleMove {
  readonly sequence: number;
  readonly at: string;
  readonly move: 'loaded' | 'placed' | 'rejected';
  readonly digest: string | null;
  readonly policies: number;
  readonly note: string;
  readonly kept: boolean;
  readonly load: BundleLoad | null;
}

export interface HistoryPage {
  readonly inForce: string;
  readonly moves: readonly BundleMove[];
  readonly next: number | null;
}

export interface KeptFile {
  readonly name: string;
  readonly text: string;
}

export interface KeptBundle {
  readonly digest: string;
  readonly inForce: boolean;
  readonly policies: ReadonlyArray<{ readonly id: string; readonly file: string; readonly line: number }>;
  readonly files: readonly KeptFile[];
  readonly cases: readonly KeptFile[];
}

export type ChangeKind = 'added' | 'removed' | 'changed';

export interface FileChange {
  readonly name: string;
  readonly change: ChangeKind;
  readonly diff: string;
}

export interface BundleDiff {
  readonly from: string;
  readonly to: string;
  readonly policies: ReadonlyArray<{
    readonly id: string;
    readonly change: ChangeKind;
    readonly file: string;
    readonly diff: string;
  }>;
  readonly omitted: number;
  readonly files: readonly FileChange[];
  readonly rearranged: readonly string[];
  readonly cases: readonly FileChange[];
}

interface Looked {
  readonly digest: string;
  readonly state: 'ready' | 'running' | 'failed';
  readonly problem: string | null;
  readonly cases: number;
}

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning';
  readonly rule: string;
  readonly message: string;
  readonly fix: string;
  readonly policy: string | null;
}

export interface Findings extends Looked {
  readonly findings: readonly Finding[];
  readonly omitted: number;
  readonly failed: number;
}

export interface FileCoverage {
  readonly file: string;
  readonly policies: number;
  readonly decided: number;
  readonly percent: number;
  readonly undecided: ReadonlyArray<{ readonly id: string; readonly line: number }>;
}

export interface Coverage extends Looked {
  readonly coverage: {
    readonly policies: number;
    readonly decided: number;
    readonly percent: number;
    readonly files: readonly FileCoverage[];
  } | null;
  readonly live: ReadonlyArray<{ readonly id: string; readonly count: number }>;
}
