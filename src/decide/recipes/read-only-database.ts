// A database that agents only read.

import type { Recipe } from './recipe.ts';

export const READ_ONLY_DATABASE: Recipe = {
  name: 'read-only-database',
  summary: 'Agents read one database, each read is logged, and nothing in it is changed.',
  parameters: [
    {
      name: 'database',
      kind: 'name',
      about: 'the database: "host/name", or "host" where requests name none',
      initial: 'db.example.com/app',
    },
  ],
  write(values) {
    const id = values.text('database');
    const database = `Database::${JSON.stringify(id)}`;
    const statement = (name: string, action: string, verdict: 'ALLOW_LOG' | 'BLOCK', inspected = true) => ({
      name,
      action,
      resource: { type: 'Database', id },
      facts: { inspected },
      verdict,
    });
    return {
      policies: `// ${id} is read and not written.

@id("read-only-database-read")
@reason("Agents may read {resource}, and each read is logged.")
@verdict("allow_log")
permit (principal, action == Action::"database.read", resource == ${database})
when { context.inspected };

@id("read-only-database-write")
@reason("Agents only read {resource}.")
forbid (principal, action in Action::"database", resource == ${database})
unless { action in [Action::"database.read", Action::"database.transaction"] };
`,
      entities: [{ uid: { type: 'Database', id }, attrs: { reads: true }, parents: [] }],
      cases: [
        statement('rows are read', 'database.read', 'ALLOW_LOG'),
        statement('what could not be read surely is no read', 'database.read', 'BLOCK', false),
        statement('nothing is inserted', 'database.insert', 'BLOCK'),
        statement('no table is dropped', 'database.schema', 'BLOCK'),
        statement('nor is anything done that nobody knows', 'database.unknown-write', 'BLOCK'),
      ],
    };
  },
};
