// A call that makes CI run: which workflow, on which ref, with which inputs.

import { readRefText } from '../../classify/git-ref.ts';
import { isJsonArray, isJsonObject } from '../../classify/strict-json.ts';
import type { Json } from '../../classify/strict-json.ts';
import { plain, refOnly, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { branchRef } from './repository.ts';

const MAX_INPUTS = 100;

interface RunFields {
  readonly workflow?: Json | undefined;
  /** An object whose keys are names, or a list of objects that have a `key` or `name`. */
  readonly inputs?: Json | undefined;
}

/** An absent ref is the default branch; names may be short or full. */
export function run(ref: Json | undefined, what: RunFields = {}): Effect {
  const at = typeof ref === 'string' && ref !== '' ? (ref.startsWith('refs/') ? readRefText(ref) : branchRef(ref)) : null;
  const sure = ref === undefined || at?.sure === true;
  return plain(
    'repo.run',
    { ...refOnly(at), ...some({ workflow: wordOf(what.workflow), inputs: inputNames(what.inputs) }) },
    sure,
  );
}

function wordOf(value: Json | undefined): string | undefined {
  return typeof value === 'number' ? String(value) : text(value);
}

function inputNames(inputs: Json | undefined): readonly string[] | undefined {
  const names = isJsonArray(inputs)
    ? inputs.flatMap((one) => (isJsonObject(one) ? (text(one['key']) ?? text(one['name']) ?? []) : []))
    : isJsonObject(inputs)
      ? Object.keys(inputs)
      : [];
  return names.length === 0 ? undefined : [...new Set(names)].slice(0, MAX_INPUTS);
}
