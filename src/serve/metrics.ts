// What can be counted, for Prometheus. Few labels, each of them bounded, and nothing on the hot path but an addition.

import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Verdict } from '../decide/judgement.ts';

interface CacheCounts {
  readonly entries: number;
  readonly hits: number;
  readonly misses: number;
}

/** Read when Prometheus asks, never before. */
export interface MetricSources {
  readonly tickets?: () => { readonly pending: number; readonly grants: number; readonly waiting: number };
  readonly ledger?: () => { readonly lag: number; readonly size: number };
  /** Of request bodies, in memory now. */
  readonly bodyBytes?: () => number;
  readonly pools?: () => { readonly open: number; readonly busy: number };
  /** Cards in Slack: shown, tried again, given up. Only where Slack is configured. */
  readonly slack?: () => { readonly sent: number; readonly retried: number; readonly dropped: number };
  /** False: everything goes out as it came, whatever its verdict. */
  readonly enforcing?: () => boolean;
  /** Exchanges judged again by what is not in force. */
  readonly shadow?: () => Readonly<Record<'judged' | 'flips' | 'dropped' | 'failed', number>>;
  /** Where entries are shipped to, by the sink's name. */
  readonly sinks?: () => Readonly<Record<string, { readonly lag: number; readonly up: boolean }>>;
  /** By the cache's name. */
  readonly caches?: () => Readonly<Record<string, CacheCounts>>;
}

export interface Metrics {
  /** An exchange was judged. */
  decided(verdict: Verdict, action: string, seconds: number): void;
  /** A request leaves for its upstream, this long after its head was complete. */
  leaving(seconds: number): void;
  /** An exchange was refused with this error code. */
  refused(code: string): void;
  /** Adds to the sources read at each scrape; a later one of the same name takes the place of the earlier. */
  watch(sources: MetricSources): void;
  /** Prometheus text format. */
  render(): Promise<string>;
  readonly contentType: string;
}

/** Action names come from providers and are few. Were one ever made from a request, the rest is counted as `other`. */
const MAX_ACTIONS = 200;
const MAX_CODES = 100;
const LATENCY_SECONDS = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 60];

