// The gateway's two doors for people and operators: the console's listener and the control socket.

import { openShipping, type Shipping } from '../export/open-shipping.ts';
import { openAnchors } from '../anchor/open-anchors.ts';
import type { AnchorKeeper } from '../anchor/keeper.ts';
import type { BudgetBook } from '../budget/budget-book.ts';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { HeldBodies } from '../approve/held-body.ts';
import type { OpenTicketBook } from '../approve/ticket-book.ts';
import type { SlackDoor } from '../approve/slack.ts';
import type { Address, Config, OidcConfig } from '../config/config.ts';
import type { Judge } from '../decide/judge.ts';
import type { ReloadableJudge } from '../decide/judge-engine.ts';
import { InterlockError } from '../errors.ts';
import type { Directory, DirectoryAdmin } from '../identify/directory.ts';
import type { OpenLedger } from '../record/chain.ts';
import type { PlanBook } from '../plan/plan-book.ts';
import type { BundleChanger } from '../rollout/bundle-changer.ts';
import type { BundleStore } from '../rollout/bundle-store.ts';
import type { Candidate } from '../rollout/candidate.ts';
import type { ShadowDesk } from '../rollout/shadow-desk.ts';
import { openReportStore } from '../rollout/report-store.ts';
import type { Statistics } from '../record/statistics.ts';
import { type Authority, daysLeft } from '../tls/certificate-authority.ts';
import { type ConsoleOptions, startConsole } from './console-server.ts';
import { startControl } from './control-server.ts';
import { createFailureThrottle } from './failure-throttle.ts';
import { bundlePage } from './bundle-page.ts';
import { type History, openHistory } from './history.ts';
import { createLedgerDesk } from './ledger-desk.ts';
import { createLocalOperator } from './local-operator.ts';
import { createProofDesk } from './proof-desk.ts';
import { createOidc } from './oidc.ts';
import type { Metrics } from './metrics.ts';
import type { Operator } from './operator.ts';

export interface ServersOptions {
  readonly config: Config;
  readonly ledger: OpenLedger;
  readonly directory: Directory & DirectoryAdmin;
  readonly tickets: OpenTicketBook;
  readonly judge: Judge & Pick<ReloadableJudge, 'state' | 'mayRead' | 'policies'>;
  readonly statistics: Statistics;
  readonly bodies: HeldBodies;
  readonly authority: Authority;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly proxyUrl: string;
  readonly budgets: Pick<BudgetBook, 'list'>;
  readonly plans: Pick<PlanBook, 'list' | 'get' | 'revoke' | 'revokeAs'>;
  readonly shadow: { readonly candidate: Candidate; readonly beside: Pick<ShadowDesk, 'counts'> };
  readonly bundles: BundleStore & BundleChanger;
  readonly reload: () => Promise<void>;
  /** For calls of Interlock's own. */
  readonly fetch: typeof fetch;
  /** Null: not configured. */
  readonly slack: SlackDoor | null;
}

export interface OpenServers {
  readonly consoleAddress: Address;
  /** Stops answering `ready`, then closes both. */
  close(): Promise<void>;
}

/** A ledger that takes longer than this to write what it was given is not well. */
const LEDGER_PROBE_MS = 1_000;
const FAILED_TOKENS_PER_MINUTE = 20;
/** Agents must learn to trust the next CA before this one ends (threat E10). */
const WARN_DAYS = 30;

