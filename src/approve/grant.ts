// A grant as people see it: the one later use of a ticket, or one that stands for a while.

export interface Grant {
  /** The ticket's own id for the one use of it, `g_…` for one that stands. */
  readonly id: string;
  readonly ticket: string;
  readonly kind: 'once' | 'scoped';
  readonly agent: string;
  /** Null: any session of the agent. */
  readonly session: string | null;
  readonly action: string | null;
  /** `Account acct_1`; null: any that the policies' requirement is for. */
  readonly resource: string | null;
  readonly policies: readonly string[];
  /** Who gave it. */
  readonly by: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly usesLeft: number | null;
}
