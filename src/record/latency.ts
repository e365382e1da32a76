// Times counted in bins that grow by a fifth each: any percentile to within ten percent, in a few numbers.

export interface Latency {
  /** Bin to count. */
  readonly bins: Map<number, number>;
}

const FIRST_MS = 0.05;
const GROWTH = 1.2;
const BINS = 90;

export function countMs(latency: Latency, ms: number): void {
  const bin = ms <= FIRST_MS ? 0 : Math.min(BINS, Math.ceil(Math.log(ms / FIRST_MS) / Math.log(GROWTH)));
  latency.bins.set(bin, (latency.bins.get(bin) ?? 0) + 1);
}

/** Milliseconds below which this share (0 to 1) lies, or null when nothing was counted. */
export function percentileMs(latencies: readonly Latency[], share: number): number | null {
  const joined = new Map<number, number>();
  for (const { bins } of latencies) for (const [bin, count] of bins) joined.set(bin, (joined.get(bin) ?? 0) + count);
  const total = [...joined.values()].reduce((sum, count) => sum + count, 0);
  let left = share * total;
  for (const [bin, count] of [...joined].toSorted(([a], [b]) => a - b)) {
    left -= count;
    // The middle of the bin, by its ratio.
    if (left <= 0) return Number((FIRST_MS * GROWTH ** (bin - 0.5)).toPrecision(3));
  }
  return null;
}
