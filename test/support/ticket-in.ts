// The ticket that a refusal names, wherever the vendor's shape puts it.

/** Empty when there is none. `\b` because error types such as `invalid_request_error` hold `t_` too. */
export function ticketIn(text: string): string {
  return /\bt_[a-z2-7]{20,}/i.exec(text)?.[0] ?? '';
}
