// Real shells in an empty room: what a script really starts, by programs that leave their name.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';

const FAKES = ['p', 'q', 'r'];
const REAL = ['env', 'xargs', 'nohup', 'timeout', 'nice', 'find', 'sh', 'bash', 'cat'];

interface Room extends Disposable {
  /** Names of the programs that were started, in both shells; perhaps that of one that an earlier script left in the background, too. */
  run(script: string): ReadonlySet<string>;
}

export function tracedShells(): Room {
  const path = mkdtempSync(join(tmpdir(), 'interlock-shell-'));
  const [bin, work, log] = [join(path, 'bin'), join(path, 'work'), join(path, 'log')];
  mkdirSync(bin);
  for (const name of FAKES) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho ${name} >> ${log}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  for (const name of REAL) {
    const real = ['/usr/bin', '/bin'].map((folder) => join(folder, name)).find((one) => existsSync(one));
    if (real !== undefined) symlinkSync(real, join(bin, name));
  }
  return {
    run(script) {
      rmSync(log, { force: true });
      for (const shell of ['/bin/sh', '/bin/bash'].filter((one) => existsSync(one))) {
        rmSync(work, { recursive: true, force: true });
        mkdirSync(work);
        spawnSync(shell, ['-c', script], {
          cwd: work,
          env: { PATH: bin, HOME: work },
          input: 'p\nq r\n',
          timeout: 500,
          stdio: ['pipe', 'ignore', 'ignore'],
        });
      }
      return new Set(
        existsSync(log)
          ? readFileSync(log, 'utf8')
              .split('\n')
              .filter((name) => name !== '')
          : [],
      );
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

const COMMANDS = [
  'p',
  'q x',
  'r "$x"',
  'x=p',
  'x="q r" p',
  'p $x',
  'env p',
  'env -i q',
  'nohup r',
  'xargs p',
  'xargs -n1 q',
  'xargs -I{} p {}',
  'find . -exec q {} \\;',
  "sh -c 'p; q'",
  'bash -c "r | p"',
  'command p',
  'exec q',
  'time r',
  'timeout 1 p',
  'nice -n 1 q',
  'p "$(q)"',
  'q > f',
  'p 2>&1',
  'r < f',
  'cat <<E\nq\nE\n',
  "cat <<'E'\n$(r)\nE\n",
  'if p; then q; fi',
  'for x in p q; do r $x; done',
  'while p; do q; break; done',
  '{ p; q; }',
  '(p; q)',
  '! p',
  '[ -f p ] && q',
  'read x',
  'p # q',
  'p \\\n q',
  'cat <<< p',
  'p &>f',
  'export x=q',
  '[[ -f p ]] && q',
  'if [[ $x == q* ]]; then r; fi',
  '[[ ! p =~ q ]] || r',
  'cat <<E\n$x ${x} \\$(q) $ q\nE\n',
  'PATH=$PATH p',
  'export x=$x',
  '. ./f',
];
const PIECES = [
  ' ',
  ' ',
  ' ',
  '\n',
  ';',
  '&&',
  '||',
  '|',
  '&',
  '(',
  ')',
  '{',
  '}',
  '$(',
  ')',
  '"',
  "'",
  '\\',
  '\\\n',
  '#',
  '>',
  '<',
  '>>',
  '<<',
  '<<<',
  '&>',
  '>&',
  '<>',
  '>|',
  '|&',
  'f',
  '1',
  '2',
  '12',
  'E',
  '\nE\n',
  '$x',
  '"$x"',
  '"$@"',
  'x=',
  '$',
  '${x}',
  '${x:-q}',
  'then',
  'fi',
  'do',
  'done',
  'in',
  'if',
  'for',
  'while',
  '!',
  'time',
  'env',
  'xargs',
  'sh -c',
  '-exec',
  '{}',
  '\\;',
  '+',
  '[',
  ']',
  '[[',
  ']]',
  '=~',
  '==',
  '-eq',
  '-f',
  '$((x))',
  '`q`',
  '*',
  '?',
  '{p,q}',
  '{fd}',
  ',',
  '..',
  '-c',
  '--',
  '=',
  '~',
  '@',
  '%',
  '-',
  ':',
  '\t',
  'p',
  'q',
  'r',
  'command',
  'exec',
  'nohup',
  'cat',
];

export const scripts = fc
  .array(
    fc.tuple(fc.oneof(fc.constantFrom(...COMMANDS), fc.constantFrom(...PIECES)), fc.constantFrom('', ' ', ' ; ', '\n', ' | ')),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => parts.map(([piece, gap]) => piece + gap).join(''));
