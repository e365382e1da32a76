// Holds src to the import rules: no cycles, one door to each engine, no I/O where facts and verdicts are made.

import { fileURLToPath } from 'node:url';
import { IMPORT_RULES } from './import-rules.ts';
import { findCycle, type Import, readImports } from './imports.ts';

/** One line for each import that a rule forbids. */
export function forbiddenImports(imports: readonly Import[]): string[] {
  return imports.flatMap((one) =>
    IMPORT_RULES.filter(
      (rule) =>
        rule.from.test(one.from) &&
        rule.except?.test(one.from) !== true &&
        rule.to.test(one.to) &&
        !(rule.typesAllowed === true && one.typesOnly),
    ).map((rule) => `${one.from}:${one.line}: must not import ${one.to}: ${rule.name}`),
  );
}

export function checkImports(root: string): string[] {
  const imports = [...readImports(root, 'src'), ...readImports(root, 'console')];
  const cycle = findCycle(imports);
  return [...forbiddenImports(imports), ...(cycle === null ? [] : [`import cycle: ${cycle.join(' → ')}`])];
}

if (import.meta.main) {
  const problems = checkImports(fileURLToPath(new URL('..', import.meta.url)));
  process.stdout.write(problems.length === 0 ? 'imports: every rule holds\n' : `${problems.join('\n')}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
