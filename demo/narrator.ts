// Tells a demo in plain words, and ends it the moment something is not as told.

export interface Narrator {
  chapter(title: string): void;
  say(text: string): void;
  /** Output of a program, as it was. */
  quote(text: string): void;
  /** Says what was checked; throws when it does not hold. */
  check(holds: boolean, what: string): void;
  readonly checks: number;
}

export function createNarrator(write: (text: string) => void): Narrator {
  let checks = 0;
  return {
    chapter: (title) => write(`\n━━ ${title} ${'━'.repeat(Math.max(0, 74 - title.length))}\n\n`),
    say: (text) => write(`  ${text}\n`),
    quote: (text) => write(text.trimEnd().split('\n').map((line) => `      │ ${line.trimEnd()}\n`).join('')),
    check(holds, what) {
      if (!holds) throw new Error(`not as it should be: ${what}`);
      checks += 1;
      write(`    ✔ ${what}\n`);
    },
    get checks() {
      return checks;
    },
  };
}
