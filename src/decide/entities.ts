// The entities of a bundle (entities.json), checked against its schema and put into the one form that needs no schema to be read.

import { LineCounter, isMap, isSeq, parseDocument } from 'yaml';
import { errorAt, placeAt, START, warningAt } from './bundle-finding.ts';
import type { BundleFinding, Place } from './bundle-finding.ts';
import type { CedarEntity, CedarUid, CedarValue, EngineInstance } from './engine.ts';
import { sharedIds } from './people.ts';
import type { AttributeType, SchemaShape } from './schema-shape.ts';

export type EntityMap = ReadonlyMap<string, CedarEntity>;

/** Types and ids hold no NUL, so two uids never share a key. */
export function uidKey(type: string, id: string): string {
  return `${type}\0${id}`;
}

const MAX_ENTITIES = 50_000;
const MAX_DEPTH = 16;
const MAX_FINDINGS = 20;

type Raw = Record<string, unknown>;

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface ParsedEntities {
  readonly entities: EntityMap;
  readonly findings: readonly BundleFinding[];
}

/** `schema` is the schema's text; the engine is one that may break. */
export function parseEntities(
  file: string,
  text: string,
  schema: string,
  shape: SchemaShape,
  engine: EngineInstance,
): ParsedEntities {
  const nothing = (place: Place, message: string, fix = ''): ParsedEntities => ({
    entities: new Map(),
    findings: [errorAt(file, place, message, fix)],
  });
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (thrown) {
    return nothing(
      jsonErrorPlace(text, thrown),
      'this is not JSON',
      'entities.json is a JSON array of entities; write [] for none',
    );
  }
  if (!Array.isArray(list)) return nothing(START, 'entities.json is not an array', 'write [] for none');
  if (list.length > MAX_ENTITIES) return nothing(START, `more than ${MAX_ENTITIES} entities`);
  return checkList(file, text, list, schema, shape, engine);
}

function checkList(
  file: string,
  text: string,
  list: readonly unknown[],
  schema: string,
  shape: SchemaShape,
  engine: EngineInstance,
): ParsedEntities {
  const entities = new Map<string, CedarEntity>();
  const findings: BundleFinding[] = [];
  const indexed: Array<readonly [number, CedarEntity]> = [];
  const problems: Array<readonly [number, string]> = [];
  list.forEach((raw, index) => {
    const read = readEntity(raw, shape);
    if (typeof read === 'string') return problems.push([index, read]);
    const key = uidKey(read.uid.type, read.uid.id);
    if (entities.has(key)) return problems.push([index, `${uidText(read.uid)} is listed twice`]);
    entities.set(key, read.entity);
    return indexed.push([index, read.entity]);
  });
  if (problems.length === 0) problems.push(...schemaProblems(indexed, schema, engine));
  if (problems.length > 0) {
    const places = itemPlaces(text);
    for (const [index, message] of problems.slice(0, MAX_FINDINGS)) findings.push(errorAt(file, places[index] ?? START, message));
  }
  findings.push(...sharedIdWarnings(file, text, indexed));
  return { entities, findings };
}

/** At the last of those who share it: it is the one that was added. */
function sharedIdWarnings(file: string, text: string, indexed: ReadonlyArray<readonly [number, CedarEntity]>): BundleFinding[] {
  const shared = sharedIds(indexed.map(([, entity]) => entity)).slice(0, MAX_FINDINGS);
  if (shared.length === 0) return [];
  const places = itemPlaces(text);
  return shared.map(({ attribute, value, users }) => {
    const last = uidKey('User', users.at(-1) ?? '');
    const index = indexed.find(([, { uid }]) => 'type' in uid && uidKey(uid.type, uid.id) === last)?.[0] ?? 0;
    const message = `${attribute} ${JSON.stringify(value)} is claimed by ${users.length} users (${users.slice(0, 5).join(', ')}), so it is nobody's`;
    return warningAt(file, places[index] ?? START, message, 'an id at another service names one person');
  });
}

/** Cedar names no place, so a list that fails is asked about one by one. */
function schemaProblems(
  indexed: ReadonlyArray<readonly [number, CedarEntity]>,
  schema: string,
  engine: EngineInstance,
): Array<readonly [number, string]> {
  const whole = engine.checkEntities(
    schema,
    indexed.map(([, entity]) => entity),
  );
  const first = whole[0];
  if (first === undefined) return [];
  const problems: Array<readonly [number, string]> = [];
  for (const [index, entity] of indexed) {
    if (problems.length >= MAX_FINDINGS) break;
    const own = engine.checkEntities(schema, [entity])[0];
    if (own !== undefined) problems.push([index, own.message]);
  }
  return problems.length > 0 ? problems : [[indexed[0]?.[0] ?? 0, first.message]];
}

