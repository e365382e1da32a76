// Everything an administrator can ask for, whether through the control socket of a running gateway or on the data folder itself.

import type { ShippingStatus } from '../export/shipping-status.ts';
import type { AnchorRound } from '../anchor/keeper.ts';
import type { Grant } from '../approve/grant.ts';
import type { Choice, Ticket } from '../approve/ticket.ts';
import type { OnMove } from '../approve/tickets.ts';
import type { BudgetView } from '../budget/budget-view.ts';
import type { AgentRecord, UserRecord } from '../identify/directory.ts';
import type { PlanSummary, SeenPlan } from '../plan/seen-plan.ts';
import type { Erased, EraseRequest } from '../record/eraser.ts';
import type { Entry } from '../record/entry.ts';
import type { BundleChanged, PromoteRequest, RefusedRequest, RollbackRequest } from '../rollout/bundle-changer.ts';
import type { CandidateState } from '../rollout/candidate.ts';
import type { ShadowCounts } from '../rollout/shadow-desk.ts';
import type { KeyChangeRequest, LedgerKeys } from '../record/key-rotation.ts';
import type { KeptNote } from '../record/verify-notes.ts';
import type { VerifyReport } from '../record/verify-report.ts';
import type { BundlePage, BundleQuery } from './bundle-page.ts';
import type { LedgerDesk } from './ledger-desk.ts';
import type { ProofDesk } from './proof-desk.ts';
import type { StorageDesk } from './storage-desk.ts';

/** What is shown of an agent or user: never the token's hash. */
export type AgentView = Omit<AgentRecord, 'tokenHash'>;
export type UserView = Omit<UserRecord, 'tokenHash'>;

export interface SessionGrant {
  readonly agent: string;
  readonly session: string;
  /** `agent~session`, the proxy user name. */
  readonly username: string;
  readonly token: string;
  /** `http://127.0.0.1:8080` of the running gateway, or the configured one. */
  readonly proxyUrl: string;
  /** PEM file of the CA, and of the CA plus the system's roots. Absolute. */
  readonly caFile: string;
  readonly caBundleFile: string;
}

/**
 * One method a use case. Throws coded errors (NAME_TAKEN, NAME_UNKNOWN, TICKET_UNKNOWN, …); over the socket they arrive with the same code.
 * `local` works on the data folder and holds its lock until closed.
 */
