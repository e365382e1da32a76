// How a bundle comes into force: through the judge of a running gateway, or laid down on record for the next start.

import { checkApart } from '../decide/bundle-checker.ts';
import { checkFiles } from '../decide/bundle.ts';
import type { ReloadableJudge } from '../decide/judge-engine.ts';
import { FILE_CHANGE } from '../decide/load-cause.ts';
import { InterlockError, toInterlockError } from '../errors.ts';
import type { Ledger, StateStore } from '../record/ledger.ts';
import { type ChangeBackend } from './bundle-changer.ts';
import { bundleChanges, type Remembered } from './bundle-changes.ts';
import type { WholeBundle } from './bundle-diff.ts';
import { type BundleHistory, loadText } from './bundle-history.ts';
import { PLACED_KEY, placedText } from './placed.ts';
import { placeBundle } from './placing.ts';
import { policyTexts } from './policy-texts.ts';
import { readWhole } from './whole-bundle.ts';

/** In the turn of the judge's loads: nothing else is loaded between the look at what is there and the load of what took its place. */
export function runningBackend(
  policiesDir: string,
  judge: Pick<ReloadableJudge, 'reload' | 'state'>,
  history: Pick<BundleHistory, 'settled'>,
): ChangeBackend {
  return {
    running: true,
    inForce: () => judge.state.digest,
    check: checkApart,
    async bring(bundle, placed, ready) {
      let before: WholeBundle | null = null;
      let touched = false;
      try {
        const { changed } = await judge.reload(placed.cause, async () => {
          await ready();
          before = await readWhole(policiesDir).catch(() => null);
          touched = true;
          await placeBundle(policiesDir, bundle, placed);
        });
        return changed ? await history.settled() : null;
      } catch (thrown) {
        if (touched && before !== null) await putBack(policiesDir, before, judge);
        throw thrown;
      }
    },
  };
}

/** The check was good and the load was not: then the files must not wait there for the next start. */
async function putBack(
  policiesDir: string,
  before: WholeBundle,
  judge: Pick<ReloadableJudge, 'reload' | 'state'>,
): Promise<void> {
  if (judge.state.digest !== before.files.digest) return;
  const source = { directory: policiesDir, git: null, owner: null };
  const placed = { digest: before.files.digest, cause: FILE_CHANGE, source };
  await judge
    .reload(FILE_CHANGE, () => placeBundle(policiesDir, before, placed))
    .catch((cause: unknown) => {
      throw new InterlockError(
        'BUNDLE_INVALID',
        `the files in ${policiesDir} could not be put back: ${toInterlockError(cause).message}`,
      );
    });
}

/** `inForce`: what was when the last gateway ran. Whoever calls holds the data folder's lock, so no gateway runs. */
export function offlineBackend(
  policiesDir: string,
  ledger: Pick<Ledger, 'append'> & StateStore,
  inForce: string | null,
): ChangeBackend {
  return {
    running: false,
    inForce: () => inForce,
    check: async (files) => checkFiles(files),
    async bring(bundle, placed, ready) {
      await ready();
      const there = await readWhole(policiesDir).catch(() => null);
      const changes = there === null ? null : await bundleChanges(remembered(there), remembered(bundle));
      const load = { ...loadText(placed.cause, placed.source), previous: inForce, changes };
      const { digest } = placed;
      const policies = policyTexts(bundle.files).size;
      let entry: string | null = null;
      await placeBundle(policiesDir, bundle, placed, async () => {
        // INVARIANT: on record before the first file is touched.
        const state = [{ put: PLACED_KEY, value: placedText(placed) }];
        ({ entry } = await ledger.append({ type: 'bundle', move: 'placed', digest, policies, note: '', load }, 'synced', state));
      });
      return entry;
    },
  };
}

function remembered({ files }: WholeBundle): Remembered {
  return { files, policies: policyTexts(files) };
}
