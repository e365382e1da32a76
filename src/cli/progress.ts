// One line on stderr that tells how far a long walk is.

import type { Terminal } from './cli.ts';

interface Progress {
  readonly show: (done: number, total: number) => void;
  readonly end: () => void;
}

/** Told at every tenth, so that a log of it stays short. A walk that is over at once says nothing. `did`: what is done to each entry. */
export function progressLine(terminal: Terminal, did: 'verified' | 'replayed' | 'exported' = 'verified'): Progress {
  let told = 0;
  return {
    show(done, total) {
      const tenth = total === 0 ? 10 : Math.floor((done / total) * 10);
      if (tenth <= told || tenth >= 10) return;
      told = tenth;
      terminal.err(`interlock: ${did} ${done} of ${total} entries\n`);
    },
    end() {
      if (told > 0) terminal.err('interlock: every entry was read\n');
    },
  };
}
