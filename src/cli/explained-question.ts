// What `policy explain` is asked about: a whole request, an entry of the ledger, or a case of the bundle; and who asks it.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Action } from '../classify/action.ts';
import type { Bundle } from '../decide/bundle.ts';
import type { OfflineJudge } from '../decide/offline-judge.ts';
import type { RecordedVerdict } from '../decide/recorded-verdict.ts';
import type { ConstraintTrial } from '../enforce/constraint-trial.ts';
import { NONE_TOGETHER, type TogetherTrials } from '../enforce/constraints-together.ts';
import { InterlockError } from '../errors.ts';
import type { Principal } from '../identify/principal.ts';
import type { Cli } from './cli.ts';
import { type CommonOptions, withOperator } from './common-options.ts';
import { type Asking, askerOf, directoryOf, type Known, seated } from './explained-asker.ts';
import { besideCases, caseNamed } from './explained-case.ts';

export interface ExplainOptions extends CommonOptions, Asking {
  readonly request?: string;
  readonly entry?: string;
  readonly case?: string;
}

export interface Explained {
  readonly principal: Principal;
  readonly actions: readonly Action[];
  readonly verdict: string;
  readonly reason: string;
  readonly constraints: readonly ConstraintTrial[];
  /** Several of them at once, where none alone would do. */
  readonly together: TogetherTrials;
  readonly notes: readonly string[];
}

interface Bench {
  readonly cli: Cli;
  readonly options: ExplainOptions;
  readonly bundle: Bundle;
  readonly offline: OfflineJudge;
}

/** Throws USAGE for what can't be read, or is about no action. */
export async function explainedQuestion(bench: Bench): Promise<Explained> {
  const { request, entry, case: name } = bench.options;
  if (request !== undefined) return await byRequest(bench, await bytesOf(bench.cli, request), {}, []);
  if (entry !== undefined) return /^\d+$/.test(entry) ? await byLedger(bench, entry) : await byFile(bench, entry);
  return await byCase(bench, name ?? '');
}

async function byRequest(bench: Bench, raw: Buffer, known: Known, notes: readonly string[]): Promise<Explained> {
  const { notesOf, USUAL_INSPECT_BYTES } = await import('../enforce/rehearse-case.ts');
  const { rehearse } = await import('../enforce/rehearse.ts');
  const { tryConstraints } = await import('../enforce/constraint-trial.ts');
  const { tryTogether } = await import('../enforce/constraints-together.ts');
  const { readWrittenRequest } = await import('../http/written-request.ts');
  const principal = await seated(bench.offline, bench.options, known);
  const { judge } = bench.offline;
  const deps = { judge, wishes: judge, inspectBytes: USUAL_INSPECT_BYTES };
  const rehearsal = await rehearse(readWrittenRequest(raw), principal, deps);
  const { judgement, verdict, reason } = rehearsal.decision;
  const trial = { bundle: bench.bundle, judge };
  const constraints = await tryConstraints(rehearsal, principal, trial);
  return {
    principal,
    actions: judgement.actions.map(({ action }) => action),
    verdict,
    reason,
    constraints,
    together: await tryTogether(rehearsal, principal, constraints, trial),
    notes: [...notes, ...notesOf(rehearsal)],
  };
}

async function byFacts(bench: Bench, actions: readonly Action[], known: Known, notes: readonly string[]): Promise<Explained> {
  const { untriedConstraints } = await import('../enforce/constraint-trial.ts');
  const principal = await seated(bench.offline, bench.options, known);
  const judgement = bench.offline.judge.judge(principal, actions);
  const { verdict, reason } = judgement;
  const constraints = untriedConstraints(judgement, bench.bundle);
  return { principal, actions, verdict, reason, constraints, together: NONE_TOGETHER, notes };
}

function byRecord(bench: Bench, recorded: RecordedVerdict, known: Known, notes: readonly string[]): Promise<Explained> {
  const actions = recorded.questions.map((question) => question.action);
  const { agent, user, session } = recorded;
  const asker = { ...known, agent: known.agent ?? agent, user: known.user ?? user, session };
  return byFacts(bench, actions, asker, [...notes, ...recorded.questions.flatMap((question) => question.doubts)]);
}

/** An entry says who asked; in which teams and groups they are, the directory knows as of now. */
async function byLedger(bench: Bench, id: string): Promise<Explained> {
  const { readRecordedVerdict } = await import('../decide/recorded-verdict.ts');
  return await withOperator(bench.cli, bench.options, async (operator) => {
    const recorded = orUsage(readRecordedVerdict(await operator.showEntry(id)), id);
    const { known, notes } = await directoryOf(operator, recorded, bench.options);
    return await byRecord(bench, recorded, known, notes);
  });
}

async function byFile(bench: Bench, file: string): Promise<Explained> {
  const { readRecordedIn } = await import('../decide/recorded-verdict.ts');
  const text = (await bytesOf(bench.cli, file)).toString('utf8');
  const notes = bench.options.team === undefined ? ['teams and groups are not on record: --team and --group say them'] : [];
  return await byRecord(bench, orUsage(readRecordedIn(text, null), file), {}, notes);
}

async function byCase(bench: Bench, name: string): Promise<Explained> {
  const { caseAction } = await import('../decide/case-desk.ts');
  const { readRecordedIn } = await import('../decide/recorded-verdict.ts');
  const { directory } = bench.bundle;
  const found = await caseNamed(directory, name);
  const notes = [`the case is ${found.file}:${found.place.line}`];
  switch (found.kind) {
    case 'approval':
    case 'reading':
      throw new InterlockError('USAGE', `the case "${found.name}" is about a person, not about what an agent does`);
    case 'action':
      return await byFacts(bench, [caseAction(found)], askerOf(found.as), notes);
    case 'request':
      return await byRequest(bench, await besideCases(directory, found.request), askerOf(found.as), notes);
    case 'entry': {
      const text = (await besideCases(directory, found.entry)).toString('utf8');
      return await byRecord(bench, orUsage(readRecordedIn(text, found.id), found.entry), askerOf(found.as), notes);
    }
  }
}

function orUsage(recorded: RecordedVerdict | string, what: string): RecordedVerdict {
  if (typeof recorded === 'string') throw new InterlockError('USAGE', `${what} can't be explained: ${recorded}`);
  return recorded;
}

async function bytesOf(cli: Cli, file: string): Promise<Buffer> {
  try {
    return await readFile(resolve(cli.terminal.cwd, file));
  } catch (cause) {
    throw new InterlockError('USAGE', `cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
