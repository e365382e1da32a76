// The entry of a disclosure: which hidden values of which entry were given out with their salts, and by whom.

export interface DisclosureBody {
  readonly type: 'disclosure';
  /** Sequence of the entry whose values they are. */
  readonly entry: string;
  /** `actions/0/facts/recipients`. Never the values. */
  readonly places: readonly string[];
  /** A `User` who proved it by token; the operating system's user, as the command told. Null: not known. */
  readonly user: string | null;
  readonly osUser: string | null;
  /** What who did it said. Hidden: it may name whom the values are about. */
  readonly reason: string;
}
