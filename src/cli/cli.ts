// What a command has at hand: the terminal it was started from, and the doors to the rest of the house.

import type { Config } from '../config/config.ts';
import type { Operator } from '../serve/operator.ts';

export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  out(text: string): void;
  err(text: string): void;
  /** A person reads what goes to `err`, and nothing records it. */
  readonly errIsTerminal: boolean;
  /** Resolves when it was handed over, so that who writes much never gets ahead of who reads; false: nobody reads any more. */
  write(text: string): Promise<boolean>;
  /** Calls when nobody reads any more, though nothing is written; gives a function that ends the watch. */
  whenUnread(onGone: () => void): () => void;
}

/** A running gateway as `start` sees it. */
export interface RunningGateway {
  readonly proxyUrl: string;
  readonly consoleUrl: string;
  readonly caFile: string;
  /** Loads the bundle anew; rejects when it is not valid, and then the one before stays in force. */
  reload(): Promise<void>;
  /** Drains and closes; resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** Where signals arrive: `process`, or a stand-in. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

export interface Cli {
  readonly terminal: Terminal;
  readonly signals: SignalSource;
  connect(config: Config): Promise<Operator>;
  startGateway(config: Config): Promise<RunningGateway>;
  /** What the process ends with: 0 done, 1 refused or not verified, 2 usage. `exec` passes on its command's. */
  exitCode: number;
}
