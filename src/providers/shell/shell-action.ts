// A command that a model's tool runs, as an action: which programs, with what, as far as the text surely says so.

import type { Action, Facts } from '../../classify/action.ts';
import { runsOfScript, runsOfWords, type ShellRun } from '../../classify/shell/shell-programs.ts';
import type { ModelToolCall } from '../../classify/tool-call.ts';
import { urlHosts } from '../../classify/tool-arguments.ts';
import { toolFacts, toolResource } from '../llm/tool-call-action.ts';

const MAX_CHARACTERS = 12_000;

/** A text for a shell, or words that are started without one. Null: the call does not surely say. */
export function shellAction(call: ModelToolCall, command: string | readonly string[] | null): Action {
  const facts: Facts = {
    ...toolFacts(call, command !== null),
    ...(command === null ? { commandKnown: false, feedsShell: false } : commandFacts(command)),
  };
  return { name: 'shell.exec', ...toolResource(call), facts };
}

function commandFacts(command: string | readonly string[]): Facts {
  const text = typeof command === 'string' ? command : command.join(' ');
  if (text.length > MAX_CHARACTERS) return { commandKnown: false, feedsShell: false };
  const hosts = urlHosts(text);
  const run = typeof command === 'string' ? runsOfScript(command) : runsOfWords(command);
  return {
    commandText: text.toWellFormed(),
    ...(hosts === null ? {} : { hosts }),
    feedsShell: run.feedsShell,
    commandKnown: run.known,
    ...(run.known ? knownFacts(run) : {}),
  };
}

/** INVARIANT: programs that are not all known are not named at all, so that no `containsAll` holds for a part of them. */
function knownFacts({ programs, words, writes, pipes, substitutes }: ShellRun): Facts {
  return {
    commands: [...programs].sort(),
    words: [...words].sort(),
    ...(writes === null ? {} : { redirects: [...writes].sort() }),
    pipes,
    substitutes,
  };
}
