// What the client throws: one class, with a status and a code for programs and a message for people.

export class AskError extends Error {
  /** Of the answer; 0 when there was none. */
  readonly status: number;
  /** `QUESTION_INVALID`, `QUESTION_FORBIDDEN`, `QUESTION_LIMIT`, `NOT_FOUND` …; `NO_PROXY`, `UNREACHABLE` or `UNREADABLE` without an answer. */
  readonly code: string;

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AskError';
    this.status = status;
    this.code = code;
  }
}
