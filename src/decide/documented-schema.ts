// A schema in Cedar's JSON schema format, with its docstrings as `doc` annotations: Cedar's own conversion leaves comments out.

import { InterlockError } from '../errors.ts';
import { SCHEMA_FILE } from './bundle-files.ts';
import { describeFinding, placesIn } from './bundle-finding.ts';
import { cedarFinding } from './cedar-finding.ts';
import type { EngineInstance } from './engine.ts';
import { readSchemaDoc } from './schema-doc.ts';
import type { SchemaDoc } from './schema-doc.ts';

/** Throws BUNDLE_INVALID with the place when Cedar can't read the schema. One laid out in a way that is not read for docs has none. */
export function documentedSchema(text: string, engine: EngineInstance): object {
  const parsed = engine.schemaJson(text);
  if ('errors' in parsed) {
    const told = parsed.errors.map((error) => describeFinding(cedarFinding(SCHEMA_FILE, placesIn(text), text, error, true)));
    throw new InterlockError('BUNDLE_INVALID', told.join('\n'), { hint: 'run `interlock policy check`' });
  }
  const docs = docsOf(text);
  return Object.fromEntries(Object.entries(parsed.value).map(([name, space]) => [name, documented(space, docs)]));
}

interface Docs {
  readonly records: ReadonlyMap<string, SchemaDoc['entities'][number]>;
  readonly actions: ReadonlyMap<string, string>;
}

function docsOf(text: string): Docs {
  try {
    const { entities, types, actions } = readSchemaDoc(text);
    return {
      records: new Map([...entities, ...types].map((each) => [each.name, each])),
      actions: new Map(actions.map(({ name, doc }) => [name, doc])),
    };
  } catch {
    return { records: new Map(), actions: new Map() };
  }
}

type Json = Record<string, unknown>;

function documented(space: object, docs: Docs): Json {
  const out: Json = { ...space };
  for (const section of ['commonTypes', 'entityTypes']) {
    out[section] = mapJson(out[section], (name, declared) => record(name, declared, docs));
  }
  out['actions'] = mapJson(out['actions'], (name, declared) => withDoc(declared, docs.actions.get(name)));
  return out;
}

/** An entity's attributes are in its `shape`, a common type's in the type itself. */
function record(name: string, declared: Json, docs: Docs): Json {
  const doc = docs.records.get(name);
  if (doc === undefined) return declared;
  const fields = new Map(doc.fields.map((field) => [field.name, field.doc]));
  const described = (type: Json): Json => ({
    ...type,
    attributes: mapJson(type['attributes'], (field, of) => withDoc(of, fields.get(field))),
  });
  const { shape } = declared;
  const inside = isJson(shape)
    ? { ...declared, shape: described(shape) }
    : isJson(declared['attributes'])
      ? described(declared)
      : declared;
  return withDoc(inside, doc.doc);
}

function withDoc(declared: Json, doc: string | undefined): Json {
  return doc === undefined || doc === '' ? declared : { ...declared, annotations: { doc } };
}

function mapJson(value: unknown, change: (name: string, inner: Json) => Json): unknown {
  if (!isJson(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, isJson(inner) ? change(name, inner) : inner]));
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
