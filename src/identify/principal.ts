// The Cedar principal of an exchange, and how it was proved.

export interface Principal {
  /** The agent's name: `Agent::"support-bot"`. */
  readonly agent: string;
  /** Teams from the directory (those of the bundle's entities are added by decide). */
  readonly teams: readonly string[];
  /** The `User` the token was made for, or null. */
  readonly user: string | null;
  readonly session: string | null;
  readonly provedBy: 'token' | 'session-token' | 'anonymous';
}