function uidText(uid: CedarUid): string {
  return `${uid.type}::${JSON.stringify(uid.id)}`;
}

function readUid(raw: unknown): CedarUid | null {
  const inner = isRaw(raw) && isRaw(raw['__entity']) ? raw['__entity'] : raw;
  if (!isRaw(inner) || typeof inner['type'] !== 'string' || typeof inner['id'] !== 'string') return null;
  const wellFormed = inner['type'].isWellFormed() && inner['id'].isWellFormed() && !inner['id'].includes('\0');
  return wellFormed ? { type: inner['type'], id: inner['id'] } : null;
}

function readEntity(raw: unknown, shape: SchemaShape): { readonly uid: CedarUid; readonly entity: CedarEntity } | string {
  if (!isRaw(raw)) return 'an entity is an object with uid, attrs and parents';
  const unknown = Object.keys(raw).find((key) => !['uid', 'attrs', 'parents', 'tags'].includes(key));
  if (unknown !== undefined) return `unknown key \`${unknown}\` (an entity has uid, attrs, parents and tags)`;
  const uid = readUid(raw['uid']);
  if (uid === null) return 'an entity needs "uid": {"type": "…", "id": "…"}';
  const types = shape.entities.get(uid.type);
  if (types === undefined) return `the schema has no entity type \`${uid.type}\``;
  const attrs = raw['attrs'] ?? {};
  const parents = raw['parents'] ?? [];
  if (!isRaw(attrs) || !Array.isArray(parents)) return `attrs of ${uidText(uid)} is an object and parents an array`;
  if (uid.type === 'Agent' && attrs['user'] !== undefined)
    return `${uidText(uid)}: whom an agent acts for comes from its token, not from entities.json`;
  const above = parents.map(readUid);
  if (above.includes(null)) return `a parent of ${uidText(uid)} is not {"type": "…", "id": "…"}`;
  if (!isPlain(raw, 0)) return `${uidText(uid)} is nested too deep or holds text that is not well-formed Unicode`;
  const entity: CedarEntity = { uid, attrs: {}, parents: above.filter((parent) => parent !== null) };
  for (const [name, value] of Object.entries(attrs)) entity.attrs[name] = explicit(value, types.get(name));
  if (isRaw(raw['tags']))
    entity.tags = Object.fromEntries(Object.entries(raw['tags']).map(([name, value]) => [name, explicit(value, undefined)]));
  return { uid, entity };
}

/** Deep nesting and lone surrogates make the engine throw. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  return Object.entries(value).every(([name, inner]) => name.isWellFormed() && isPlain(inner, depth + 1));
}

const EXTENSION_OF: ReadonlyMap<string, string> = new Map([
  ['ipaddr', 'ip'],
  ['decimal', 'decimal'],
  ['datetime', 'datetime'],
  ['duration', 'duration'],
]);

/**
 * With a schema at hand Cedar also takes `{"type", "id"}` and plain text for entities and extension values. Questions are asked
 * without the schema, so both are written out.
 */
function explicit(value: unknown, type: AttributeType | undefined): CedarValue {
  if (type?.kind === 'Entity') {
    const uid = readUid(value);
    if (uid !== null) return { __entity: uid };
  }
  if (type?.kind === 'Extension' && typeof value === 'string')
    return { __extn: { fn: EXTENSION_OF.get(type.name ?? '') ?? '', arg: value } };
  if (Array.isArray(value)) return value.map((item) => explicit(item, type?.element));
  if (isRaw(value))
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, explicit(inner, type?.attributes?.get(name))]));
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function jsonErrorPlace(text: string, thrown: unknown): Place {
  const offset = /at position (\d+)/.exec(thrown instanceof Error ? thrown.message : '')?.[1];
  return offset === undefined ? placeAt(text, text.length) : placeAt(text, Number(offset));
}

/** Where each item of the top-level array starts; JSON is read as YAML for its positions alone. */
function itemPlaces(text: string): Place[] {
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  if (!isSeq(contents)) return [];
  return contents.items.map((item) => {
    const start = isMap(item) ? item.range?.[0] : undefined;
    return start === undefined ? START : { line: lines.linePos(start).line, column: lines.linePos(start).col };
  });
}
