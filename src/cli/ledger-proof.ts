// `interlock ledger prove|disclose|consistency|verify-proof`: what is handed to an auditor, and how an auditor checks it.

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InterlockError } from '../errors.ts';
import { checkProof, type ProofReport } from '../proof/check-proof.ts';
import { type ConsistencyFile, MAX_PROOF_BYTES, PROOF_FORMAT, type ProofFile, writeProof } from '../proof/proof-file.ts';
import { factLines, proofLines } from '../proof/proof-words.ts';
import { readProof } from '../proof/read-proof.ts';
import { isTlogProof, readTlogProof, writeTlogProof } from '../proof/tlog-proof.ts';
import type { ProofAnswer } from '../serve/proof-desk.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, leaf, listed, withOperator } from './common-options.ts';
import { REFUSED } from './failure.ts';
import { osUser } from './os-user.ts';
import { pinnedKey } from './pinned-key.ts';

interface ProveOptions extends CommonOptions {
  readonly output?: string;
  readonly since?: string;
  readonly bundle: boolean;
  readonly related: boolean;
  readonly tlog?: boolean;
}

interface DiscloseOptions extends ProveOptions {
  readonly field: readonly string[];
  readonly reason?: string;
  readonly token?: string;
}

interface ConsistencyOptions extends CommonOptions {
  readonly output?: string;
}

interface CheckOptions extends CommonOptions {
  readonly publicKey?: string;
  readonly checkpoint?: string;
}

export function registerLedgerProofs(ledger: Command, cli: Cli): void {
  withProveOptions(
    leaf(ledger, 'prove <entry>', 'write a file that proves one entry to whoever has the public key', [
      'ledger prove 41 --output entry-41.json',
      'ledger prove 41 --since auditor.checkpoint --output entry-41.json',
    ]),
  )
    .option('--tlog', 'in the form of c2sp.org/tlog-proof: the entry alone, for tools that know no Interlock')
    .action((entry: string, _: ProveOptions, command: Command) => prove(cli, entry, command.optsWithGlobals()));
  withProveOptions(
    leaf(ledger, 'disclose <entry>', 'as `prove`, with chosen hidden values; who disclosed what becomes an entry itself', [
      'ledger disclose 41 --field actions/0/facts/recipients --reason "audit 2026/7" --output entry-41.json',
    ]),
  )
    .requiredOption('--field <place>', 'a hidden value to disclose; may be repeated', listed)
    .option('--reason <text>', 'why, for the record')
    .option('--token <token>', "a user's token, to be on record as that user (default: $INTERLOCK_TOKEN)")
    .action((entry: string, _: DiscloseOptions, command: Command) => disclose(cli, entry, command.optsWithGlobals()));
  leaf(ledger, 'consistency <old> [new]', 'prove that the ledger (or a newer checkpoint) goes on from an older checkpoint', [
    'ledger consistency january.checkpoint --output since-january.json',
    'ledger consistency january.checkpoint june.checkpoint',
  ])
    .option('--output <file>', 'write the proof to this file, for `verify-proof`')
    .action((older: string, newer: string | undefined, _: ConsistencyOptions, command: Command) =>
      consistency(cli, older, newer, command.optsWithGlobals()),
    );
  leaf(
    ledger,
    'verify-proof <file>',
    'check a proof file with the public key alone: no data folder, no configuration, no network',
    [
      'ledger verify-proof entry-41.json --public-key 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
      'ledger verify-proof entry-41.json --public-key ledger.key --checkpoint mine.checkpoint --json',
    ],
  )
    .option('--public-key <key>', "the ledger's key (base64, a verifier key, or a file with one) from whom you trust")
    .option('--checkpoint <file>', 'a checkpoint that you kept: the file must go on from it')
    .action((file: string, _: CheckOptions, command: Command) => verifyProof(cli, file, command.optsWithGlobals()));
}

function withProveOptions(command: Command): Command {
  return command
    .option('--output <file>', 'write it to this file (default: standard output)')
    .option('--since <file>', 'a checkpoint that the reader has: the file proves that the ledger goes on from it')
    .option('--no-bundle', 'without the text of the bundle that decided (its entities may name people)')
    .option('--no-related', "without the outcome and the ticket's moves");
}

async function prove(cli: Cli, id: string, options: ProveOptions): Promise<void> {
  const request = requestOf(cli, id, options);
  const made = await withOperator(cli, options, (operator) => operator.proveEntry(request));
  handOut(cli, options, made);
}

