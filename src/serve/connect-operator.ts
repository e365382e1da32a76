// From a config to an operator: the running gateway when its socket answers, else the data folder itself.

import { existsSync } from 'node:fs';
import { InterlockError } from '../errors.ts';
import { formatAuthority } from '../connection/authority.ts';
import type { Config } from '../config/config.ts';
import { createControlClient, pingControl } from './control-client.ts';
import { openBundleDesk } from './bundle-desk.ts';
import { controlSocketPath } from './control-socket.ts';
import { offlineHistory } from './offline-history.ts';
import type { Operator } from './operator.ts';
import type { ProofDesk, ProofDeskRooms } from './proof-desk.ts';

/**
 * Throws STORE_LOCKED when another process holds the data folder and no gateway answers, NOT_RUNNING when one is there that does not
 * answer well, USAGE where neither a configuration nor a data folder says that Interlock lives here, and whatever opening the folder
 * throws.
 */
export async function connectOperator(config: Config): Promise<Operator> {
  const socketPath = controlSocketPath(config.dataDir);
  if (config.file === null && !existsSync(config.dataDir)) {
    // A command run in the wrong folder would make a second, empty Interlock there and answer for it.
    throw new InterlockError('USAGE', `there is neither an interlock.yaml nor a data folder here (${config.dataDir})`, {
      hint: 'Go to the folder that Interlock was started in, or name its configuration with --config or INTERLOCK_CONFIG.',
    });
  }
  return (await pingControl(socketPath)) ? createControlClient(socketPath) : openLocally(config);
}

/** Loads the store, Cedar and the rest only here: talking to a gateway needs none of it. */
async function openLocally(config: Config): Promise<Operator> {
  const [{ openLedger }, { openDirectory }, { createLocalOperator }, { createLedgerDesk }, { version }] = await Promise.all([
    import('../record/chain.ts'),
    import('../identify/directory-store.ts'),
    import('./local-operator.ts'),
    import('./ledger-desk.ts'),
    import('../version.ts'),
  ]);
  const ledger = await openLedger({ dataDir: config.dataDir, version: version(), start: 'lazy' }).catch((error: unknown) => {
    throw explainLock(error, config.dataDir);
  });
  const opened = new AsyncDisposableStack();
  opened.defer(() => ledger.close());
  try {
    const directory = await openDirectory(ledger);
    const book = once(async () => {
      const [{ openTicketBook }, { openHeldBodies }, { createJudge }] = await Promise.all([
        import('../approve/ticket-book.ts'),
        import('../approve/held-body.ts'),
        import('../decide/judge-engine.ts'),
      ]);
      const judge = await createJudge({ policiesDir: config.policiesDir, directory });
      const bodies = await openHeldBodies({ dataDir: config.dataDir });
      const tickets = await openTicketBook({
        ledger,
        directory,
        judge,
        bodies,
        approvals: config.approvals,
        limits: config.limits,
      });
      opened.defer(() => tickets.close());
      return tickets;
    });
    const plans = once(async () => {
      const { openPlanBook } = await import('../plan/plan-book.ts');
      return opened.use(await openPlanBook({ ledger, tickets: await book(), directory }));
    });
    const history = once(() => offlineHistory(config.dataDir, ledger, opened));
    return createLocalOperator({
      desk: createLedgerDesk({ ledger, history }),
      proofs: await openProofDesk(config.dataDir, { ledger, directory, history }),
      ledger,
      directory,
      tickets: book,
      authority: async () => (await import('../tls/certificate-authority.ts')).loadOrCreateAuthority(config.certsDir),
      shadow: null,
      anchors: null,
      shipping: null,
      budgets: async () => (await import('../budget/budget-book.ts')).openBudgetBook({ ledger }),
      plans,
      bundle: once(() => openBundleDesk(config, { ledger, directory, history })),
      proxyUrl: `${config.proxy.tls === null ? 'http' : 'https'}://${formatAuthority(config.proxy.listen.host, config.proxy.listen.port)}`,
      close: () => opened.disposeAsync(),
    });
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function openProofDesk(dataDir: string, rooms: Omit<ProofDeskRooms, 'bundles'>): Promise<ProofDesk> {
  const [{ createProofDesk }, { openBundleStore }] = await Promise.all([
    import('./proof-desk.ts'),
    import('../rollout/bundle-store.ts'),
  ]);
  return createProofDesk({ ...rooms, bundles: openBundleStore(dataDir) });
}

function explainLock(error: unknown, dataDir: string): unknown {
  if (!(error instanceof InterlockError) || error.code !== 'STORE_LOCKED') return error;
  return new InterlockError(
    'STORE_LOCKED',
    `${dataDir} is in use by another process, and no gateway answers at its control socket`,
    {
      cause: error,
      hint: 'a gateway that is just starting or stopping answers in a moment: try again; else see which process holds the folder',
    },
  );
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}
