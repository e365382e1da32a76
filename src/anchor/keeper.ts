// Sends checkpoints out on a schedule, one round after the other, and keeps what came back.

import type { AnchorBody } from '../record/anchor-body.ts';
import type { OpenLedger } from '../record/chain.ts';
import type { Anchor, Answered } from './anchor.ts';

export interface AnchorRound {
  /** Entries of the checkpoint that went out. */
  readonly size: number;
  readonly anchors: ReadonlyArray<{ readonly name: string } & Pick<Answered, 'result' | 'note'>>;
}

export interface AnchorKeeper {
  /** A round that begins now or behind the one under way, also when nothing was added. Throws RECORD_FAILED when it can't be recorded: then nothing was sent. */
  round(): Promise<AnchorRound>;
  close(): Promise<void>;
}

export interface KeeperOptions {
  readonly ledger: Pick<OpenLedger, 'append' | 'checkpoint' | 'signedHead' | 'get' | 'prover' | 'size' | 'synced'>;
  readonly anchors: readonly Anchor[];
  readonly everyMs: number;
  readonly onRound: (round: AnchorRound) => void;
  readonly onProblem: (error: unknown) => void;
}

/** Tries to meet a moment in which all that is written is on disk. */
const TRIES = 10;
/** `checkpoint:<size, 16 digits>`: the note with its cosignatures. `anchor:<name>`: entries that it kept last. */
const NOTE_STATE = 'checkpoint:';
const ANCHOR_STATE = 'anchor:';

export function startKeeper(options: KeeperOptions): AnchorKeeper {
  let running: Promise<AnchorRound> | null = null;
  let next: Promise<AnchorRound> | null = null;
  /** Size behind the last round's own entries: as long as the ledger has that, there is nothing new to say. */
  let quiet = 0;
  const begin = (): Promise<AnchorRound> => {
    running = oneRound(options).finally(() => {
      running = null;
      quiet = options.ledger.size;
    });
    return running;
  };
  // One under way may have asked before what somebody has just put right: whoever asks now gets an answer to that.
  const round = (): Promise<AnchorRound> => (running === null ? begin() : (next ??= behind(running)));
  const behind = async (before: Promise<AnchorRound>): Promise<AnchorRound> => {
    await before.catch(() => undefined);
    next = null;
    return round();
  };
  const timer = setInterval(() => {
    if (running === null && options.anchors.length > 0 && options.ledger.size > quiet) begin().catch(options.onProblem);
  }, options.everyMs);
  timer.unref();
  return {
    round,
    async close() {
      clearInterval(timer);
      await Promise.allSettled([running, next]);
    },
  };
}

async function oneRound({ ledger, anchors, onRound }: KeeperOptions): Promise<AnchorRound> {
  const { note, size } = await durableCheckpoint(ledger, anchors);
  const tree = { root: (at: number) => ledger.prover.root(at), consistency: ledger.prover.consistency };
  const answers = await Promise.all(
    anchors.map(async (anchor) => {
      const kept = Number((await ledger.get(ANCHOR_STATE + anchor.name)) ?? '0');
      return { anchor, answered: await anchor.keep({ note, size, kept: Math.min(kept, size) }, tree) };
    }),
  );
  const told = answers.map(({ anchor: { name }, answered: { result, note: why } }) => ({ name, result, note: why }));
  const cosigned = note + answers.map(({ answered }) => answered.cosignatures).join('');
  const sizes = answers.flatMap(({ anchor, answered }) =>
    answered.result === 'kept' ? [{ put: ANCHOR_STATE + anchor.name, value: String(size) }] : [],
  );
  const body: AnchorBody = { type: 'anchor', move: 'answered', size, anchors: told };
  await ledger.append(body, 'synced', [{ put: NOTE_STATE + String(size).padStart(16, '0'), value: cosigned }, ...sizes]);
  const done = { size, anchors: told };
  onRound(done);
  return done;
}

/**
 * INVARIANT: what goes out is on disk. A witness never forgets a checkpoint; entries that it counts and a power cut took would make every
 * later one a conflict. So an entry is synced first, and the checkpoint is the one of its group.
 */
async function durableCheckpoint(
  ledger: KeeperOptions['ledger'],
  anchors: readonly Anchor[],
): Promise<{ readonly note: string; readonly size: number }> {
  const named = anchors.map(({ name }) => ({ name, result: null, note: '' }));
  const body: AnchorBody = { type: 'anchor', move: 'submitted', size: null, anchors: named };
  for (let tries = 0; tries < TRIES; tries += 1) {
    await ledger.append(body, 'synced', []);
    const { size } = ledger.signedHead;
    if (ledger.synced >= size) return { note: ledger.checkpoint(), size };
  }
  throw new Error('no checkpoint was on disk as a whole: the next round tries again');
}