/** Opens both or neither. */
export async function openServers(options: ServersOptions): Promise<OpenServers> {
  const { config, ledger, directory, tickets, judge, authority, metrics, log } = options;
  await using opening = new AsyncDisposableStack();
  let ready = true;
  metrics.watch({ tickets: () => tickets.counts(), ledger: () => ({ lag: ledger.lag, size: ledger.size }) });
  const { slack } = options;
  if (slack !== null) metrics.watch({ slack: slack.counts });
  if (daysLeft(authority.expiresAt) < WARN_DAYS) log.warn({ days: daysLeft(authority.expiresAt) }, 'the CA expires soon');
  // The control socket opens before the index of the ledger does.
  const late = Promise.withResolvers<History>();
  const anchors = openAnchors(config.ledger.checkpoints, { ledger, call: options.fetch }, log);
  opening.defer(() => anchors.close());
  const shipping = await openShipping(config, ledger, log);
  opening.defer(() => shipping.close());
  metrics.watch({ sinks: shipping.counts });
  const operator = operatorOf(options, { anchors, shipping }, late.promise);
  const control = await startControl({ dataDir: config.dataDir, operator, reload: options.reload });
  opening.defer(() => control.close());
  const history = await openHistory({
    dataDir: config.dataDir,
    ledger,
    statistics: options.statistics,
    onProblem: (error) => log.error({ error: error instanceof Error ? error.message : String(error) }, 'index of the ledger'),
  });
  opening.defer(() => history.close());
  late.resolve(history);
  const console = await startConsole({
    listener: config.console,
    slack,
    hosts: namesOf(config),
    metrics,
    directory,
    tickets,
    judge,
    bodies: options.bodies,
    history,
    enforcement: config.enforcement,
    budgets: options.budgets,
    plans: options.plans,
    bundles: options.bundles,
    proofs: operator,
    reports: openReportStore(config.dataDir),
    shadow: { counts: () => options.shadow.beside.counts, candidate: () => options.shadow.candidate.state },
    sessionMinutes: config.console.sessionMinutes,
    oidc: oidcOf(config.console.oidc, options.fetch),
    log,
    throttle: createFailureThrottle({ perMinute: FAILED_TOKENS_PER_MINUTE }),
    ready: () => ready,
    health: async () => ({
      bundle: judge.bundle,
      bundleRejected: judge.state.lastError?.message ?? null,
      ledger: { ok: !ledger.stalled && (await ledgerWrites(ledger)), entries: ledger.size, lag: ledger.lag },
      caDaysLeft: daysLeft(authority.expiresAt),
    }),
  });
  opening.defer(() => console.close());
  opening.defer(() => void (ready = false));
  const opened = opening.move();
  return { consoleAddress: console.address, close: () => opened.disposeAsync() };
}

function operatorOf(
  options: ServersOptions,
  rooms: { readonly anchors: AnchorKeeper; readonly shipping: Shipping },
  history: Promise<History>,
): Operator {
  const { bundles, judge } = options;
  const inForce = (): string => judge.state.digest;
  return createLocalOperator({
    desk: createLedgerDesk({ ledger: options.ledger, history: () => history }),
    proofs: createProofDesk({ ledger: options.ledger, directory: options.directory, bundles, history: () => history }),
    ledger: options.ledger,
    directory: options.directory,
    tickets: async () => options.tickets,
    authority: async () => options.authority,
    shadow: options.shadow,
    ...rooms,
    budgets: async () => options.budgets,
    bundle: async () => ({
      ...bundles,
      history: async (query) => bundlePage(query, { ...(await history), bundles, inForce }),
    }),
    plans: async () => options.plans,
    proxyUrl: options.proxyUrl,
    close: async () => undefined,
  });
}

/** The names that Slack and browsers reach the console by, when they are others than its address. */
function namesOf({ slack, console }: Config): string[] {
  return [slack?.publicUrl, console.oidc?.redirectUri].flatMap((url) => (typeof url === 'string' ? [new URL(url).hostname] : []));
}

function oidcOf(config: OidcConfig | null, fetch: ServersOptions['fetch']): ConsoleOptions['oidc'] {
  if (config === null) return null;
  const { clientSecretFile } = config;
  const clientSecret = clientSecretFile === null ? null : readSecret(clientSecretFile);
  return { config, client: createOidc({ config, clientSecret, fetch }) };
}

/** Throws CONFIG_INVALID. */
function readSecret(file: string): string {
  try {
    const secret = readFileSync(file, 'utf8').trim();
    if (secret !== '') return secret;
    throw new Error('it is empty');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InterlockError('CONFIG_INVALID', `console.oidc.clientSecretFile: cannot use ${file}: ${why}`, { cause });
  }
}

async function ledgerWrites(ledger: OpenLedger): Promise<boolean> {
  if (ledger.lag === 0) return true;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), LEDGER_PROBE_MS);
  });
  try {
    return await Promise.race([
      ledger.flush().then(
        () => true,
        () => false,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
