// What the API answers, as far as the page reads it. A test holds these to the gateway's own types.

export type Fact = string | number | boolean | readonly string[];
export type Facts = Readonly<Record<string, Fact>>;

export interface EntityRef {
  readonly type: string;
  readonly id: string;
}

export interface ActionShape {
  readonly action: string;
  readonly resource: EntityRef;
  readonly facts: Facts;
}

export type Verdict = 'ALLOW' | 'ALLOW_LOG' | 'CONSTRAIN' | 'WAIT' | 'BLOCK';
export type TicketState = 'pending' | 'approved' | 'denied' | 'expired' | 'spent';

export interface Approval {
  readonly user: string;
  readonly at: string;
  readonly channel: string;
  readonly policies: readonly string[];
}

export interface Wait {
  readonly policy: string;
  readonly reason: string;
  readonly approvers: readonly string[];
  readonly quorum: number;
  /** `request`: an approval of a model's call is for the request too that it announces. */
  readonly covers?: string;
}

export interface Offer {
  readonly constraint: string;
  readonly changed: readonly string[];
  readonly actions: readonly ActionShape[];
}

export interface Ticket {
  readonly id: string;
  readonly state: TicketState;
  readonly agent: string;
  readonly user: string | null;
  readonly session: string | null;
  readonly actions: readonly ActionShape[];
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly reason: string;
  readonly waits: readonly Wait[];
  readonly approvals: readonly Approval[];
  readonly deniedBy: string | null;
  readonly denial: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly exchange: string;
  readonly grant: boolean;
  readonly offers: readonly Offer[];
  readonly edit: string | null;
  readonly scope: string | null;
  readonly warning: string | null;
  readonly outcome: 'sent' | 'confirmed' | 'unknown' | null;
}

export interface ListedTicket extends Ticket {
  readonly mayDecide: boolean;
  readonly secondsLeft: number;
}

export interface TicketMove {
  readonly move: string;
  readonly by: string | null;
  readonly channel: string | null;
  readonly at: string;
  readonly note: string;
}

export interface TicketView extends ListedTicket {
  readonly body: { readonly text: string; readonly truncated: boolean; readonly bytes: number } | null;
  readonly moves: readonly TicketMove[];
}

export interface Grant {
  readonly id: string;
  readonly ticket: string;
  readonly kind: 'once' | 'scoped';
  readonly agent: string;
  readonly session: string | null;
  readonly action: string | null;
  readonly resource: string | null;
  readonly policies: readonly string[];
  readonly by: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly usesLeft: number | null;
}

export type Enforcement = 'enforce' | 'monitor';

export interface Session {
  readonly enforcement: Enforcement;
  readonly user: string;
  readonly groups: readonly string[];
  readonly csrf: string;
  readonly expiresAt: string | null;
  readonly operator: boolean;
}

export interface SignIn {
  readonly enforcement: Enforcement;
  readonly token: boolean;
  readonly oidc: { readonly name: string; readonly url: string } | null;
}

export interface FeedEntry {
  readonly sequence: number;
  readonly time: string;
  readonly type: string;
  readonly exchange: string | null;
  readonly agent: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly verdict: Verdict | null;
  readonly actions: readonly string[];
  readonly resource: string | null;
  readonly host: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly reason: string | null;
  readonly policies: readonly string[];
  readonly ticket: string | null;
  readonly durationMs: number | null;
  readonly status: number | null;
  readonly result: string | null;
  /** False: the verdict is what would have been; it went out as it came. */
  readonly enforced: boolean;
}

export interface EntryPage {
  readonly entries: readonly FeedEntry[];
  readonly next: number | null;
}

export interface Bucket {
  readonly at: string;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export interface Stats {
  readonly buckets: readonly Bucket[];
  readonly actions: ReadonlyArray<{ readonly action: string; readonly count: number; readonly blocked: number }>;
  readonly agents: ReadonlyArray<{
    readonly agent: string;
    readonly count: number;
    readonly blocked: number;
    readonly waiting: number;
  }>;
}

/** One entry of the chain as it is stored. Its body is read by `type`. */
export interface LedgerEntry {
  readonly sequence: number;
  readonly time: string;
  readonly previous: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface PolicyText {
  readonly id: string;
  readonly effect: string;
  /** What a permit comes to; a forbid is a BLOCK. */
  readonly verdict: Verdict;
  readonly reason: string;
  readonly text: string;
  readonly file: string;
  readonly line: number;
  /** Judged beside the bundle; it never decides. */
  readonly shadow: boolean;
}

export interface Proof {
  readonly chain: boolean;
  readonly signature: boolean;
}

export interface Story {
  readonly exchange: string;
  readonly entries: ReadonlyArray<{ readonly entry: LedgerEntry; readonly verified: Proof }>;
  /** `inForce` is false when another bundle was loaded since: the text may differ from the one that judged. */
  readonly policies: ReadonlyArray<PolicyText & { readonly inForce: boolean }>;
  /** Of all of them. */
  readonly verified: Proof;
}

export interface Bundle {
  readonly digest: string;
  readonly loadedAt: string | null;
  readonly policies: readonly PolicyText[];
  readonly lastError: { readonly at: string; readonly message: string } | null;
}

export interface AgentView {
  readonly name: string;
  readonly teams: readonly string[];
  readonly user: string | null;
  readonly state: string;
  readonly createdAt: string;
  readonly generation?: number;
  readonly lastSeenAt?: string | null;
}

export interface UserView {
  readonly name: string;
  readonly groups: readonly string[];
  readonly state: string;
  readonly createdAt: string;
}
