// The shape of interlock.yaml after it was checked: every default filled in, every path absolute.

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface ListenerTls {
  readonly cert: string;
  readonly key: string;
}

export interface Listener {
  readonly listen: Address;
  readonly tls: ListenerTls | null;
  /** The operator said in writing that a listener off loopback may speak plain text. */
  readonly plaintext: boolean;
}

export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecretFile: string | null;
  /** Null: made of the address that the console listens on. */
  readonly redirectUri: string | null;
  /** What the button says. */
  readonly name: string;
}

export interface SlackConfig {
  /** Files with one secret each, which only the gateway's user may read. */
  readonly botTokenFile: string;
  readonly signingSecretFile: string;
  /** Channel ids by approver group. */
  readonly channels: Readonly<Record<string, string>>;
  readonly apiUrl: string;
  /** The console as Slack and approvers reach it; null: no link, and only under its own address. */
  readonly publicUrl: string | null;
}

export interface SyslogConfig {
  readonly host: string;
  readonly port: number;
  /** False: everything in the clear. */
  readonly tls: boolean;
  /** Null: the public roots. */
  readonly caFile: string | null;
  readonly clientCert: ListenerTls | null;
  /** Of a whole message, its head included. */
  readonly maxMessageBytes: number;
}

/** A place that entries are shipped to. */
export interface SinkConfig {
  readonly name: string;
  /** A file, absolute, or a syslog receiver. */
  readonly to: { readonly file: string } | { readonly syslog: SyslogConfig };
  readonly format: 'jsonl' | 'ocsf';
  readonly values: 'open' | 'revealed';
  /** Values by the kind of filter. */
  readonly only: { readonly [kind in 'type' | 'verdict' | 'agent' | 'action' | 'host']?: readonly string[] };
}

/** `monitor`: everything is judged and on record, and nothing is held back or changed. */
export interface SegmentsConfig {
  /** Entries that stay in the database at least. */
  readonly keepLiveEntries: number;
  readonly entriesPerSegment: number;
}

/** When sealed segments are dropped; null: never for that reason. */
export interface RetentionConfig {
  readonly keepDays: number | null;
  readonly keepBytes: number | null;
}

export type Enforcement = 'enforce' | 'monitor';

export interface Config {
  /** The file it came from, or null when only defaults are in force. */
  readonly file: string | null;
  readonly proxy: Listener & { readonly requireAgent: boolean; readonly connectPorts: readonly number[] };
  readonly console: Listener & {
    /** How long a sign-in lasts at most. */
    readonly sessionMinutes: number;
    readonly oidc: OidcConfig | null;
  };
  readonly dataDir: string;
  readonly certsDir: string;
  readonly policiesDir: string;
  readonly enforcement: Enforcement;
  /** A whole candidate bundle that is judged beside the traffic; null: none. */
  readonly shadow: { readonly policiesDir: string | null };
  readonly ledger: {
    /** The longest that a request waits for the disk before it is refused. */
    readonly maxWaitMillis: number;
    readonly checkpoints: {
      readonly everySeconds: number;
      /** Absolute. */
      readonly files: readonly string[];
      /** `key`: a verifier key, `<name>+<hint>+<base64>`. */
      readonly witnesses: ReadonlyArray<{ readonly url: string; readonly key: string }>;
    };
    /** Null: nothing is sealed. */
    readonly segments: SegmentsConfig | null;
    readonly retention: RetentionConfig;
    readonly export: readonly SinkConfig[];
  };
  readonly upstream: {
    readonly caFiles: readonly string[];
    /** Name (optionally `name:port`) to the address where it really is. */
    readonly hosts: Readonly<Record<string, Address>>;
    readonly allowAddresses: readonly string[];
    readonly proxy: string | null;
    readonly clientCerts: Readonly<Record<string, ListenerTls>>;
  };
  readonly limits: {
    /** The most of one request body that is read for judging. */
    readonly inspectBytes: number;
    /** All bodies that are held in memory at once. */
    readonly bodyMemoryBytes: number;
    /** Open connections in all. */
    /** Of the arguments of one call in a model's answer. */
    readonly toolCallBytes: number;
    readonly connections: number;
    /** Open tickets in all, and for one agent. */
    readonly tickets: number;
    readonly ticketsPerAgent: number;
  };
  readonly approvals: {
    readonly holdSeconds: number;
    readonly ticketSeconds: number;
    readonly grantSeconds: number;
  };
  /** Null: nobody is asked in Slack. */
  readonly slack: SlackConfig | null;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent' };
}
