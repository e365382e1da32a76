// The starter bundle with changes, and a written request tried with its constraints, for the tests of this room.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { loadBundle } from '../../src/decide/bundle.ts';
import { createOfflineJudge } from '../../src/decide/offline-judge.ts';
import { tryConstraints } from '../../src/enforce/constraint-trial.ts';
import { tryTogether } from '../../src/enforce/constraints-together.ts';
import { rehearse } from '../../src/enforce/rehearse.ts';
import { readWrittenRequest } from '../../src/http/written-request.ts';
import { PRINCIPAL } from '../support/exchange.ts';

const POLICIES = new URL('../../policies', import.meta.url).pathname;
export const principal = { ...PRINCIPAL, teams: ['support', 'engineering'] };
export const refund = (amount: number) =>
  Buffer.from(
    `POST /v1/refunds HTTP/1.1\nHost: api.stripe.com\nAuthorization: Bearer sk_test_1\nContent-Type: application/x-www-form-urlencoded\n\ncharge=ch_1&amount=${amount}`,
  );

const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** The starter bundle with changes to its payment policies or constraints. */
export async function bundle(change: { readonly payment?: (text: string) => string; readonly constraints?: string } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'interlock-trial-'));
  folders.push(folder);
  await cp(POLICIES, folder, { recursive: true, filter: (path) => !path.endsWith('/cases') && !path.endsWith('/observe') });
  const payment = await readFile(join(folder, 'payment.cedar'), 'utf8');
  await writeFile(join(folder, 'payment.cedar'), (change.payment ?? ((text) => text))(payment));
  const constraints = await readFile(join(folder, 'constraints.yaml'), 'utf8');
  await writeFile(join(folder, 'constraints.yaml'), `${constraints}\n${change.constraints ?? ''}`);
  const loaded = await loadBundle(folder);
  return { bundle: loaded, judge: createOfflineJudge(loaded).judge };
}

export async function explained(raw: Buffer, deps: Awaited<ReturnType<typeof bundle>>) {
  const { judge } = deps;
  const rehearsal = await rehearse(readWrittenRequest(raw), principal, { judge, wishes: judge, inspectBytes: 1_048_576 });
  const trials = await tryConstraints(rehearsal, principal, deps);
  const together = await tryTogether(rehearsal, principal, trials, deps);
  return { verdict: rehearsal.decision.verdict, trials, together, decision: rehearsal.decision };
}
