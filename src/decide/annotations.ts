// What a policy's annotations ask for. Cedar itself ignores them all, so every check is made here.

import type { PolicyTree } from './engine.ts';
import { formatGrantScope, parseGrantScope } from './grant-scope.ts';
import type { Covers, Verdict } from './judgement.ts';

export interface Asked {
  readonly id: string;
  readonly reason: string;
  readonly verdict: Verdict;
  /** Names from constraints.yaml. */
  readonly constrain: readonly string[];
  readonly approvers: readonly string[];
  /** How many distinct people must approve. */
  readonly quorum: number;
  /** Names from constraints.yaml that approvers may choose instead of the request as it is. */
  readonly offer: readonly string[];
  /** How much more than this once they may give, as grant-scope.ts writes it; null: nothing. */
  readonly grant: string | null;
  /** An approval of a model's call is for the one request too that the call announces. */
  readonly covers: Covers | null;
  /** It is judged beside the bundle and never decides. */
  readonly shadow: boolean;
}

interface AnnotationProblem {
  /** The annotation it is about, or null for the policy as a whole. */
  readonly annotation: string | null;
  readonly message: string;
  readonly fix: string;
}

const KNOWN = new Set(['id', 'reason', 'verdict', 'constrain', 'approvers', 'quorum', 'offer', 'grant', 'covers', 'shadow']);
const ONLY_PERMIT = ['verdict', 'constrain', 'approvers', 'quorum', 'offer', 'grant', 'covers'] as const;
/** Of the above, those that are about people's approval. */
const ONLY_WAIT = ['approvers', 'quorum', 'offer', 'grant', 'covers'] as const;

/** Each one is tried out when a request is parked, and shown on a card that people have to take in. */
const MAX_OFFERS = 5;

/** Ids are printed in logs, answers and git's sideband, so they are kept to what needs no quoting. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._ -]{0,63}$/;
const MAX_REASON_CHARACTERS = 400;

const VERDICT_OF: ReadonlyMap<string, Verdict> = new Map([
  ['allow_log', 'ALLOW_LOG'],
  ['constrain', 'CONSTRAIN'],
  ['wait', 'WAIT'],
]);

/** The meaning of a policy's annotations; with problems the rest of the answer is only good for finding more problems. */
export function readAnnotations(policy: PolicyTree): { readonly asked: Asked; readonly problems: readonly AnnotationProblem[] } {
  const notes = new Map(Object.entries(policy.annotations ?? {}));
  const problems: AnnotationProblem[] = [];
  const problem = (annotation: string | null, message: string, fix: string): void => {
    problems.push({ annotation, message, fix });
  };
  for (const [name, value] of notes) {
    if (!KNOWN.has(name))
      problem(name, `unknown annotation @${name}`, `known ones are ${[...KNOWN].map((known) => `@${known}`).join(', ')}`);
    else if (typeof value !== 'string') problem(name, `@${name} has no value`, `write @${name}("…")`);
  }
  const text = (name: string): string | undefined => {
    const value = notes.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  checkId(text('id'), problem);
  checkReason(text('reason'), problem);
  const asked: Asked = {
    id: text('id') ?? '',
    reason: text('reason') ?? '',
    verdict: verdictOf(policy.effect, text('verdict'), problem),
    constrain: names('constrain', text('constrain'), problem),
    approvers: names('approvers', text('approvers'), problem),
    quorum: quorumOf(text('quorum'), problem),
    offer: offersOf(text('offer'), problem),
    grant: grantOf(text('grant'), problem),
    covers: coversOf(text('covers'), problem),
    shadow: shadowOf(text('shadow'), problem),
  };
  if (policy.effect === 'forbid') {
    for (const name of ONLY_PERMIT) {
      if (notes.has(name))
        problem(name, `@${name} on a forbid has no meaning`, 'a forbid always blocks; take the annotation out');
    }
  } else checkTogether(asked, notes, problem);
  return { asked, problems };
}

type Report = (annotation: string | null, message: string, fix: string) => void;

function checkId(id: string | undefined, problem: Report): void {
  if (id === undefined)
    problem(null, 'a policy without @id', 'give it one that is unique in the bundle, like @id("mail-inside")');
  else if (!ID.test(id)) problem('id', 'an @id is 1 to 64 letters, digits, dots, dashes or underscores', 'rename it');
}

function checkReason(reason: string | undefined, problem: Report): void {
  if (reason === undefined || reason.trim() === '') {
    problem(
      reason === undefined ? null : 'reason',
      'a policy without @reason',
      'say in one sentence why it decides so; people and agents read it',
    );
  } else if (reason.length > MAX_REASON_CHARACTERS) {
    problem('reason', `a @reason longer than ${MAX_REASON_CHARACTERS} characters`, 'one sentence is enough');
  } else if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(reason)) {
    problem('reason', 'a @reason with control or invisible characters', 'write it on one line of plain text');
  }
}

