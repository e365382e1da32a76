// How far the check of a bundle is, for whoever waits for it.

/** In this order; `validate` is one call of the engine for all policies, so it is told only as it begins. */
export type CheckStep = 'read' | 'validate' | 'compare' | 'try';

/** `done` of `total` policies, or cases where they are tried. Called for each one, so it must be cheap; never throws. */
export type OnCheckStep = (step: CheckStep, done: number, total: number) => void;
