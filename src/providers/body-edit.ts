// What a constraint asks of a request body, and what came of it.

/** An edit that a constraint asks of a request body. */
export type BodyEdit =
  | { readonly kind: 'keep-recipients'; readonly domains: readonly string[] }
  | { readonly kind: 'remove-tools'; readonly tools: readonly string[] }
  | { readonly kind: 'set'; readonly field: string; readonly value: string | number | boolean };

export interface EditedBody {
  /** The new decoded body; sent without content coding. */
  readonly bytes: Buffer;
  /** What changed, for people: `to: removed eve@evil.example`. Empty when nothing had to change. */
  readonly changed: readonly string[];
}
