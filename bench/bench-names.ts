// The names that the bench asks for, and how long its lists of them are.

/** Kept-alive scenarios use this one. */
export const HOST = 'www.bench.test';
export const STRIPE_HOST = 'api.stripe.com';

/** `new-1.bench.test` …: each is asked for once, so every proxy mints a certificate for it. */
export function newNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `new-${i}.bench.test`);
}

export const NEW_NAME_PATTERN = 'new-%d.bench.test';
