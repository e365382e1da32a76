// Reads a Cedar schema's text for its documentation: what is declared, in order, with the `///` lines above it.
// Cedar's own reader drops docstrings, so this reads the plain layout that policies/schema.cedarschema keeps.

export interface Documented {
  readonly name: string;
  readonly doc: string;
}

/** A fact of an action or an attribute of an entity. `optional`: a policy must ask `has` first. */
export interface DocumentedField extends Documented {
  readonly type: string;
  readonly optional: boolean;
}

export interface DocumentedRecord extends Documented {
  readonly fields: readonly DocumentedField[];
}

export interface DocumentedAction extends Documented {
  /** Groups as declared: the family, and `read` or `write`. */
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  /** The name of the type of its facts. */
  readonly context: string;
}

export interface SchemaDoc {
  readonly entities: readonly DocumentedRecord[];
  readonly types: readonly DocumentedRecord[];
  /** Groups of actions are left out. */
  readonly actions: readonly DocumentedAction[];
}

const OPENING = /^(entity|type)\s+(\w+)[^{;]*(\{|;)\s*$/;
const FIELD = /^\s*(\w+)(\?)?:\s*([^,]+),\s*$/;
const ACTION = /^action\s+((?:"[^"]+"[\s,]*)+)(?:in\s*\[([^\]]*)\])?\s*appliesTo\s*\{(.*)\}\s*;$/;

/** Throws when a declaration is not laid out as this reads it: then the documentation would leave it out. */
export function readSchemaDoc(text: string): SchemaDoc {
  const found: { entities: DocumentedRecord[]; types: DocumentedRecord[]; actions: DocumentedAction[] } = {
    entities: [],
    types: [],
    actions: [],
  };
  const lines = text.split('\n');
  let doc: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const told = /^\/\/\/ ?(.*)$/.exec(line)?.[1];
    if (told !== undefined) {
      doc.push(told);
      continue;
    }
    const [, kind, name = '', end] = OPENING.exec(line) ?? [];
    if (kind !== undefined) {
      const last = end === '{' ? lines.findIndex((one, index) => index > at && /^\};?\s*$/.test(one)) : at;
      if (last === -1) throw new Error(`line ${at + 1}: ${name} has no end on a line of its own`);
      const fields = readFields(lines.slice(at + 1, last), at + 2);
      (kind === 'entity' ? found.entities : found.types).push({ name, doc: doc.join(' '), fields });
      at = last;
    } else if (line.startsWith('action ')) {
      const last = lines.findIndex((one, index) => index >= at && one.endsWith(';'));
      const statement = lines.slice(at, last + 1).join(' ');
      if (statement.includes('appliesTo')) found.actions.push(...readActions(statement, doc.join(' '), at + 1));
      at = last;
    } else if (line !== '' && !line.startsWith('//')) throw new Error(`line ${at + 1}: \`${line}\` is not understood`);
    doc = [];
  }
  return found;
}

function readFields(lines: readonly string[], first: number): DocumentedField[] {
  const fields: DocumentedField[] = [];
  let doc: string[] = [];
  for (const [index, line] of lines.entries()) {
    const told = /^\s*\/\/\/ ?(.*)$/.exec(line)?.[1];
    if (told !== undefined) {
      doc.push(told);
      continue;
    }
    const [, name, mark, type] = FIELD.exec(line) ?? [];
    if (name !== undefined && type !== undefined)
      fields.push({ name, doc: doc.join(' '), type: type.trim(), optional: mark === '?' });
    else if (!/^\s*(?:\/\/.*)?$/.test(line)) throw new Error(`line ${first + index}: \`${line}\` is not understood`);
    doc = [];
  }
  return fields;
}

function readActions(statement: string, doc: string, line: number): DocumentedAction[] {
  const [, names = '', groups = '', body = ''] = ACTION.exec(statement.replace(/\s+/g, ' ')) ?? [];
  const resources = /resource:\s*(?:\[([^\]]*)\]|(\w+))/.exec(body);
  // An empty record is a context that nobody named.
  const context = /context:\s*(\w+|\{\s*\})/.exec(body)?.[1];
  if (names === '' || resources === null || context === undefined) throw new Error(`line ${line}: the action is not understood`);
  return quoted(names).map((name) => ({
    name,
    doc,
    groups: quoted(groups),
    resources: (resources[1] ?? resources[2] ?? '').split(',').map((one) => one.trim()),
    context,
  }));
}

function quoted(text: string): string[] {
  return [...text.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
}
