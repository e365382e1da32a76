// A place that entries are shipped to, as the shipper sees it.

/** What one entry is sent as, and what of it the envelope tells. */
export interface Message {
  /** One line of printable ASCII without its end. */
  readonly text: string;
  /** The same told in brief, for a place that does not take as much. */
  readonly brief: () => string;
  /** RFC 3339, milliseconds, UTC. */
  readonly time: string;
  readonly type: string;
  /** A refusal, or something that could not be recorded. */
  readonly alarming: boolean;
}

export interface Sink {
  /** For people: `file /var/log/x` or `syslog host:port`. */
  readonly target: string;
  /** How long a session may take before it is confirmed. */
  readonly sessionMs: number;
  open(signal: AbortSignal): Promise<SinkSession>;
}

/** One session: nothing of it counts as shipped before `finish` resolves. */
export interface SinkSession {
  /** Resolves when the place took it, so that who writes never gets ahead of who reads. */
  write(messages: readonly Message[]): Promise<void>;
  /** Ends the session. INVARIANT: resolves only when everything that was written is surely there. */
  finish(): Promise<void>;
  /** After a failure. Never throws. */
  abort(): void;
}
