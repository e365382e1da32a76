// The composition root: the one file that knows every room. It opens them in order, and closes them in the reverse.

import type { Logger } from 'pino';
import { openBodyShelf } from './approve/body-shelf.ts';
import { openHeldBodies } from './approve/held-body.ts';
import { openTicketBook } from './approve/ticket-book.ts';
import { openBudgetBook } from './budget/budget-book.ts';
import type { Address, Config } from './config/config.ts';
import { readersOf } from './classify/socket-readers.ts';
import { callGate } from './call-gate.ts';
import { createAgentLimit } from './connection/agent-limit.ts';
import { type ConnectDeps, handleConnect } from './connection/connect.ts';
import { createExchangeFactory } from './connection/exchange-factory.ts';
import { listen, stopListening, urlOf } from './connection/listen.ts';
import { createListener } from './connection/listener.ts';
import { readTls } from './connection/listener-tls.ts';
import { createOpenedTunnels } from './connection/opened-tunnel.ts';
import { createRefusalTally } from './connection/refusal-tally.ts';
import { forwardTunnel, tunnelExchange, tunnelProposal } from './connection/tunnel.ts';
import { createOriginator } from './enforce/originator.ts';
import { createRefuser } from './enforce/refuser.ts';
import { createAddressGuard } from './forward/address-guard.ts';
import { createDialer } from './forward/dialer.ts';
import { createResolver } from './forward/resolver.ts';
import { createOwnFetch } from './forward/own-fetch.ts';
import { createUpstream } from './forward/upstream.ts';
import type { Exchange } from './http/exchange.ts';
import { createMemoryBudget } from './http/memory-budget.ts';
import { openDirectory } from './identify/directory-store.ts';
import { createInFlight } from './in-flight.ts';
import { handleExchange, type Stages } from './pipeline.ts';
import { createLog } from './gateway-log.ts';
import { upkeepOf } from './ledger-upkeep.ts';
import { openLedger } from './record/chain.ts';
import { createRecall } from './recall/recall.ts';
import { openBundle } from './open-bundle.ts';
import { openSession } from './open-session.ts';
import { openShadow } from './open-shadow.ts';
import { warnUnenforced } from './unenforced-warning.ts';
import { createStatistics } from './record/statistics.ts';
import { openPlanBook } from './plan/plan-book.ts';
import { createAgentDoors } from './serve/agent-doors.ts';
import { openSlackDoor } from './serve/slack-door.ts';
import { createInternalSite } from './serve/internal-site.ts';
import { metricSources } from './serve/metric-sources.ts';
import { createMetrics } from './serve/metrics.ts';
import { createObserver } from './serve/observer.ts';
import { socketGate } from './socket-gate.ts';
import { type OpenServers, openServers } from './serve/servers.ts';
import { createStages } from './stages.ts';
import { loadOrCreateAuthority } from './tls/certificate-authority.ts';
import { createLeafIssuer } from './tls/leaf.ts';
import { createLeafCache } from './tls/leaf-cache.ts';
import { createTermination } from './tls/termination.ts';
import { createUpstreamTrust } from './tls/upstream-trust.ts';
import { version } from './version.ts';

export interface Gateway {
  readonly proxyUrl: string;
  readonly consoleUrl: string;
  readonly caFile: string;
  /** Loads the bundle anew; rejects when it is not valid, and then the one before stays in force. */
  reload(): Promise<void>;
  /** Drains and closes; resolves when nothing of it is left. */
  stop(): Promise<void>;
}

const STOP_GRACE_MS = 8_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Hosts whose leaves are kept. */
const LEAVES = 4_000;

