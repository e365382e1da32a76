// How far the check of a bundle is, for whoever waits for it.

/** In this order; `validate` is a call of the engine for many policies at once, so it is only told before each. */
export type CheckStep = 'read' | 'validate' | 'compare' | 'try';

/** `done` of `total` policies, or cases where they are tried. Called for each one, so it must be cheap; never throws. */
export type OnCheckStep = (step: CheckStep, done: number, total: number) => void;
