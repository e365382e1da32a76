// budgets.yaml: what the bundle counts. Strict: an unknown key or word is refused where it stands.

import { isMap } from 'yaml';
import type { Pair, YAMLMap } from 'yaml';
import type { BundleFinding } from '../decide/bundle-finding.ts';
import type { SchemaShape } from '../decide/schema-shape.ts';
import { openYamlFile, type Report, textOf } from '../decide/yaml-file.ts';
import { BUDGET, windowText } from './budget.ts';
import type { Budget, Measure, Per, Window } from './budget.ts';
import { isTimezone } from './calendar.ts';
import { actionsOf } from './counted-actions.ts';

interface ParsedBudgets {
  readonly budgets: readonly Budget[];
  readonly findings: readonly BundleFinding[];
}

/** What Cedar takes for an identifier, less the words that it keeps for itself. */
const NAME = /^(?!(?:true|false|if|then|else|in|is|like|has|__cedar)$)[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const KEYS = ['of', 'measure', 'per', 'window', 'timezone'];
const MEASURES: readonly Measure[] = ['sum amountMinor', 'count', 'distinct recipients'];
const PERS: readonly Per[] = ['agent', 'user', 'team', 'target'];
const SLIDING = /^sliding ([1-9][0-9]{0,5})(m|h|d)$/;
const CALENDAR = /^calendar (day|week|month)$/;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
/** A longer window would keep what was used for longer than anybody looks back. */
const MAX_WINDOW_MS = 92 * UNIT_MS.d;
const MAX_BUDGETS = 50;

/** Null is a bundle without the file. `shape` is the schema's own, before budgets are added to it. */
export function parseBudgets(file: string, text: string | null, shape: SchemaShape): ParsedBudgets {
  if (text === null) return { budgets: [], findings: [] };
  const { root, findings, report } = openYamlFile(file, text, {
    most: MAX_BUDGETS,
    problem: `${file} is not a mapping of at most ${MAX_BUDGETS} names to budgets`,
    fix: 'write `name:` and under it `of: …`',
  });
  if (root === null) return { budgets: [], findings };
  const budgets = root.items.map((pair) => readBudget(pair, shape, report)).filter((budget) => budget !== null);
  const taken = shape.actions.find((action) => action.facts.has(BUDGET));
  if (taken !== undefined)
    report(
      root,
      `\`${taken.name}\` has a fact \`${BUDGET}\` in the schema: that is the name of what budgets add`,
      'rename the fact',
    );
  return { budgets, findings };
}

function readBudget(pair: Pair, shape: SchemaShape, report: Report): Budget | null {
  const name = textOf(pair.key);
  if (name === null || !NAME.test(name))
    return report(pair.key, "a budget's name is what policies write: up to 64 letters, digits and underscores, no digit first");
  const body = pair.value;
  if (!isMap(body)) return report(pair.key, `the budget \`${name}\` says nothing`, `it has ${KEYS.join(', ')}`);
  const unknown = body.items.find(({ key }) => !KEYS.includes(textOf(key) ?? ''));
  if (unknown !== undefined)
    return report(unknown.key, `unknown key \`${textOf(unknown.key) ?? '?'}\` in a budget`, `it has ${KEYS.join(', ')}`);
  const at = (key: string): unknown => body.get(key, true) ?? pair.key;
  const measure = MEASURES.find((known) => known === textOf(body.get('measure', true)));
  if (measure === undefined)
    return report(at('measure'), `\`measure\` of \`${name}\` is not known`, `write one of ${MEASURES.join(', ')}`);
  const per = PERS.find((known) => known === textOf(body.get('per', true)));
  if (per === undefined) return report(at('per'), `\`per\` of \`${name}\` is not known`, `write one of ${PERS.join(', ')}`);
  const window = readWindow(name, body, at, report);
  const actions = actionsOf(name, measure, body.get('of', true), pair.key, shape, report);
  if (window === null || actions === null) return null;
  return { name, actions, measure, per, window, key: `${name}|${measure}|${per}|${windowText(window)}` };
}

function readWindow(name: string, body: YAMLMap, at: (key: string) => unknown, report: Report): Window | null {
  const text = textOf(body.get('window', true)) ?? '';
  const timezone = body.has('timezone') ? textOf(body.get('timezone', true)) : 'UTC';
  const sliding = SLIDING.exec(text);
  if (sliding !== null) {
    if (body.has('timezone'))
      return report(at('timezone'), `a sliding window has no time zone, so \`${name}\` needs none`, 'take it out');
    const unit = sliding[2];
    const lengthMs = Number(sliding[1]) * (unit === 'm' ? UNIT_MS.m : unit === 'h' ? UNIT_MS.h : UNIT_MS.d);
    if (lengthMs <= MAX_WINDOW_MS) return { kind: 'sliding', lengthMs };
  }
  const calendar = CALENDAR.exec(text)?.[1];
  if (calendar !== 'day' && calendar !== 'week' && calendar !== 'month') {
    const fix = 'write `sliding 24h` (m, h or d; at most 92d) or `calendar day`, `calendar week`, `calendar month`';
    return report(at('window'), `\`window\` of \`${name}\` is not a time`, fix);
  }
  if (timezone === null || !isTimezone(timezone))
    return report(
      at('timezone'),
      `\`timezone\` of \`${name}\` is not the name of one`,
      'write `UTC`, or a name like `Europe/Berlin`',
    );
  return { kind: 'calendar', period: calendar, timezone };
}