async function disclose(cli: Cli, id: string, options: DiscloseOptions): Promise<void> {
  const token = options.token ?? cli.terminal.env['INTERLOCK_TOKEN'] ?? '';
  const who = { token: token === '' ? null : token, osUser: osUser(cli.terminal.env), reason: options.reason ?? '' };
  const request = { ...requestOf(cli, id, options), ...who, fields: options.field };
  const made = await withOperator(cli, options, (operator) => operator.discloseEntry(request));
  handOut(cli, options, made);
}

function requestOf(cli: Cli, id: string, { bundle, related, since }: ProveOptions) {
  return { id, bundle, related, since: since === undefined ? null : readNote(cli, since) };
}

async function consistency(cli: Cli, older: string, newer: string | undefined, options: ConsistencyOptions): Promise<void> {
  const [from, to] = [readNote(cli, older), newer === undefined ? null : readNote(cli, newer)];
  const { proof } = await withOperator(cli, options, (operator) => operator.proveConsistency(from, to));
  const text = writeProof(proof);
  const { report } = checkedAgain(text);
  if (!report.ok) cli.exitCode = REFUSED;
  if (options.output !== undefined && report.ok) write(cli, options.output, text);
  answer(cli, options, report, () => factLines(report));
}

/** INVARIANT: no file is handed out that does not hold. */
function handOut(cli: Cli, options: ProveOptions, { proof, notes }: ProofAnswer): void {
  const text = writeProof(proof);
  const { file, report } = checkedAgain(text);
  if (!report.ok)
    throw new InterlockError('STORE_CORRUPT', `the proof would not hold: ${report.problems.join('; ')}`, {
      hint: 'run `interlock ledger verify`',
    });
  const given =
    options.tlog === true && file.format === PROOF_FORMAT && report.entry !== null
      ? writeTlogProof(file.entry, report.entry.sequence, file.checkpoint)
      : text;
  for (const note of notes) cli.terminal.err(`Note: ${note}\n`);
  if (options.output === undefined) return cli.terminal.out(given);
  write(cli, options.output, given);
  answer(cli, options, { output: options.output, publicKey: report.publicKey, checkpoint: report.checkpoint, notes }, () => [
    ...factLines(report),
    `Written to ${options.output}. Whoever checks it needs this public key from you, by another way: ${report.publicKey}`,
  ]);
}

function checkedAgain(text: string): { readonly file: ProofFile | ConsistencyFile; readonly report: ProofReport } {
  const file = readProof(Buffer.from(text));
  return { file, report: checkProof(file, { pinned: file.publicKey }) };
}

function verifyProof(cli: Cli, name: string, options: CheckOptions): void {
  const pinned = options.publicKey === undefined ? null : pinnedKey(options.publicKey, cli.terminal.cwd);
  const bytes = readBounded(cli, name);
  const text = bytes.subarray(0, 64).toString('latin1');
  if (isTlogProof(text) && pinned === null)
    throw new InterlockError('USAGE', 'a proof in this form does not say which key signed: give --public-key');
  const file = isTlogProof(text) && pinned !== null ? readTlogProof(bytes.toString('utf8'), pinned) : readProof(bytes);
  const { checkpoint } = options;
  const kept = checkpoint === undefined ? [] : [{ source: `the checkpoint in ${checkpoint}`, note: readNote(cli, checkpoint) }];
  const report = checkProof(file, { pinned, kept });
  if (!report.ok) cli.exitCode = REFUSED;
  answer(cli, options, report, () => proofLines(report));
}

function readNote(cli: Cli, file: string): string {
  return readBounded(cli, file).toString('utf8');
}

function readBounded(cli: Cli, file: string): Buffer {
  const path = resolve(cli.terminal.cwd, file);
  try {
    if (statSync(path).size > MAX_PROOF_BYTES) throw new Error(`it is larger than ${MAX_PROOF_BYTES} bytes`);
    return readFileSync(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InterlockError('USAGE', `cannot read ${file}: ${why}`, { cause });
  }
}

/** For its owner alone: what is disclosed in it is for whom it is handed to. */
function write(cli: Cli, file: string, text: string): void {
  writeFileSync(resolve(cli.terminal.cwd, file), text, { mode: 0o600 });
}
