// Lines on stderr that tell how far the check of a large bundle is, to a person who waits for it.

import type { CheckStep, OnCheckStep } from '../decide/check-step.ts';
import type { Terminal } from './cli.ts';

/** A check that is over sooner says nothing. */
const PATIENCE_MS = 1_000;

/** A script gets none: only its findings may be on a log. Told when a step begins and at every tenth of it. `nowMs`: a clock. */
export function checkProgress(terminal: Terminal, nowMs = () => performance.now()): OnCheckStep {
  if (!terminal.errIsTerminal) return () => undefined;
  const startedMs = nowMs();
  let told = '';
  return (step, done, total) => {
    const tenth = `${step} ${Math.floor((done / Math.max(1, total)) * 10)}`;
    if (tenth === told || nowMs() - startedMs < PATIENCE_MS) return;
    told = tenth;
    terminal.err(`interlock: ${sentence(step, done, total)}\n`);
  };
}

function sentence(step: CheckStep, done: number, total: number): string {
  switch (step) {
    case 'read':
      return `read ${done} of ${total} policies`;
    case 'validate':
      return `validated ${done} of ${total} policies against the schema`;
    case 'compare':
      return `compared ${done} of ${total} policies with the others`;
    case 'try':
      return `tried ${done} of ${total} cases`;
  }
}
