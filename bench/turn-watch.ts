// How long the event loop's turns are, as those who wait for it see them.

/** Counts until it is stopped; then says how long the turns were. */
export function longestTurn(): { stop(): string } {
  let last = performance.now();
  let going = true;
  const turns: number[] = [];
  let longest = 0;
  const look = (): void => {
    const now = performance.now();
    turns.push(now - last);
    longest = Math.max(longest, now - last);
    last = now;
    if (turns.length > 1_000_000) turns.splice(0, 500_000);
    if (going) setImmediate(look);
  };
  setImmediate(look);
  return {
    stop() {
      going = false;
      const sorted = turns.toSorted((a, b) => a - b);
      const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2);
      return `p99 ${at(0.99)} ms, p99.9 ${at(0.999)} ms, longest ${longest.toFixed(1)} ms`;
    },
  };
}
