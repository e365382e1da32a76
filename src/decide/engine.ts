// The door to Cedar: one instance of the engine, with typed, total functions around it.

import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import { openModule } from './engine-module.ts';

export type CedarError = Cedar.DetailedError;
export type CedarValue = Cedar.CedarValueJson;
export type CedarEntity = Cedar.EntityJson;
export type CedarUid = Cedar.TypeAndId;
export type PolicyTree = Cedar.PolicyJson;
export type SchemaTree = Cedar.SchemaJson<string>;
export type PolicyTexts = Readonly<Record<string, string>>;

export interface PolicyProblem {
  readonly policy: string;
  readonly fatal: boolean;
  readonly error: CedarError;
}

type Parsed<T> = { readonly value: T } | { readonly errors: readonly CedarError[] };

type ContextValue = string | number | boolean | string[];

export interface Question {
  readonly principal: CedarUid;
  readonly action: CedarUid;
  readonly resource: CedarUid;
  /**
   * INVARIANT: scalars, sets of strings, and records of scalars that Interlock itself filled; Cedar interprets objects like
   * `{"__entity": …}` (threat D17).
   */
  readonly context: Record<string, ContextValue | Record<string, ContextValue>>;
  readonly entities: CedarEntity[];
}

/** INVARIANT: errors.length > 0 implies effect 'deny': Cedar skips a policy that errs, so a broken forbid would vanish (threat D16). */
export interface Answer {
  readonly effect: 'allow' | 'deny';
  /** Determining policies, sorted: Cedar's own order varies from call to call. */
  readonly policies: readonly string[];
  readonly errors: readonly string[];
}

/** One instance of the WASM engine. Any method may throw: then the instance has leaked stack and must be replaced. */
export interface EngineInstance {
  parsePolicy(source: string): Parsed<PolicyTree>;
  parseSchema(source: string): Parsed<SchemaTree>;
  /** The schema as Cedar's JSON schema format has it, common types kept. Docstrings are not part of it. */
  schemaJson(source: string): Parsed<SchemaTree>;
  /** Time grows with the square of the length: give it one policy at a time. */
  format(source: string, lineWidth: number, indentWidth: number): Parsed<string>;
  validate(schema: string | SchemaTree, policies: PolicyTexts): Parsed<readonly PolicyProblem[]>;
  checkEntities(schema: string, entities: CedarEntity[]): readonly CedarError[];
  /** Sets cannot be freed: `slot` must come from a small fixed set of names. */
  preparse(slot: string, policies: Readonly<Record<string, string | PolicyTree>>): readonly CedarError[];
  ask(slot: string, question: Question): Answer;
  /** Which of these policies match, each for itself. INVARIANT: all have one effect: beside a matching forbid no permit is told. */
  matching(policies: PolicyTexts, question: Question): Matching;
  /** Makes room for as much again as it holds now, so that it need not grow when that comes. Only address space until it is used. */
  reserveAgain(): void;
}

export interface Matching {
  readonly matched: ReadonlySet<string>;
  /** Policies whose evaluation failed, with why. */
  readonly errors: ReadonlyMap<string, string>;
}

/** How much larger an instance's memory is made once it had to grow: by a quarter, and never by less than this. */
const MIN_GROWTH_BYTES = 4 * 1024 * 1024;

/** A fresh instance: about 60 ms the first time and 6 ms from then on. */
export function openInstance(): EngineInstance {
  const { cedar, memoryBytes, reserve } = openModule();
  let known = memoryBytes();

  function growAtOnce(): void {
    if (memoryBytes() === known) return;
    reserve(Math.max(MIN_GROWTH_BYTES, memoryBytes() / 4));
    known = memoryBytes();
  }

  return {
    parsePolicy(source) {
      const answer = cedar.policyToJson(source);
      return answer.type === 'success' ? { value: answer.json } : { errors: answer.errors };
    },
    parseSchema(source) {
      const answer = cedar.schemaToJsonWithResolvedTypes(source);
      return answer.type === 'success' ? { value: answer.json } : { errors: answer.errors };
    },
    schemaJson(source) {
      const answer = cedar.schemaToJson(source);
      return answer.type === 'success' ? { value: answer.json } : { errors: answer.errors };
    },
    format(policyText, lineWidth, indentWidth) {
      const answer = cedar.formatPolicies({ policyText, lineWidth, indentWidth });
      return answer.type === 'success' ? { value: answer.formatted_policy } : { errors: answer.errors };
    },
    validate: (schema, policies) => validateWith(cedar, schema, policies),
    checkEntities(schema, entities) {
      const answer = cedar.checkParseEntities({ schema, entities });
      return answer.type === 'success' ? [] : answer.errors;
    },
    preparse(slot, policies) {
      const answer = cedar.preparsePolicySet(slot, { staticPolicies: { ...policies } });
      growAtOnce();
      return answer.type === 'success' ? [] : answer.errors;
    },
    ask: (slot, question) => askOf(cedar, slot, question),
    matching: (policies, question) => matchingOf(cedar, policies, question),
    reserveAgain: () => reserve(memoryBytes()),
  };
}

/** A policy that can never apply is a mistake, not a warning: a forbid that is impossible protects nothing. */
const IMPOSSIBLE = /policy is impossible|unable to find an applicable action/;

function validateWith(cedar: typeof Cedar, schema: string | SchemaTree, policies: PolicyTexts): Parsed<readonly PolicyProblem[]> {
  const answer = cedar.validate({ schema, policies: { staticPolicies: { ...policies } } });
  if (answer.type === 'failure') return { errors: answer.errors };
  const errors = answer.validationErrors.map(({ policyId, error }) => ({ policy: policyId, fatal: true, error }));
  const warnings = answer.validationWarnings.map(({ policyId, error }) => ({
    policy: policyId,
    fatal: IMPOSSIBLE.test(error.message),
    error,
  }));
  return { value: [...errors, ...warnings] };
}

function askOf(cedar: typeof Cedar, slot: string, question: Question): Answer {
  const answer = cedar.statefulIsAuthorized({ ...question, preparsedPolicySetId: slot });
  if (answer.type === 'failure') return denied(answer.errors.map((error) => error.message));
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) {
    return denied(diagnostics.errors.map(({ policyId, error }) => `policy ${policyId}: ${error.message}`));
  }
  return { effect: decision, policies: diagnostics.reason.toSorted(), errors: [] };
}

/** Throws for a question or a policy that does not read: whoever asks made both. */
function matchingOf(cedar: typeof Cedar, policies: PolicyTexts, question: Question): Matching {
  const answer = cedar.isAuthorized({ ...question, policies: { staticPolicies: { ...policies } } });
  if (answer.type === 'failure') throw new Error(answer.errors.map((error) => error.message).join('; '));
  const { reason, errors } = answer.response.diagnostics;
  return { matched: new Set(reason), errors: new Map(errors.map(({ policyId, error }) => [policyId, error.message])) };
}

/** Deny without determining policies, because something went wrong. */
export function denied(errors: readonly string[]): Answer {
  return { effect: 'deny', policies: [], errors: errors.length === 0 ? ['the policy engine failed without saying why'] : errors };
}
