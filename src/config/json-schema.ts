// The schema of interlock.yaml for editors, made from the one that checks it.

import { z } from 'zod';
import { fileSchema } from './schema.ts';

/** JSON Schema 2020-12, as text that ends in a newline: what `schemas/interlock.schema.json` must hold. */
export function jsonSchemaText(): string {
  const schema = z.toJSONSchema(fileSchema, { io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'interlock.yaml' }, null, 2)}\n`;
}
