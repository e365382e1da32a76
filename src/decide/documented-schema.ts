// A schema in Cedar's JSON schema format, with its docstrings as `doc` annotations: Cedar's own conversion leaves comments out.

import { withBudgets } from '../budget/budget-schema.ts';
import type { Budget } from '../budget/budget.ts';
import { InterlockError } from '../errors.ts';
import { SCHEMA_FILE } from './bundle-files.ts';
import { describeFinding, placesIn } from './bundle-finding.ts';
import { cedarFinding } from './cedar-finding.ts';
import type { EngineInstance } from './engine.ts';
import { readSchemaDoc } from './schema-doc.ts';
import type { SchemaDoc } from './schema-doc.ts';

/**
 * With what budgets add to it. Throws BUNDLE_INVALID with the place when Cedar can't read the schema. One laid out in a way that is not read
 * for docs has none.
 */
export function documentedSchema(text: string, engine: EngineInstance, budgets: readonly Budget[] = []): object {
  const parsed = engine.schemaJson(text);
  if ('errors' in parsed) {
    const told = parsed.errors.map((error) => describeFinding(cedarFinding(SCHEMA_FILE, placesIn(text), text, error, true)));
    throw new InterlockError('BUNDLE_INVALID', told.join('\n'), { hint: 'run `interlock policy check`' });
  }
  const docs = docsOf(text);
  return Object.fromEntries(
    Object.entries(withBudgets(parsed.value, budgets)).map(([name, space]) => [name, documented(space, docs)]),
  );
}

interface Docs {
  readonly records: ReadonlyMap<string, SchemaDoc['entities'][number]>;
  readonly actions: ReadonlyMap<string, SchemaDoc['actions'][number]>;
}

function docsOf(text: string): Docs {
  try {
    const { entities, types, actions } = readSchemaDoc(text);
    return {
      records: new Map([...entities, ...types].map((each) => [each.name, each])),
      actions: new Map(actions.map((each) => [each.name, each])),
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
  out['actions'] = mapJson(out['actions'], (name, declared) => action(name, declared, docs));
  return out;
}

/** A context that budgets are added to is written out in the action, so what its type says of each fact goes there too. */
function action(name: string, declared: Json, docs: Docs): Json {
  const doc = docs.actions.get(name);
  const { appliesTo } = declared;
  const fields = docs.records.get(doc?.context ?? '');
  if (!isJson(appliesTo) || !isJson(appliesTo['context']) || fields === undefined) return withDoc(declared, doc?.doc);
  const context = described(appliesTo['context'], fields);
  return withDoc({ ...declared, appliesTo: { ...appliesTo, context } }, doc?.doc);
}

/** An entity's attributes are in its `shape`, a common type's in the type itself. */
function record(name: string, declared: Json, docs: Docs): Json {
  const doc = docs.records.get(name);
  if (doc === undefined) return declared;
  const { shape } = declared;
  const inside = isJson(shape) ? { ...declared, shape: described(shape, doc) } : described(declared, doc);
  return withDoc(inside, doc.doc);
}

function described(type: Json, doc: SchemaDoc['entities'][number]): Json {
  if (!isJson(type['attributes'])) return type;
  const fields = new Map(doc.fields.map((field) => [field.name, field.doc]));
  return { ...type, attributes: mapJson(type['attributes'], (field, of) => withDoc(of, fields.get(field))) };
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
