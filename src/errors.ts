// Coded errors: every failure that a person can meet has one code, one status and one clear message.

/** Each code reads STAGE_PROBLEM. Adding one here forces a row in `STATUS`. */
export type ErrorCode =
  // operator
  | 'CONFIG_INVALID'
  | 'USAGE'
  | 'LISTENER_INSECURE'
  | 'KEY_EXPOSED'
  | 'CA_INVALID'
  | 'STORE_LOCKED'
  | 'STORE_CORRUPT'
  | 'NOT_RUNNING'
  // policy author
  | 'BUNDLE_INVALID'
  | 'BUNDLE_UNKNOWN'
  | 'BUNDLE_REFUSED'
  | 'REPORT_UNKNOWN'
  // protocol, met by the agent
  | 'AUTHORITY_INVALID'
  | 'AUTHORITY_MISMATCH'
  | 'PORT_DENIED'
  | 'CLIENT_TLS'
  | 'REQUEST_MALFORMED'
  | 'REQUEST_UNSUPPORTED'
  | 'BODY_TOO_LARGE'
  | 'BODY_ABORTED'
  | 'MEMORY_EXHAUSTED'
  | 'CONNECTION_LIMIT'
  // identity
  | 'IDENTITY_REQUIRED'
  | 'IDENTITY_REJECTED'
  // judging
  | 'CLASSIFY_FAILED'
  | 'DECIDE_FAILED'
  | 'CONSTRAINT_FAILED'
  | 'POLICY_BLOCKED'
  // asking before acting
  | 'QUESTION_INVALID'
  | 'QUESTION_FORBIDDEN'
  | 'QUESTION_LIMIT'
  // approval
  | 'TICKET_PENDING'
  | 'TICKET_DENIED'
  | 'TICKET_UNKNOWN'
  | 'TICKET_STATE'
  | 'TICKET_LIMIT'
  | 'PLAN_UNKNOWN'
  | 'PLAN_STATE'
  | 'PLAN_LIMIT'
  | 'BODY_UNKEPT'
  | 'BODY_LOST'
  | 'APPROVER_REFUSED'
  // recording
  | 'RECORD_FAILED'
  | 'LEDGER_HELD'
  // upstream
  | 'ADDRESS_DENIED'
  | 'RESOLVE_FAILED'
  | 'CONNECT_FAILED'
  | 'UPSTREAM_CERTIFICATE'
  | 'UPSTREAM_PROTOCOL'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_CLOSED'
  // ours
  | 'NAME_TAKEN'
  | 'NAME_UNKNOWN'
  | 'NAME_INVALID'
  | 'SHUTTING_DOWN'
  | 'INTERNAL';

interface InterlockErrorOptions extends ErrorOptions {
  /** What the person who meets the error can do next. */
  readonly hint?: string;
}

/** The one error class. `message` is written for the person who meets it and never holds a secret. */
export class InterlockError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: InterlockErrorOptions = {}) {
    super(message, options);
    this.name = 'InterlockError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** Exhaustive: a new code does not compile without a row. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  AUTHORITY_INVALID: 400,
  CLIENT_TLS: 400,
  REQUEST_MALFORMED: 400,
  BODY_ABORTED: 400,
  USAGE: 400,
  NAME_INVALID: 400,
  QUESTION_INVALID: 400,
  POLICY_BLOCKED: 403,
  PORT_DENIED: 403,
  ADDRESS_DENIED: 403,
  TICKET_PENDING: 403,
  TICKET_DENIED: 403,
  TICKET_LIMIT: 403,
  PLAN_LIMIT: 403,
  BODY_UNKEPT: 403,
  BODY_LOST: 403,
  APPROVER_REFUSED: 403,
  CLASSIFY_FAILED: 403,
  DECIDE_FAILED: 403,
  CONSTRAINT_FAILED: 403,
  QUESTION_FORBIDDEN: 403,
  TICKET_UNKNOWN: 404,
  PLAN_UNKNOWN: 404,
  NAME_UNKNOWN: 404,
  BUNDLE_UNKNOWN: 404,
  REPORT_UNKNOWN: 404,
  IDENTITY_REQUIRED: 407,
  IDENTITY_REJECTED: 407,
  TICKET_STATE: 409,
  PLAN_STATE: 409,
  NAME_TAKEN: 409,
  LEDGER_HELD: 409,
  BUNDLE_REFUSED: 409,
  BODY_TOO_LARGE: 413,
  MEMORY_EXHAUSTED: 413,
  AUTHORITY_MISMATCH: 421,
  CONNECTION_LIMIT: 429,
  QUESTION_LIMIT: 429,
  REQUEST_UNSUPPORTED: 501,
  RESOLVE_FAILED: 502,
  CONNECT_FAILED: 502,
  UPSTREAM_CERTIFICATE: 502,
  UPSTREAM_PROTOCOL: 502,
  UPSTREAM_CLOSED: 502,
  RECORD_FAILED: 503,
  SHUTTING_DOWN: 503,
  UPSTREAM_TIMEOUT: 504,
  CONFIG_INVALID: 500,
  LISTENER_INSECURE: 500,
  KEY_EXPOSED: 500,
  CA_INVALID: 500,
  STORE_LOCKED: 500,
  STORE_CORRUPT: 500,
  NOT_RUNNING: 500,
  BUNDLE_INVALID: 500,
  INTERNAL: 500,
};

/** The HTTP status that a client is answered with for a code. */
export function statusOf(code: ErrorCode): number {
  return STATUS[code];
}

/** Any thrown value as a coded error; what has no code is INTERNAL and keeps its cause. */
export function toInterlockError(thrown: unknown): InterlockError {
  if (thrown instanceof InterlockError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new InterlockError('INTERNAL', `internal error: ${message}`, { cause: thrown });
}
