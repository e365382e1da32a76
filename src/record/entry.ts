// One record of the chain, by what it tells. The body is what callers hand in; the chain adds sequence, time and hashes.

import type { EntityRef } from '../classify/action.ts';
import type { Verdict } from '../decide/judgement.ts';
import type { AnchorBody } from './anchor-body.ts';
import type { BundleBody } from './bundle-body.ts';
import type { ClockBody, Uptime } from './clock-body.ts';
import type { ValuesBody } from './erasure-body.ts';
import type { GapBody } from './gap-body.ts';
import type { KeyBody } from './key-change.ts';
import type { PlanBody } from './plan-body.ts';
import type { StorageBody } from './storage-body.ts';
import type { RecordedAction } from './recorded-action.ts';
import type { LostBody, RepairBody } from './repair-body.ts';

export type { AnchorBody, BundleBody, ClockBody, GapBody, KeyBody, PlanBody, RecordedAction, RepairBody };

/** What was decided, written before anything leaves. */
export interface VerdictBody {
  readonly type: 'verdict';
  readonly exchange: string;
  /** The exchange on whose behalf Interlock itself made this request, or null. */
  readonly cause: string | null;
  readonly agentSequence?: number; // what the agent sent as `Interlock-Seq`
  readonly agent: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly verdict: Verdict;
  readonly actions: readonly RecordedAction[];
  readonly bundle: string | null;
  readonly policies: readonly string[];
  /** Nothing was enforced: the verdict is what it would have been, and the request went out as it came. Absent: it was enforced. */
  readonly enforcement?: 'monitor';
  readonly reason: string;
  /** The refusal's error code when Interlock itself refused (`AUTHORITY_MISMATCH`), else null. */
  readonly code: string | null;
  /** Names of the constraints applied, and what they changed in plain words. */
  readonly constraints: readonly string[];
  readonly changed: readonly string[];
  /** The substitute's actions after constraints, as judged again. */
  readonly substitute: readonly RecordedAction[];
  readonly ticket: string | null;
  /** The step of an accepted plan that this exchange took, numbered from 1. Left out when it took none. */
  readonly plan?: { readonly id: string; readonly step: number };
  /** Keyed digest of the request head, and of the body bytes judged (null: none were). */
  readonly headDigest: string | null;
  readonly bodyDigest: string | null;
  /** `?a=&b=`: names and keyed digests of the values. */
  readonly query: string | null;
  /** ALLOW_LOG only: allow-listed request headers. */
  readonly headers: Readonly<Record<string, string>> | null;
}

/** What became of it. */
export interface OutcomeBody {
  readonly type: 'outcome';
  readonly exchange: string;
  /** Sequence of the verdict entry. */
  readonly verdictEntry: string;
  /** `sent`: the upstream answered; `refused`: we answered; `failed`: it broke before an answer; `unknown`: written, no answer. */
  readonly result: 'sent' | 'refused' | 'failed' | 'unknown';
  readonly status: number | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly durationMs: number;
  /** Keyed digests of the whole bodies as sent; null when empty. */
  readonly requestDigest: string | null;
  readonly responseDigest: string | null;
  readonly error: string | null;
}

/** Refusals before identity: one summary entry per source and second, so nobody can fill the disk from outside. */
interface RefusalsBody {
  readonly type: 'refusals';
  readonly source: string;
  readonly count: number;
  readonly codes: Readonly<Record<string, number>>;
  readonly sample: string;
}

export interface TicketBody {
  readonly type: 'ticket';
  readonly ticket: string;
  readonly exchange: string | null;
  readonly move:
    | 'opened'
    | 'joined'
    | 'approved'
    | 'denied'
    | 'expired'
    | 'granted'
    | 'spent'
    | 'confirmed'
    | 'unknown'
    | 'returned'
    | 'used'
    | 'voided'
    | 'refused'
    | 'shown';
  readonly agent: string;
  readonly by: string | null;
  readonly channel: 'cli' | 'api' | 'console' | 'slack' | 'proxy' | 'clock' | null;
  /** Digest of the binding that the decision is for. */
  readonly binding: string;
  readonly note: string;
}

