// tools.yaml: what the tools do that models call. Strict: an unknown key or word is refused where it stands.

import { isMap, isScalar, isSeq } from 'yaml';
import type { Pair, YAMLMap } from 'yaml';
import { isToolName } from '../classify/tool-name.ts';
import type { BundleFinding } from '../decide/bundle-finding.ts';
import type { SchemaShape } from '../decide/schema-shape.ts';
import { openYamlFile, type Report, textOf } from '../decide/yaml-file.ts';
import {
  type ActionKeys,
  DIALECTS,
  type KeyKind,
  MAPPED_ACTIONS,
  type Place,
  type Source,
  type ToolMapping,
} from './tool-mapping.ts';

interface ParsedTools {
  readonly tools: readonly ToolMapping[];
  readonly findings: readonly BundleFinding[];
}

const CALL = 'llm.tool-call';
const MAX_TOOLS = 1000;
const MAX_NAMES = 50;
const MAX_DEPTH = 8;
const MAX_WORD = 200;
/** As a Database's id has it. */
const SERVER = /^[a-z0-9._-]+(?::[0-9]{1,5})?$/;
const OWN_KEYS = ['action', 'also', 'strict', 'ignore', 'followed'];

/** Null is a bundle without the file. */
export function parseTools(file: string, text: string | null, shape: SchemaShape): ParsedTools {
  if (text === null) return { tools: [], findings: [] };
  const { root, findings, report } = openYamlFile(file, text, {
    most: MAX_TOOLS,
    problem: `${file} is not a mapping of at most ${MAX_TOOLS} tools to what they do`,
    fix: 'write `send_email:` and under it `action: email.send`',
  });
  if (root === null) return { tools: [], findings };
  if (shape.actions.every(({ name }) => name !== CALL))
    report(root, `the schema has no action \`${CALL}\`, so no call of a tool is judged`, 'take it over from the shipped schema');
  const tools = root.items.map((pair) => readTool(pair, shape, report)).filter((tool) => tool !== null);
  reportRepeats(root, tools, report);
  return { tools, findings };
}

/** INVARIANT: one name is one tool: of two mappings nobody could say which counts. */
function reportRepeats(root: YAMLMap, tools: readonly ToolMapping[], report: Report): void {
  const seen = new Set<string>();
  for (const name of tools.flatMap(({ names }) => names)) {
    if (seen.has(name)) report(root, `the tool \`${name}\` is named twice`, 'leave it in one of the two');
    seen.add(name);
  }
}

function readTool(pair: Pair, shape: SchemaShape, report: Report): ToolMapping | null {
  const name = textOf(pair.key);
  if (name === null || !isToolName(name))
    return report(pair.key, "a tool's name is up to 256 characters without control characters");
  const body = pair.value;
  if (!isMap(body)) return report(pair.key, `the tool \`${name}\` says nothing`, 'write `action: …` under it');
  const action = textOf(body.get('action', true));
  const known = action === null ? undefined : MAPPED_ACTIONS.get(action);
  if (action === null || known === undefined)
    return report(
      body.get('action', true) ?? pair.key,
      `\`action\` of \`${name}\` is none that a tool can be mapped to`,
      `write one of ${[...MAPPED_ACTIONS.keys()].join(', ')}`,
    );
  const missing = known.becomes.find((one) => shape.actions.every((shown) => shown.name !== one));
  if (missing !== undefined)
    return report(body.get('action', true), `the schema has no action \`${missing}\``, 'take it over from the shipped schema');
  const names = readNames(name, body, report);
  const given = readKeys(name, action, body, known, report);
  const strict = readFlag(name, 'strict', body, report);
  const followed = readFlag(name, 'followed', body, report);
  const ignore = readIgnored(name, body, report);
  if (names === null || given === null || strict === null || followed === null || ignore === null) return null;
  const required = known.required.find((key) => given[key] === undefined);
  if (required !== undefined) return report(pair.key, `the tool \`${name}\` has no \`${required}\``, `${action} needs it`);
  return { names, action, given, strict, followed, ignore };
}

