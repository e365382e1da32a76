// Tries that went out by something else than a ticket or a standing grant (a plan's step): who decides about a repeat is told of them too.

export interface EarlierTry {
  /** `sent`: under way. */
  readonly fate: 'sent' | 'unknown';
  /** What it went by, in words: `step 2 of plan p_…`. */
  readonly by: string;
}

/** The try of this very binding that went out elsewhere and of which nobody knows what became, yet or for good. */
export type TriedElsewhere = (binding: string) => EarlierTry | null;

/** One that may have taken effect goes before one that is under way. */
export function earlierElsewhere(
  { elsewhere }: { readonly elsewhere: ReadonlySet<TriedElsewhere> },
  binding: string,
): EarlierTry | null {
  const tries = [...elsewhere].flatMap((tried) => tried(binding) ?? []);
  return tries.find((one) => one.fate === 'unknown') ?? tries[0] ?? null;
}

/** For whoever decides about the next try. */
export function elsewhereWarning({ fate, by }: EarlierTry): string {
  return fate === 'sent'
    ? `The very same request is being sent right now (${by}).`
    : `An earlier try of the very same request was sent (${by}) and no answer came: it may have taken effect already.`;
}
