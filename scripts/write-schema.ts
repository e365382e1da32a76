// Writes schemas/interlock.schema.json from the schema that checks interlock.yaml.

import { writeFileSync } from 'node:fs';
import { jsonSchemaText } from '../src/config/json-schema.ts';

writeFileSync(new URL('../schemas/interlock.schema.json', import.meta.url), jsonSchemaText());
