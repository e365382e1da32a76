// Writes docs/actions.md anew. Run it when the schema, a fixture or a family's notes have changed: `npm run actions`.

import { writeFileSync } from 'node:fs';
import { actionsDoc } from './actions-doc.ts';

const ROOT = new URL('..', import.meta.url);

writeFileSync(new URL('docs/actions.md', ROOT), actionsDoc(ROOT));
