// Coded errors: every failure that a person can meet has one code, one status and one clear message.

/** Each code reads STAGE_PROBLEM. Adding one here forces a row in `statusOf`. */
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
  // approval
  | 'TICKET_PENDING'
  | 'TICKET_DENIED'
  | 'TICKET_UNKNOWN'
  | 'TICKET_STATE'
  | 'TICKET_LIMIT'
  | 'APPROVER_REFUSED'
  // recording
  | 'RECORD_FAILED'
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

export interface InterlockErrorOptions extends ErrorOptions {
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

/** The HTTP status that a client is answered with for a code. Exhaustive: a new code does not compile without a row. */
export function statusOf(code: ErrorCode): number {
  switch (code) {
    case 'AUTHORITY_INVALID':
    case 'CLIENT_TLS':
    case 'REQUEST_MALFORMED':
    case 'BODY_ABORTED':
    case 'USAGE':
    case 'NAME_INVALID':
      return 400;
    case 'POLICY_BLOCKED':
    case 'PORT_DENIED':
    case 'ADDRESS_DENIED':
    case 'TICKET_PENDING':
    case 'TICKET_DENIED':
    case 'TICKET_LIMIT':
    case 'APPROVER_REFUSED':
    case 'CLASSIFY_FAILED':
    case 'DECIDE_FAILED':
    case 'CONSTRAINT_FAILED':
      return 403;
    case 'TICKET_UNKNOWN':
    case 'NAME_UNKNOWN':
      return 404;
    case 'IDENTITY_REQUIRED':
    case 'IDENTITY_REJECTED':
      return 407;
    case 'TICKET_STATE':
    case 'NAME_TAKEN':
      return 409;
    case 'BODY_TOO_LARGE':
    case 'MEMORY_EXHAUSTED':
      return 413;
    case 'AUTHORITY_MISMATCH':
      return 421;
    case 'CONNECTION_LIMIT':
      return 429;
    case 'REQUEST_UNSUPPORTED':
      return 501;
    case 'RESOLVE_FAILED':
    case 'CONNECT_FAILED':
    case 'UPSTREAM_CERTIFICATE':
    case 'UPSTREAM_PROTOCOL':
    case 'UPSTREAM_CLOSED':
      return 502;
    case 'RECORD_FAILED':
    case 'SHUTTING_DOWN':
      return 503;
    case 'UPSTREAM_TIMEOUT':
      return 504;
    case 'CONFIG_INVALID':
    case 'LISTENER_INSECURE':
    case 'KEY_EXPOSED':
    case 'CA_INVALID':
    case 'STORE_LOCKED':
    case 'STORE_CORRUPT':
    case 'NOT_RUNNING':
    case 'BUNDLE_INVALID':
    case 'INTERNAL':
      return 500;
  }
}

/** Any thrown value as a coded error; what has no code is INTERNAL and keeps its cause. */
export function toInterlockError(thrown: unknown): InterlockError {
  if (thrown instanceof InterlockError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new InterlockError('INTERNAL', `internal error: ${message}`, { cause: thrown });
}
