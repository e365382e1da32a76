// Programs that run another one, which their arguments name, and how their options are told from it.

export interface Wrapper {
  /** Options that stand alone, in one word with their value or without any. */
  readonly alone: RegExp;
  /** Options whose value is the next word. */
  readonly valued?: RegExp;
  /** Words before the program: the time of `timeout`. */
  readonly operands?: number;
  /** `NAME=value` may stand before the program. */
  readonly assigns?: true;
  /** It adds words of its own behind those that are written, so where a program is missing one of them is it. */
  readonly adds?: true;
}

/** An option that is not told here makes the whole unread. GNU's tools and BSD's stop at the first word that is none. */
export const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ['env', { alone: /^(?:-|-i|--ignore-environment|--unset=\w+|-u\w+)$/, valued: /^-u$/, assigns: true }],
  ['nohup', { alone: /^$/ }],
  ['setsid', { alone: /^-[cfw]+$/ }],
  ['time', { alone: /^-p$/ }],
  ['nice', { alone: /^(?:-n?-?[0-9]+|--adjustment=-?[0-9]+)$/, valued: /^-n$/ }],
  ['ionice', { alone: /^-[cn][0-9]$/, valued: /^-[cn]$/ }],
  ['stdbuf', { alone: /^-[ioe][0-9L]+$/ }],
  [
    'timeout',
    {
      alone: /^(?:--preserve-status|--foreground|-v|-k[0-9.]+[smhd]?|-s\w+|--kill-after=[0-9.]+[smhd]?|--signal=\w+)$/,
      valued: /^-[ks]$/,
      operands: 1,
    },
  ],
  ['gtimeout', { alone: /^$/, operands: 1 }],
  ['sudo', { alone: /^-[nEHSk]+$/, valued: /^-[ug]$/, assigns: true }],
  ['doas', { alone: /^-n$/, valued: /^-u$/ }],
  ['command', { alone: /^-p$/ }],
  ['builtin', { alone: /^$/ }],
  ['exec', { alone: /^$/ }],
  ['busybox', { alone: /^$/ }],
  [
    'xargs',
    {
      alone: /^(?:-[0rtx]+|-[nPLs][0-9]+|-d.+|--null|--no-run-if-empty|--max-args=[0-9]+|--max-procs=[0-9]+)$/,
      valued: /^-[nPLsdaE]$/,
      adds: true,
    },
  ],
]);

/** They run a program in ways that are not told here, change what names mean, or evaluate their arguments. */
export const UNREAD_PROGRAMS: ReadonlySet<string> = new Set(
  (
    'eval alias trap enable hash shopt declare typeset local let mapfile readarray bind complete compgen compopt fc getopts ' +
    'watch parallel su script flock nsenter unshare chroot runuser setpriv systemd-run strace ltrace valgrind perf gdb lldb tmux screen at ' +
    'batch entr expect xvfb-run pkexec start-stop-daemon daemonize fakeroot proot rlwrap unbuffer numactl taskset chrt prlimit toybox ' +
    'run-parts dbus-run-session faketime cgexec chpst setuidgid caffeinate arch catchsegv setarch linux32 linux64 i386 x86_64 capsh ' +
    'firejail bwrap softlimit envdir pgrphack dash-static'
  ).split(' '),
);

/** They read a script in the language of this reader. */
export const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'rbash']);
/** They read one in a language of their own. */
export const OTHER_SHELLS: ReadonlySet<string> = new Set(
  'zsh ksh ksh93 mksh yash posh fish csh tcsh pwsh powershell cmd nu elvish xonsh'.split(' '),
);
