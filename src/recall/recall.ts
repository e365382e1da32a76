// What earlier exchanges taught, in memory: narrowed to one agent, one credential and one host before anything can be asked of it (E23).

import { createHmac, randomBytes } from 'node:crypto';
import type { Facts } from '../classify/action.ts';
import type { Known, Learnt } from '../classify/known.ts';
import { credentialsOf } from '../http/credential-fields.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Principal } from '../identify/principal.ts';
import { type Change, type Changes, createChanges } from './changes.ts';
import { createLastChanges, type LastChanges } from './last-changes.ts';
import { createShelves, type Shelves } from './shelves.ts';

export interface Recall {
  /** What this request's principal, credential and host have in common with earlier ones. Costs nothing until it is asked. */
  of(principal: Principal, request: RequestView): Memory;
  readonly size: Shelves['size'];
}

export interface Memory extends Known {
  learn(learnt: Learnt): void;
  /** A request is about to leave whose answer will be read. `beforehand`: what it may change, as it is known from now on. */
  watching(beforehand: readonly Learnt[]): AnswerReading;
  /** Null when nothing is being read in this scope. Never rejects. */
  settled(): Promise<void> | null;
}

interface AnswerReading {
  /**
   * The answer came to its end and is being read. Whoever asks from the same scope before that is done waits for it (`settled`): a client
   * may have its last byte already, and name what it holds at once.
   */
  learn(reading: Promise<readonly Learnt[]>): Promise<void>;
  /** Nothing of the request can have been acted on. What was made unknown stays so, but it is in nobody's hands. */
  undone(): void;
}

/** INVARIANT: nothing is found that another agent, another credential or another host taught. */
export function createRecall(shelves: Shelves = createShelves()): Recall {
  // Of this process alone: what is learnt ends with it, and a credential can't be guessed from what is kept.
  const secret = randomBytes(32);
  const shared: Shared = { shelves, readings: new Map(), changes: createChanges(), lastChanges: createLastChanges() };

  function scopeOf(principal: Principal, request: RequestView): string {
    const { scheme, authority } = request;
    const parts = [principal.agent, principal.user, scheme, authority.host, authority.port];
    return createHmac('sha256', secret)
      .update(JSON.stringify([parts, credentialsOf(request.headers, request.query)]))
      .digest('base64');
  }

  return {
    of: (principal, request) => new ScopedMemory(principal.agent, () => scopeOf(principal, request), shared),
    get size() {
      return shelves.size;
    },
  };
}

interface Shared {
  readonly shelves: Shelves;
  /** Of each scope: answers that are being read. */
  readonly readings: Map<string, Promise<void>>;
  readonly changes: Changes;
  /** Across all scopes. */
  readonly lastChanges: LastChanges;
}

/** A class: one is made for every exchange, and nearly none is asked anything. */
class ScopedMemory implements Memory {
  readonly #agent: string;
  readonly #scopeOf: () => string;
  readonly #shared: Shared;
  #scope: string | null = null;
  consulted = false;

  constructor(agent: string, scopeOf: () => string, shared: Shared) {
    this.#agent = agent;
    this.#scopeOf = scopeOf;
    this.#shared = shared;
  }

  find(kind: string, id: string): Facts | undefined {
    this.consulted = true;
    const { shelves, lastChanges } = this.#shared;
    if (lastChanges.isOthers(kind, id, this.#ownScope())) return undefined;
    return shelves.get(this.#agent, this.#key(kind, id));
  }

  learn({ kind, id, facts }: Learnt): void {
    this.#shared.shelves.put(this.#agent, this.#key(kind, id), facts);
  }

  watching(beforehand: readonly Learnt[]): AnswerReading {
    const { changes, lastChanges, readings } = this.#shared;
    const change = changes.begin(beforehand.map(({ kind, id }) => this.#key(kind, id)));
    for (const one of beforehand) {
      lastChanges.note(one.kind, one.id, this.#ownScope());
      this.learn(one);
    }
    return {
      learn: (reading) => {
        change.end();
        const done = this.#learnFrom(reading, change, this.settled());
        readings.set(this.#ownScope(), done);
        void this.#forget(done);
        return done;
      },
      undone: () => change.end(),
    };
  }

  settled(): Promise<void> | null {
    const { readings } = this.#shared;
    return readings.size === 0 ? null : (readings.get(this.#ownScope()) ?? null);
  }

  async #learnFrom(reading: Promise<readonly Learnt[]>, change: Change, before: Promise<void> | null): Promise<void> {
    try {
      for (const one of await reading) if (change.mayTell(this.#key(one.kind, one.id))) this.learn(one);
    } catch {
      // What can't be read teaches nothing.
    }
    await before;
  }

  async #forget(done: Promise<void>): Promise<void> {
    await done;
    if (this.#shared.readings.get(this.#ownScope()) === done) this.#shared.readings.delete(this.#ownScope());
  }

  #key(kind: string, id: string): string {
    return `${this.#ownScope()}${kind.length}:${kind}${id}`;
  }

  #ownScope(): string {
    this.#scope ??= this.#scopeOf();
    return this.#scope;
  }
}
