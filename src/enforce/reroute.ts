// A push on its way to a pull request: what was asked for, and where each guarded command goes instead.

import type { RefCommand } from '../classify/git-commands.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Principal } from '../identify/principal.ts';
import type { Landing } from './agent-branch.ts';
import type { CodeHosts } from '../decide/code-host.ts';
import type { Originate } from './originate.ts';

/** A push that some refs of must become pull requests. */
export interface PullRequestInput {
  readonly request: RequestView;
  /** The decoded start of the body as the git provider measured it: the commands, and the pack's first commits. */
  readonly bytes: Buffer;
  /** Refs that the constraint is for, as the action's `ref` fact has them; all others pass unchanged. */
  readonly refs: ReadonlySet<string>;
  /** `agent/`. */
  readonly prefix: string;
  /** Which vendor's servers stand behind names that do not tell. */
  readonly hosts: CodeHosts;
  /** Why, for the person who pushed. */
  readonly reason: string;
  readonly principal: Principal;
  /** The exchange that the look-ups are made for. */
  readonly cause: string;
  readonly originate: Originate;
}

/** One guarded command on its way to another branch. */
export interface Reroute {
  readonly index: number;
  readonly command: RefCommand;
  /** What was pushed to, without `refs/heads/`. */
  readonly base: string;
  readonly landing: Landing;
  readonly replacement: RefCommand;
}
