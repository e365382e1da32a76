// The entries that a run begins and ends with.

import type { Uptime } from './clock-body.ts';
import type { SteadyClock } from './clock-watch.ts';
import type { ChainWriter } from './chain-writer.ts';
import type { LifecycleBody } from './entry.ts';
import type { OpenedChain } from './first-start.ts';

export interface Lifecycle {
  start(): Promise<void>;
  ensureStarted(): void;
  stop(): Promise<void>;
}

interface LifecycleOptions {
  readonly version: string;
  readonly enforcement?: 'enforce' | 'monitor';
  /** Null: runs are not compared by it. */
  readonly steady: SteadyClock | null;
}

export function lifecycle(
  writer: Pick<ChainWriter, 'append' | 'close' | 'head'>,
  chain: OpenedChain,
  { version, enforcement, steady }: LifecycleOptions,
): Lifecycle {
  const { synced, size } = chain.head;
  let state: 'idle' | 'started' | 'stopped' = 'idle';
  const notes = size > synced ? [`the last run ended with ${size - synced} entries written but not synced`] : [];
  if (chain.store.recovery.text !== '') notes.push(chain.store.recovery.text);
  const note = notes.join('; ');
  const begin = (): Promise<void> => {
    state = 'started';
    const body: LifecycleBody = {
      type: 'start',
      version,
      syncedSize: synced,
      ...(enforcement === 'monitor' ? { enforcement } : {}),
      ...uptimeOf(steady),
      note,
    };
    return writer.append(body, 'synced', []).then(
      () => settled(chain),
      (error: unknown) => {
        state = 'idle';
        throw error;
      },
    );
  };
  return {
    start: begin,
    ensureStarted() {
      // Its failure is also that of the entry behind it, in the same group.
      if (state === 'idle') begin().catch(() => undefined);
    },
    async stop() {
      if (state === 'started') {
        state = 'stopped';
        const body: LifecycleBody = { type: 'stop', version, syncedSize: writer.head.synced, ...uptimeOf(steady), note: '' };
        // A ledger that can't be written must still release its lock; the next start tells of the missing stop.
        await writer.append(body, 'synced', []).catch(() => undefined);
      }
      await writer.close();
    },
  };
}

function uptimeOf(steady: SteadyClock | null): { readonly uptime?: Uptime } {
  const uptime = steady?.uptime() ?? null;
  return uptime === null ? {} : { uptime };
}

/** The start is on disk: the key may keep its name, and what an open found has been told. */
function settled(chain: OpenedChain): void {
  chain.keepKey();
  chain.store.recovery.told();
}
