// A case of a bundle: something asked by somebody, and what must come of it.

import type { EntityRef, Fact, Facts, OwnRecords } from '../classify/action.ts';
import type { Place } from './bundle-finding.ts';
import type { Verdict } from './judgement.ts';

export interface CaseBase {
  readonly name: string;
  readonly file: string;
  readonly place: Place;
  /** Determining policies, sorted. */
  readonly policies: readonly string[];
}

/** Who asks where a case names nobody. */
export const CASE_AGENT = 'case-agent';

/** Who asks. */
export interface CaseAsker {
  /** Null: whoever the entry names, or CASE_AGENT. */
  readonly agent: string | null;
  readonly teams: readonly string[];
  readonly user: string | null;
  /** Groups of that user, as the directory would have them. */
  readonly groups: readonly string[];
}

/** What must come of an agent's request. */
export interface CaseExpectation {
  readonly verdict: Verdict;
  readonly constraints: readonly string[];
  readonly approvers: readonly string[];
  /** Text that the reason must hold. */
  readonly reason: string | null;
}

interface JudgedCase extends CaseBase, CaseExpectation {
  readonly as: CaseAsker;
}

/** One action, by its facts. */
export interface ActionCase extends JudgedCase {
  readonly kind: 'action';
  readonly action: string;
  readonly resource: EntityRef;
  readonly parents: readonly EntityRef[];
  readonly facts: Facts;
  /** What Interlock would know beside the request. */
  readonly own: OwnRecords;
  /** For tunnel.open: may it pass unopened? Null: not asked. */
  readonly unopened: boolean | null;
}

/** What the constraints must make of a request. */
export interface SubstituteExpectation {
  /** What was changed, each in part or whole; null: not asked. */
  readonly changed: readonly string[] | null;
  /** Facts of the substitute's first action; those not named are not asked. A fact of null must be absent. */
  readonly facts: Readonly<Record<string, Fact | null>>;
}

/** A whole request, as an agent would send it. */
export interface RequestCase extends JudgedCase {
  readonly kind: 'request';
  /** Name of a file beside the case file. */
  readonly request: string;
  /** Names of the actions it is recognised as, in their order; null: not asked. */
  readonly actions: readonly string[] | null;
  /** Null: not asked. `none`: nothing must be changed. */
  readonly substitute: SubstituteExpectation | 'none' | null;
}

/** A verdict entry of a ledger: its facts are judged again. */
export interface EntryCase extends JudgedCase {
  readonly kind: 'entry';
  /** Name of a file beside the case file. */
  readonly entry: string;
  /** Which entry of that file; null: it holds one. */
  readonly id: string | null;
}

export interface ApprovalCase extends CaseBase {
  readonly kind: 'approval';
  readonly user: string;
  readonly groups: readonly string[];
  readonly requester: string | null;
  readonly approvers: readonly string[];
  readonly allowed: boolean;
}

/** May this user read what the console shows operators? */
export interface ReadingCase extends CaseBase {
  readonly kind: 'reading';
  readonly user: string;
  readonly groups: readonly string[];
  readonly allowed: boolean;
}

export type Case = ActionCase | RequestCase | EntryCase | ApprovalCase | ReadingCase;