function verdictOf(effect: PolicyTree['effect'], text: string | undefined, problem: Report): Verdict {
  if (effect === 'forbid') return 'BLOCK';
  if (text === undefined) return 'ALLOW';
  const verdict = VERDICT_OF.get(text);
  if (verdict === undefined)
    problem('verdict', `unknown @verdict("${text.slice(0, 40)}")`, 'write allow_log, constrain or wait; leave it out to allow');
  // The strictest reading, should a caller ever overlook the problem.
  return verdict ?? 'BLOCK';
}

/** More people than this at one desk is a mistake in writing. */
const MAX_QUORUM = 10;

function quorumOf(text: string | undefined, problem: Report): number {
  if (text === undefined) return 1;
  if (!/^[1-9]\d?$/.test(text) || Number(text) > MAX_QUORUM) {
    problem('quorum', `@quorum is not a number of people from 1 to ${MAX_QUORUM}`, 'write @quorum("2")');
    // The strictest reading, should a caller ever overlook the problem.
    return MAX_QUORUM;
  }
  return Number(text);
}

function names(annotation: string, text: string | undefined, problem: Report): string[] {
  if (text === undefined) return [];
  const listed = text.split(',').map((name) => name.trim());
  if (listed.some((name) => !NAME.test(name)))
    problem(annotation, `@${annotation} is not a comma-separated list of names`, `write @${annotation}("one,two")`);
  return [...new Set(listed)];
}

function offersOf(text: string | undefined, problem: Report): string[] {
  const offers = names('offer', text, problem);
  if (offers.length > MAX_OFFERS)
    problem('offer', `@offer names more than ${MAX_OFFERS} constraints`, 'offer those that people would choose');
  return offers.slice(0, MAX_OFFERS);
}

function grantOf(text: string | undefined, problem: Report): string | null {
  if (text === undefined) return null;
  const scope = parseGrantScope(text);
  if (scope !== null) return formatGrantScope(scope);
  problem(
    'grant',
    '@grant is not a time, a count or both, with `session` and `target` if wanted',
    'write @grant("session 10m target") or @grant("5x"); at most 24h and 1000x',
  );
  return null;
}

/** INVARIANT: only the one word lets anything more out: of a value that nobody knows nothing is covered, and the bundle is refused. */
function coversOf(text: string | undefined, problem: Report): Covers | null {
  if (text !== undefined && text !== 'request')
    problem(
      'covers',
      '@covers has another value than "request"',
      'write @covers("request"), or take it out to have people asked about the request as well',
    );
  return text === 'request' ? text : null;
}

/** INVARIANT: only `true` takes a policy out of force. A misspelt value must not leave a forbid without effect, so it refuses the bundle. */
function shadowOf(text: string | undefined, problem: Report): boolean {
  if (text !== undefined && text !== 'true')
    problem(
      'shadow',
      '@shadow has another value than "true"',
      'write @shadow("true"), or take it out to put the policy in force',
    );
  return text === 'true';
}

function checkTogether(asked: Asked, notes: ReadonlyMap<string, unknown>, problem: Report): void {
  const { verdict } = asked;
  if (verdict === 'CONSTRAIN' && !notes.has('constrain'))
    problem('verdict', '@verdict("constrain") without @constrain', 'name a constraint of constraints.yaml');
  if (verdict === 'WAIT' && !notes.has('approvers'))
    problem('verdict', '@verdict("wait") without @approvers', 'name the groups whose users may approve');
  if (notes.has('constrain') && verdict !== 'CONSTRAIN' && verdict !== 'WAIT') {
    problem('constrain', '@constrain needs @verdict("constrain") or @verdict("wait")', 'add the verdict');
  }
  for (const name of ONLY_WAIT) {
    if (notes.has(name) && verdict !== 'WAIT') problem(name, `@${name} needs @verdict("wait")`, 'add the verdict');
  }
  const both = asked.offer.find((name) => asked.constrain.includes(name));
  if (both !== undefined) problem('offer', `${both} is applied by @constrain already`, 'take it out of one of the two');
}