interface Incrementable {
  inc(): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'interlock_requests_total',
    help: 'Exchanges judged',
    labelNames: ['verdict', 'action'] as const,
    registers,
  });
  const refusals = new Counter({
    name: 'interlock_refusals_total',
    help: 'Exchanges refused, by error code',
    labelNames: ['code'] as const,
    registers,
  });
  const decision = new Histogram({
    name: 'interlock_decision_seconds',
    help: 'Time to judge an exchange',
    buckets: LATENCY_SECONDS,
    registers,
  });
  const added = new Histogram({
    name: 'interlock_added_latency_seconds',
    help: 'From the complete request head to sending it on',
    buckets: LATENCY_SECONDS,
    registers,
  });
  const sources: { -readonly [name in keyof MetricSources]: MetricSources[name] } = {};
  watchProcess(registers);
  watchSources(registers, sources);
  const countVerdict = boundedChildren(MAX_ACTIONS, (action: string) =>
    bySecondKey((verdict: Verdict) => requests.labels(verdict, action)),
  );
  const countCode = boundedChildren(MAX_CODES, (code: string) => refusals.labels(code));
  return {
    decided(verdict, action, seconds) {
      countVerdict(action)(verdict).inc();
      decision.observe(seconds);
    },
    leaving: (seconds) => added.observe(seconds),
    refused: (code) => countCode(code).inc(),
    watch: (more) => void Object.assign(sources, more),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** A child for each label value, bound once. Past the limit every new value shares `other`. */
function boundedChildren<Child>(limit: number, make: (label: string) => Child): (label: string) => Child {
  const children = new Map<string, Child>();
  const childOf = (label: string): Child => {
    const known = children.get(label);
    if (known !== undefined) return known;
    if (children.size >= limit && label !== 'other') return childOf('other');
    const child = make(label);
    children.set(label, child);
    return child;
  };
  return childOf;
}

function bySecondKey(make: (verdict: Verdict) => Incrementable): (verdict: Verdict) => Incrementable {
  const children = new Map<Verdict, Incrementable>();
  return (verdict) => {
    const known = children.get(verdict);
    if (known !== undefined) return known;
    const child = make(verdict);
    children.set(verdict, child);
    return child;
  };
}

function watchSources(registers: Registry[], sources: MetricSources): void {
  const gauge = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    read: (gauge: Gauge<Label>) => void,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers,
      collect() {
        read(this);
      },
    });
  };
  gauge('interlock_tickets_open', 'Tickets that wait and grants not yet used', ['state'], (metric) => {
    const counts = sources.tickets?.();
    if (counts === undefined) return;
    metric.set({ state: 'pending' }, counts.pending);
    metric.set({ state: 'approved' }, counts.grants);
  });
  gauge('interlock_exchanges_held', 'Exchanges that wait for an approver right now', [], (metric) =>
    metric.set(sources.tickets?.().waiting ?? 0),
  );
  gauge('interlock_body_memory_bytes', 'Bytes of request bodies in memory, of limits.bodyMemoryBytes', [], (metric) =>
    metric.set(sources.bodyBytes?.() ?? 0),
  );
  gauge('interlock_ledger_lag_entries', 'Entries handed to the ledger and not yet written', [], (metric) =>
    metric.set(sources.ledger?.().lag ?? 0),
  );
  gauge('interlock_ledger_entries', 'Entries in the ledger', [], (metric) => metric.set(sources.ledger?.().size ?? 0));
  gauge('interlock_upstream_connections', 'Kept-alive connections to upstreams', ['state'], (metric) => {
    const pools = sources.pools?.();
    if (pools === undefined) return;
    metric.set({ state: 'open' }, pools.open);
    metric.set({ state: 'busy' }, pools.busy);
  });
  gauge('interlock_slack_calls', 'Cards put into Slack, tried again and given up, since the start', ['outcome'], (metric) => {
    for (const [outcome, count] of Object.entries(sources.slack?.() ?? {})) metric.set({ outcome }, count);
  });
  gauge('interlock_enforcing', '1: verdicts are enforced; 0: enforcement is monitor, and nothing is', [], (metric) =>
    metric.set(sources.enforcing?.() === false ? 0 : 1),
  );
  gauge(
    'interlock_shadow_judgements',
    'Exchanges judged again by what is not in force, since the start',
    ['outcome'],
    (metric) => {
      for (const [outcome, count] of Object.entries(sources.shadow?.() ?? {})) metric.set({ outcome }, count);
    },
  );
  watchCaches(gauge, sources);
  watchSinks(gauge, sources);
}

function watchSinks(
  gauge: (name: string, help: string, labelNames: readonly 'sink'[], read: (gauge: Gauge<'sink'>) => void) => void,
  sources: MetricSources,
): void {
  gauge('interlock_export_lag_entries', 'Entries that a sink has not confirmed', ['sink'], (metric) => {
    for (const [sink, { lag }] of Object.entries(sources.sinks?.() ?? {})) metric.set({ sink }, lag);
  });
  gauge('interlock_export_up', '1: entries go to the sink; 0: they do not, and are tried again', ['sink'], (metric) => {
    for (const [sink, { up }] of Object.entries(sources.sinks?.() ?? {})) metric.set({ sink }, up ? 1 : 0);
  });
}

function watchCaches(
  gauge: (name: string, help: string, labelNames: readonly 'cache'[], read: (gauge: Gauge<'cache'>) => void) => void,
  sources: MetricSources,
): void {
  const each = (metric: Gauge<'cache'>, read: (counts: CacheCounts) => number): void => {
    for (const [cache, counts] of Object.entries(sources.caches?.() ?? {})) metric.set({ cache }, read(counts));
  };
  gauge('interlock_cache_entries', 'Entries in a cache', ['cache'], (metric) => each(metric, (counts) => counts.entries));
  gauge('interlock_cache_hits', 'Look-ups that a cache answered', ['cache'], (metric) => each(metric, (counts) => counts.hits));
  gauge('interlock_cache_misses', 'Look-ups that a cache could not answer', ['cache'], (metric) =>
    each(metric, (counts) => counts.misses),
  );
}

/** The library's default metrics start timers and observers; these three cost nothing until they are read. */
function watchProcess(registers: Registry[]): void {
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: 'process_cpu_seconds',
    help: 'CPU time used',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.set((user + system) / 1e6);
    },
  });
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process began',
    registers,
    collect() {
      this.set(Date.now() / 1000 - process.uptime());
    },
  });
}
