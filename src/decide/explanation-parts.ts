// A policy taken apart into the parts that must hold, each a tiny policy of its own that the engine can be asked about.

import { isDeepStrictEqual } from 'node:util';
import type { EngineInstance, PolicyTexts, PolicyTree } from './engine.ts';
import { denied, type Piece, piecesOf, splitAt, unwrapped } from './policy-pieces.ts';
import type { Policy } from './policy.ts';
import { readsOf } from './reads.ts';
import type { Reads } from './reads.ts';

export interface DissectedPart {
  /** Unique in the bundle. */
  readonly id: string;
  readonly kind: 'principal' | 'resource' | 'when' | 'unless' | 'part';
  readonly text: string;
  /** Lines below the policy's first. */
  readonly lineOffset: number;
  readonly reads: Reads;
  /** How its inner parts make it up; null when it is not cut further. */
  readonly join: 'all' | 'any' | 'not' | null;
  readonly parts: readonly DissectedPart[];
}

export interface DissectedPolicy {
  readonly policy: Policy;
  readonly parts: readonly DissectedPart[];
  /** A permit for each part, by the part's id. */
  readonly texts: PolicyTexts;
}

/** Deeper expressions are shown whole. */
const MAX_LEVELS = 8;

type Expression = PolicyTree['conditions'][number]['body'];

interface Bench {
  readonly policy: Policy;
  readonly engine: EngineInstance;
  readonly texts: Record<string, string>;
}

/** INVARIANT: a part is what the engine reads there: every cut is read again and must be the branch of the policy's tree that it stands for. */
export function dissect(policy: Policy, engine: EngineInstance): DissectedPolicy {
  const bench: Bench = { policy, engine, texts: {} };
  const pieces = piecesOf(policy.text);
  const whole = engine.parsePolicy(policy.text);
  if (pieces === null || 'errors' in whole || whole.value.conditions.length !== pieces.conditions.length)
    return { policy, parts: [], texts: {} };
  const conditions = pieces.conditions.map(({ kind, body }, i) => {
    const tree = whole.value.conditions[i]?.body;
    return tree === undefined ? null : expression(bench, kind, body, tree, MAX_LEVELS);
  });
  const parts = [scope(bench, 'principal', pieces.principal), scope(bench, 'resource', pieces.resource), ...conditions];
  return { policy, parts: parts.filter((part) => part !== null), texts: bench.texts };
}

/** Null for a scope that covers everything. */
function scope(bench: Bench, kind: 'principal' | 'resource', piece: Piece): DissectedPart | null {
  if (piece.text === kind) return null;
  const written = kind === 'principal' ? `${piece.text}, action, resource` : `principal, action, ${piece.text}`;
  return partOf(bench, kind, piece, `permit (${written});`, { join: null, parts: [] });
}

function expression(
  bench: Bench,
  kind: DissectedPart['kind'],
  piece: Piece,
  tree: Expression,
  levels: number,
): DissectedPart | null {
  if (!isDeepStrictEqual(bodyOf(bench, piece), tree)) return null;
  return partOf(bench, kind, piece, permitWhen(piece), levels === 0 ? { join: null, parts: [] } : inner(bench, piece, levels));
}

/** A comment may end a piece. */
function permitWhen({ text }: Piece): string {
  return `permit (principal, action, resource) when { ${text}\n};`;
}

function bodyOf(bench: Bench, piece: Piece): Expression | undefined {
  const parsed = bench.engine.parsePolicy(permitWhen(piece));
  return 'errors' in parsed ? undefined : parsed.value.conditions[0]?.body;
}

type Inner = Pick<DissectedPart, 'join' | 'parts'>;

function inner(bench: Bench, given: Piece, levels: number): Inner {
  const piece = unwrapped(given);
  const tree = bodyOf(bench, piece);
  if (tree === undefined) return { join: null, parts: [] };
  const found = cut(piece, tree);
  if (found.pieces.length !== found.trees.length || (found.join !== 'not' && found.pieces.length < 2))
    return { join: null, parts: [] };
  const parts = found.pieces.map((one, i) => {
    const branch = found.trees[i];
    return branch === undefined ? null : expression(bench, 'part', one, branch, levels - 1);
  });
  return parts.every((part) => part !== null) ? { join: found.join, parts } : { join: null, parts: [] };
}

interface Cut {
  readonly join: 'all' | 'any' | 'not';
  readonly pieces: readonly Piece[];
  readonly trees: readonly Expression[];
}

function cut(piece: Piece, tree: Expression): Cut {
  const argument = denied(piece);
  if (argument !== null) {
    const tried = '!' in tree && 'arg' in tree['!'] ? [tree['!'].arg] : [];
    return { join: 'not', pieces: [argument], trees: tried };
  }
  if ('||' in tree) return { join: 'any', pieces: splitAt(piece, '||'), trees: branches(tree, '||') };
  return { join: 'all', pieces: splitAt(piece, '&&'), trees: branches(tree, '&&') };
}

/** Cedar reads `a && b && c` as `(a && b) && c`. */
function branches(tree: Expression, operator: '&&' | '||'): Expression[] {
  const right: Expression[] = [];
  let left = tree;
  for (;;) {
    const sides = operator === '&&' ? ('&&' in left ? left['&&'] : null) : '||' in left ? left['||'] : null;
    if (sides === null || !('left' in sides)) return [left, ...right.toReversed()];
    right.push(sides.right);
    left = sides.left;
  }
}

function partOf(bench: Bench, kind: DissectedPart['kind'], piece: Piece, text: string, made: Inner): DissectedPart | null {
  const parsed = bench.engine.parsePolicy(text);
  if ('errors' in parsed) return null;
  const id = `${bench.policy.id} ${Object.keys(bench.texts).length}`;
  bench.texts[id] = text;
  const lineOffset = bench.policy.text.slice(0, piece.offset).split('\n').length - 1;
  return { id, kind, text: piece.text, lineOffset, reads: readsOf(parsed.value), ...made };
}