function readKeys(
  tool: string,
  action: string,
  body: YAMLMap,
  { keys }: ActionKeys,
  report: Report,
): Readonly<Record<string, Source>> | null {
  const given: Record<string, Source> = {};
  for (const { key, value } of body.items) {
    const name = textOf(key) ?? '?';
    if (OWN_KEYS.includes(name)) continue;
    const kind = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (kind === undefined)
      return report(
        key,
        `unknown key \`${name}\` of \`${tool}\``,
        `${action} takes ${[...Object.keys(keys), ...OWN_KEYS].join(', ')}`,
      );
    const source = readSource(value, kind);
    if (source === null) return report(value, `\`${name}\` of \`${tool}\` is not understood`, fixOf(kind));
    if ('value' in source && name === 'dialect' && !Object.hasOwn(DIALECTS, source.value))
      return report(value, `\`${source.value}\` is no dialect that is read`, `write one of ${Object.keys(DIALECTS).join(', ')}`);
    if ('value' in source && name === 'server' && !SERVER.test(source.value))
      return report(value, `\`server\` of \`${tool}\` is no host`, 'write it as db.example.com, or with its port behind a colon');
    given[name] = source;
  }
  if (given['amount'] !== undefined && given['amountMinor'] !== undefined)
    return report(body.get('amount', true), `\`${tool}\` has both \`amount\` and \`amountMinor\``, 'leave one of them');
  return given;
}

function fixOf(kind: KeyKind): string {
  if (kind === 'word') return 'write one word';
  const place = "write an argument's name, or a JSON pointer such as /message/to";
  if (kind === 'either') return `${place}, or { value: … } for what is always the same`;
  return kind === 'amount' ? `${place}, or { argument: …, unit: major }` : place;
}

function readSource(node: unknown, kind: KeyKind): Source | null {
  const text = textOf(node);
  if (kind === 'word') return text === null || !isWord(text) ? null : { value: text };
  if (text !== null) return sourceAt(text);
  if (!isMap(node)) return null;
  const members = new Map(node.items.map(({ key, value }) => [textOf(key), textOf(value)]));
  const [argument, value, unit] = [members.get('argument'), members.get('value'), members.get('unit')];
  if (kind === 'either' && typeof value === 'string' && isWord(value) && members.size === 1) return { value };
  const source = typeof argument === 'string' ? sourceAt(argument) : null;
  if (source === null || members.size === 1) return source;
  const isUnit = kind === 'amount' && (unit === 'major' || unit === 'minor') && members.size === 2;
  return isUnit ? { ...source, unit } : null;
}

function isWord(text: string): boolean {
  return text !== '' && text.length <= MAX_WORD && text.isWellFormed() && !/\p{Cc}/u.test(text);
}

function sourceAt(text: string): { readonly at: Place } | null {
  const at = placeOf(text);
  return at === null ? null : { at };
}

/** A member's name as it is, dots and all, or a pointer (RFC 6901). */
function placeOf(text: string): Place | null {
  if (!text.startsWith('/')) return text === '' ? null : [text];
  if (/~(?![01])/.test(text)) return null;
  const names = text
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.length > MAX_DEPTH || names.includes('') ? null : names;
}

function readNames(tool: string, body: YAMLMap, report: Report): readonly string[] | null {
  const node = body.get('also', true);
  if (node === undefined) return [tool];
  const also = isSeq(node) ? node.items.map(textOf) : [null];
  const names = also.flatMap((name) => (name !== null && isToolName(name) ? [name] : []));
  if (names.length < also.length || also.length > MAX_NAMES)
    return report(node, `\`also\` of \`${tool}\` is not a list of names`, 'write `also: [shell, run_command]`');
  return [tool, ...names];
}

function readFlag(tool: string, key: string, body: YAMLMap, report: Report): boolean | null {
  const node = body.get(key, true);
  if (node === undefined) return false;
  if (isScalar(node) && typeof node.value === 'boolean') return node.value;
  return report(node, `\`${key}\` of \`${tool}\` is neither true nor false`);
}

function readIgnored(tool: string, body: YAMLMap, report: Report): readonly Place[] | null {
  const node = body.get('ignore', true);
  if (node === undefined) return [];
  const texts = isSeq(node) ? node.items.map(textOf) : [null];
  const places = texts.map((text) => (text === null ? null : placeOf(text))).filter((place) => place !== null);
  if (places.length < texts.length)
    return report(node, `\`ignore\` of \`${tool}\` is not a list of arguments`, 'write `ignore: [body, /options/format]`');
  return places;
}