/** Throws coded errors that tell the operator what is wrong; then nothing is left half started. */
export async function startGateway(config: Config, log: Logger = createLog(config)): Promise<Gateway> {
  const { approvals, enforcement, limits } = config;
  await using opening = new AsyncDisposableStack();
  const metrics = createMetrics();
  const statistics = createStatistics();
  const authority = await loadOrCreateAuthority(config.certsDir);

  const ledger = await openLedger({
    dataDir: config.dataDir,
    version: version(),
    enforcement,
    ...upkeepOf(config.ledger, log),
  });
  opening.defer(() => ledger.close());
  const directory = await openDirectory(ledger);
  const budgets = await openBudgetBook({ ledger });
  const bundle = await openBundle(config, { ledger, directory, budgets, log });
  const { judge, reload, bundles } = bundle;
  opening.defer(() => bundle.close());

  const { candidate, beside } = await openShadow(config, { ledger, directory, judge, budgets, log });
  opening.defer(() => candidate.stop());
  opening.defer(warnUnenforced(log, enforcement));

  const bodies = await openHeldBodies({ dataDir: config.dataDir });
  const onFailure = (cause: unknown): void => log.error({ cause: String(cause) }, 'a waiting body could not be put on disk');
  const shelf = await openBodyShelf({ dataDir: config.dataDir, onFailure });
  const tickets = await openTicketBook({ ledger, directory, judge, bodies, approvals, limits });
  opening.defer(() => tickets.close());
  const plans = opening.use(await openPlanBook({ ledger, tickets, directory }));
  // The bound ports are added once they are known.
  const own: Address[] = [config.proxy.listen, config.console.listen];
  const dialer = createDialer({
    resolver: createResolver({ hosts: config.upstream.hosts }),
    guard: createAddressGuard({ allowAddresses: config.upstream.allowAddresses, own }),
    trust: createUpstreamTrust(config.upstream),
    parentProxy: config.upstream.proxy,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
  });
  const upstream = createUpstream(dialer);
  opening.defer(() => upstream.close());

  const budget = createMemoryBudget(config.limits.bodyMemoryBytes);
  const factory = createExchangeFactory(budget);
  const tally = createRefusalTally(ledger);
  opening.defer(() => tally.flush());
  const observer = createObserver({ metrics, log, statistics });
  const refuser = createRefuser({ ledger, tally: tally.count, onRefused: observer.refused });
  const inFlight = createInFlight();
  opening.defer(() => inFlight.settled(STOP_GRACE_MS));
  opening.defer(() => tickets.close()); // runs before the wait above: what is held is answered, not waited out

  const { inspectBytes, toolCallBytes } = limits;
  const connectPorts = new Set(config.proxy.connectPorts);
  const { lens, announcements, taint } = await openSession({ judge, plans, tickets, ledger, inspectBytes, approvals });
  const asking = { wishes: judge, recall: createRecall(), keepBody: bodies.keepBody };
  const judging = { ...asking, judge, budgets, lens, announcements, ledger, tickets, inspectBytes, toolCallBytes, enforcement };
  const doors = createAgentDoors({ ...judging, plans, connectPorts, checkAddress: dialer.check });
  const stages: Stages = createStages({
    ...judging,
    budget,
    upstream,
    refuser,
    observer,
    beside,
    taint,
    shelf,
    originate: createOriginator({ budget, nextId: factory.nextId, handle: (exchange) => run(exchange) }),
    messageGate: (exchange, known) => socketGate(exchange, known, { ...within(), readersOf, inspectBytes }),
    callGate: (exchange) =>
      callGate(exchange, { ...within(), tools: judge, limitBytes: toolCallBytes, announce: announcements.announce }),
  });
  const within = () => ({ stages, nextId: factory.nextId, budget, handle: run });
  const run = (exchange: Exchange, through: Stages = stages): Promise<void> => {
    const done = handleExchange(exchange, through);
    inFlight.add(done);
    return done;
  };
  const onGarbage = (scope: { readonly source: string }, message: string): void =>
    tally.count(scope.source, 'REQUEST_MALFORMED', message);
  const opened = createOpenedTunnels({ factory, handle: (exchange) => void run(exchange), onGarbage });
  const leaves = createLeafCache(createLeafIssuer(authority), { max: LEAVES });
  const termination = createTermination(leaves);
  metrics.watch(metricSources({ upstream, judge, leaves, budget, beside, enforcement }));
  const connecting: ConnectDeps = {
    directory,
    judge,
    termination,
    opened,
    tally,
    agentLimit: createAgentLimit(Math.ceil(config.limits.connections / 2)),
    requireAgent: config.proxy.requireAgent,
    connectPorts,
    tunnel(scope, reply, protocol) {
      const exchange = tunnelExchange(factory.nextId(), scope, reply, budget);
      const tunnelStages: Stages = {
        ...stages,
        classify: (judged) => Promise.resolve(tunnelProposal(judged, protocol)),
        forward: (judged) => forwardTunnel(judged, dialer),
      };
      inFlight.add(handleExchange(exchange, tunnelStages));
    },
  };
  const listener = createListener({
    tls: readTls(config.proxy),
    connections: config.limits.connections,
    requireAgent: config.proxy.requireAgent,
    directory,
    factory,
    tally,
    handle: (exchange) => void run(exchange),
    connect: (request, socket, head) => void handleConnect(request, socket, head, connecting),
    internal: createInternalSite({ caFile: authority.caFile, tickets, doors, tally: tally.count }).answer,
  });
  opening.defer(() => stopListening(listener, opened.drain));
  const proxy = await listen(listener, config.proxy.listen);
  own.push(proxy);

  const ownFetch = createOwnFetch(dialer);
  const slack = await openSlackDoor(config.slack, { ledger, tickets, directory, people: judge, fetch: ownFetch }, log);
  if (slack !== null) opening.defer(() => slack.close());

  const servers: OpenServers = await openServers({
    config,
    ledger,
    directory,
    tickets,
    bodies,
    judge,
    authority,
    metrics,
    statistics,
    shadow: { candidate, beside },
    bundles,
    budgets,
    plans,
    fetch: ownFetch,
    log,
    proxyUrl: urlOf(config.proxy, proxy),
    reload,
    slack,
  });
  opening.defer(() => servers.close());
  own.push(servers.consoleAddress);

  const running = opening.move();
  log.info({ proxy: urlOf(config.proxy, proxy), bundle: judge.bundle }, 'started');
  return {
    proxyUrl: urlOf(config.proxy, proxy),
    consoleUrl: urlOf(config.console, servers.consoleAddress),
    caFile: authority.caFile,
    reload,
    stop: () => running.disposeAsync(),
  };
}
