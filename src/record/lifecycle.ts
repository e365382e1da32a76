// The entries that a run begins and ends with.

import type { ChainWriter } from './chain-writer.ts';
import type { LifecycleBody } from './entry.ts';
import type { OpenedChain } from './first-start.ts';

export interface Lifecycle {
  start(): Promise<void>;
  ensureStarted(): void;
  stop(): Promise<void>;
}

export function lifecycle(
  writer: Pick<ChainWriter, 'append' | 'close' | 'head'>,
  chain: OpenedChain,
  { version, enforcement }: { readonly version: string; readonly enforcement?: 'enforce' | 'monitor' },
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
        const body: LifecycleBody = { type: 'stop', version, syncedSize: writer.head.synced, note: '' };
        // A ledger that can't be written must still release its lock; the next start tells of the missing stop.
        await writer.append(body, 'synced', []).catch(() => undefined);
      }
      await writer.close();
    },
  };
}

/** The start is on disk: the key may keep its name, and what an open found has been told. */
function settled(chain: OpenedChain): void {
  chain.keepKey();
  chain.store.recovery.told();
}