export interface Operator extends LedgerDesk, ProofDesk, StorageDesk, AsyncDisposable {
  readonly via: 'socket' | 'local';
  addAgent(
    name: string,
    options: { readonly teams: readonly string[]; readonly user: string | null },
  ): Promise<{ readonly agent: AgentView; readonly token: string }>;
  rotateAgent(name: string): Promise<{ readonly agent: AgentView; readonly token: string }>;
  revokeAgent(name: string): Promise<AgentView>;
  listAgents(): Promise<readonly AgentView[]>;
  openSession(agent: string): Promise<SessionGrant>;
  addUser(
    name: string,
    options: { readonly groups: readonly string[] },
  ): Promise<{ readonly user: UserView; readonly token: string }>;
  rotateUser(name: string): Promise<{ readonly user: UserView; readonly token: string }>;
  revokeUser(name: string): Promise<UserView>;
  listUsers(): Promise<readonly UserView[]>;
  listTickets(filter: { readonly state?: string; readonly agent?: string }): Promise<readonly Ticket[]>;
  showTicket(id: string): Promise<Ticket>;
  /** An edit and a scope go with an approval only, a reason with a denial. */
  decideTicket(id: string, decision: 'approve' | 'deny', token: string, said?: Said): Promise<Ticket>;
  /**
   * Tells what is pending as `opened`, then every move as it is written. Resolves when `signal` aborts; throws NOT_RUNNING when the gateway
   * ends first.
   */
  watchTickets(onMove: OnMove, signal: AbortSignal): Promise<void>;
  listGrants(): Promise<readonly Grant[]>;
  /** Ending a grant lets nothing out, so holding the socket or the folder is enough. */
  revokeGrant(id: string): Promise<void>;
  /** Newest first. */
  listPlans(filter: { readonly state?: string; readonly agent?: string }): Promise<readonly PlanSummary[]>;
  showPlan(id: string): Promise<SeenPlan>;
  /** Ending a plan lets nothing out, so holding the socket or the folder is enough. */
  revokePlan(id: string): Promise<SeenPlan>;
  /** A candidate bundle to be judged beside the one in force. Throws BUNDLE_INVALID, and NOT_RUNNING without a gateway. */
  startShadow(policiesDir: string): Promise<CandidateState>;
  stopShadow(): Promise<void>;
  showShadow(): Promise<ShadowStatus>;
  /** What is used of the bundle's budgets now. */
  listBudgets(): Promise<readonly BudgetView[]>;
  /** What became of the bundle, newest first. */
  bundleHistory(query: BundleQuery): Promise<BundlePage>;
  /** Throws BUNDLE_INVALID, BUNDLE_REFUSED, APPROVER_REFUSED, RECORD_FAILED. */
  promoteBundle(request: PromoteRequest): Promise<BundleChanged>;
  /** As `promoteBundle`, and BUNDLE_UNKNOWN and STORE_CORRUPT. */
  rollbackBundle(request: RollbackRequest): Promise<BundleChanged>;
  /** Puts a candidate on record that the command itself refused. The sequence of the entry. Throws APPROVER_REFUSED, RECORD_FAILED. */
  refuseBundle(request: RefusedRequest): Promise<string>;
  tailLedger(count: number): Promise<readonly Entry[]>;
  /** Looks at up to `count` entries from `from` on, at most 200, and gives those that are verdicts; `next` is null behind the last one. */
  readVerdicts(from: number, count: number): Promise<VerdictPage>;
  showEntry(id: string): Promise<Entry>;
  verifyLedger(options: VerifyOptions): Promise<VerifyReport>;
  /** Sends a checkpoint out now, to every anchor. Throws NOT_RUNNING without a gateway, RECORD_FAILED. */
  anchorLedger(): Promise<AnchorRound>;
  /** Each sink of the configuration. Throws NOT_RUNNING without a gateway. */
  exportStatus(): Promise<readonly ShippingStatus[]>;
  ledgerKeys(): Promise<LedgerKeys>;
  /** A new key signs from now on. Throws RECORD_FAILED: then the old one stays. */
  /** Erases hidden values for good, and puts that on record. Throws USAGE, NAME_UNKNOWN, RECORD_FAILED, STORE_CORRUPT. */
  eraseValues(request: EraseRequest): Promise<Erased>;
  rotateLedgerKey(request: KeyChangeRequest): Promise<LedgerKeys>;
}

export interface VerdictPage {
  readonly entries: readonly Entry[];
  readonly next: number | null;
  /** Entries in all, as of now. */
  readonly size: number;
}

/** What is judged beside the bundle in force; counts are since the start. */
export interface ShadowStatus {
  readonly candidate: CandidateState | null;
  readonly counts: ShadowCounts;
}

/** What an approver says besides yes or no. */
export interface Said extends Choice {
  /** Told to the agent: one line of plain text, cut after MAX_DENIAL_CHARS. */
  readonly reason?: string;
}

export interface VerifyOptions {
  /** Checkpoints (signed notes) kept elsewhere: truncation before them is found. */
  readonly kept: readonly KeptNote[];
  /** A key that the ledger must have or have had, base64; else the one in its own folder. */
  readonly publicKey?: string;
  /** Where an earlier walk stopped: what is before is not read again. */
  readonly resume?: string;
  readonly onProgress?: (done: number, total: number) => void;
  /** Where this walk is, to go on from. */
  readonly onState?: (state: string) => void;
}
