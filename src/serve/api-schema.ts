// Parts of the routes' JSON schemas, which check what comes in and describe what goes out in /v1/openapi.json.

export type Schema = Readonly<Record<string, unknown>>;

export const TEXT: Schema = { type: 'string' };
export const COUNT: Schema = { type: 'integer', minimum: 0 };
export const FLAG: Schema = { type: 'boolean' };
export const TIME: Schema = { type: 'string', format: 'date-time' };
export const TEXTS: Schema = { type: 'array', items: TEXT };
/** Names of agents, actions, groups and the like in queries. */
export const NAME: Schema = { type: 'string', minLength: 1, maxLength: 256 };

/** An object of exactly these members, all of them there. */
export function object(properties: Readonly<Record<string, Schema>>, description?: string): Schema {
  return { ...part(properties), required: Object.keys(properties), ...(description === undefined ? {} : { description }) };
}

/** An object of these members at most. */
export function part(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties, additionalProperties: false };
}

export function list(items: Schema): Schema {
  return { type: 'array', items };
}

/** JSON Schema 2020-12, which OpenAPI 3.1 is: null is a type. */
export function orNull(schema: Schema): Schema {
  return typeof schema['type'] === 'string' && !('enum' in schema)
    ? { ...schema, type: [schema['type'], 'null'] }
    : { anyOf: [schema, { type: 'null' }] };
}

/** Values under names that are not known beforehand. */
export function mapOf(values: Schema): Schema {
  return { type: 'object', additionalProperties: values };
}

export function ref(id: string): Schema {
  return { $ref: `${id}#` };
}

const PROBLEM_MEMBERS = {
  type: { const: 'about:blank' },
  title: TEXT,
  status: { type: 'integer' },
  detail: TEXT,
  code: { type: 'string', description: 'APPROVER_REFUSED, TICKET_STATE, USAGE …' },
};

export const PROBLEM: Schema = {
  $id: 'Problem',
  description: 'RFC 9457 problem details.',
  ...object(PROBLEM_MEMBERS),
  properties: { ...PROBLEM_MEMBERS, hint: TEXT },
};

/** Answers of a route that needs a known caller: its own, and the problems that any such route may answer. */
export function answers(own: Readonly<Record<number, Schema>>, ...problems: readonly number[]): Schema {
  const codes = [...new Set([400, 401, 403, 429, ...problems])];
  return { ...Object.fromEntries(codes.map((code) => [code, problem()])), ...own };
}

export function problem(): Schema {
  return { description: 'What is wrong.', content: { 'application/problem+json': { schema: ref('Problem') } } };
}

/** Either of the two ways in. */
export const SECURITY: ReadonlyArray<Readonly<Record<string, readonly string[]>>> = [{ token: [] }, { session: [], csrf: [] }];
/** Reading with a session needs no CSRF header. */
export const READ_SECURITY: ReadonlyArray<Readonly<Record<string, readonly string[]>>> = [{ token: [] }, { session: [] }];
