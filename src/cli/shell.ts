// Assignments as each shell reads them.

import type { Variables } from './agent-variables.ts';

export const SHELLS = ['sh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/** Lines that set the variables when the shell evaluates them. Values are quoted so that the shell expands nothing in them. */
export function exportLines(shell: Shell, variables: Variables): string[] {
  return variables.map(([name, value]) => {
    switch (shell) {
      case 'sh':
        return `export ${name}='${value.replaceAll("'", `'\\''`)}'`;
      case 'fish':
        // Inside fish's single quotes only \\ and \' are escapes.
        return `set -gx ${name} '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
      case 'powershell':
        // PowerShell takes typographic single quotes for the plain one.
        return `$env:${name} = '${value.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
    }
  });
}