/** What an agent asked before acting, and what it was told. Nothing left, and no outcome follows. */
export interface QuestionBody {
  readonly type: 'question';
  /** The exchange that asked, and which of its questions this is: `x1f…-3.0`. A ticket that it opened names the same. */
  readonly question: string;
  /** What was given: an action with its facts, a raw request, an MCP call, a model's tool call; or which actions a resource permits. */
  readonly given: 'typed' | 'request' | 'mcp' | 'tool' | 'search';
  readonly agent: string;
  readonly user: string | null;
  readonly session: string | null;
  /** What it would be. */
  readonly verdict: Verdict;
  /** Of a search: those that were told as permitted. */
  readonly actions: readonly RecordedAction[];
  readonly bundle: string | null;
  readonly policies: readonly string[];
  readonly reason: string;
  /** Why it could not be judged (`CLASSIFY_FAILED`), or was not (`QUESTION_FORBIDDEN`), or why no ticket was opened; else null. */
  readonly code: string | null;
  readonly constraints: readonly string[];
  readonly changed: readonly string[];
  readonly substitute: readonly RecordedAction[];
  readonly ticket: string | null;
  /** Of a request, made as a verdict's are. */
  readonly headDigest: string | null;
  readonly bodyDigest: string | null;
}

/** Agents and users added, rotated or revoked. */
export interface DirectoryBody {
  readonly type: 'directory';
  readonly move: 'added' | 'rotated' | 'revoked' | 'session';
  readonly entity: EntityRef;
  readonly parents: readonly EntityRef[];
}

/** A reservation that no verdict's own entry tells of: made when approved requests go, or given back. */
export interface BudgetBody {
  readonly type: 'budget';
  readonly move: 'reserved' | 'returned';
  readonly exchange: string;
  /** Names of the budgets. */
  readonly budgets: readonly string[];
  /** What they come to with it, in their order, when it is reserved; empty when it is given back. */
  readonly used: readonly number[];
}

export interface ShadowAction {
  readonly action: string;
  readonly was: Verdict;
  readonly would: Verdict;
  /** Those that would have determined. */
  readonly policies: readonly string[];
  readonly constraints: readonly string[];
  /** `finance`, `finance|owners x2`: groups whose people would have to approve, and how many of them. */
  readonly approvers: readonly string[];
}

/** What would have been decided otherwise, by policies that are not in force. Facts are in the verdict's entry. */
export interface ShadowBody {
  readonly type: 'shadow';
  readonly exchange: string;
  /** Sequence of the verdict entry. */
  readonly verdictEntry: string;
  readonly agent: string;
  /** Shadow policies of the bundle in force, or a whole candidate bundle. */
  readonly side: 'policies' | 'candidate';
  /** Digest of the bundle that would have decided. */
  readonly bundle: string;
  readonly was: Verdict;
  readonly would: Verdict;
  /** Those that would have determined. */
  readonly policies: readonly string[];
  /** Only those that would have come out otherwise. */
  readonly actions: readonly ShadowAction[];
}

export interface LifecycleBody {
  readonly type: 'start' | 'stop';
  readonly version: string;
  /** Entries that were surely on disk when the last run ended. */
  readonly syncedSize: number;
  /** A start in which nothing is enforced. Absent: policies are. */
  readonly enforcement?: 'monitor';
  /** Where the machine's own clock stood; absent where it can't be compared with another run's. */
  readonly uptime?: Uptime;
  readonly note: string;
}

export type EntryBody =
  | VerdictBody
  | OutcomeBody
  | RefusalsBody
  | TicketBody
  | QuestionBody
  | PlanBody
  | DirectoryBody
  | BudgetBody
  | BundleBody
  | ShadowBody
  | ValuesBody
  | StorageBody
  | KeyBody
  | AnchorBody
  | LifecycleBody
  | ClockBody
  | GapBody
  | LostBody
  | RepairBody;

/** An entry as stored and hashed: canonical JSON of this object (without salts and hidden values) is the leaf. */
export interface Entry {
  readonly version: 1;
  readonly sequence: number;
  /** RFC 3339, milliseconds, UTC. Data, not order: the order is the sequence (threat F10). */
  readonly time: string;
  /** Hash of the entry before, lower-case hex; 64 zeros for the first. */
  readonly previous: string;
  readonly body: EntryBody;
}
