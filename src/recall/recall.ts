// What earlier exchanges taught, in memory: narrowed to one agent, one credential and one host before anything can be asked of it.

import { createHmac, randomBytes } from 'node:crypto';
import type { Facts } from '../classify/action.ts';
import type { Known, Learnt } from '../classify/known.ts';
import { credentialsOf } from '../http/credential-fields.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Principal } from '../identify/principal.ts';
import { createShelves, type Shelves } from './shelves.ts';

export interface Recall {
  /** What this request's principal, credential and host have in common with earlier ones. Costs nothing until it is asked. */
  of(principal: Principal, request: RequestView): Memory;
  readonly size: Shelves['size'];
}

export interface Memory extends Known {
  learn(learnt: Learnt): void;
  /**
   * An answer is being read. Whoever asks from the same scope before that is done waits for it (`settled`): a client may have its last
   * byte already, and name what it holds at once.
   */
  learning(reading: Promise<readonly Learnt[]>): Promise<void>;
  /** Null when nothing is being read in this scope. Never rejects. */
  settled(): Promise<void> | null;
}

/** INVARIANT: nothing is found that another agent, another credential or another host taught. */
export function createRecall(shelves: Shelves = createShelves()): Recall {
  // Of this process alone: what is learnt ends with it, and a credential can't be guessed from what is kept.
  const secret = randomBytes(32);
  const readings = new Map<string, Promise<void>>();

  function scopeOf(principal: Principal, request: RequestView): string {
    const { scheme, authority } = request;
    const parts = [principal.agent, principal.user, scheme, authority.host, authority.port];
    return createHmac('sha256', secret)
      .update(JSON.stringify([parts, credentialsOf(request.headers, request.query)]))
      .digest('base64');
  }

  return {
    of: (principal, request) => new ScopedMemory(principal.agent, () => scopeOf(principal, request), shelves, readings),
    get size() {
      return shelves.size;
    },
  };
}

/** A class: one is made for every exchange, and nearly none is asked anything. */
class ScopedMemory implements Memory {
  readonly #agent: string;
  readonly #scopeOf: () => string;
  readonly #shelves: Shelves;
  readonly #readings: Map<string, Promise<void>>;
  #scope: string | null = null;
  consulted = false;

  constructor(agent: string, scopeOf: () => string, shelves: Shelves, readings: Map<string, Promise<void>>) {
    this.#agent = agent;
    this.#scopeOf = scopeOf;
    this.#shelves = shelves;
    this.#readings = readings;
  }

  find(kind: string, id: string): Facts | undefined {
    this.consulted = true;
    return this.#shelves.get(this.#agent, this.#key(kind, id));
  }

  learn({ kind, id, facts }: Learnt): void {
    this.#shelves.put(this.#agent, this.#key(kind, id), facts);
  }

  learning(reading: Promise<readonly Learnt[]>): Promise<void> {
    const done = this.#learnFrom(reading, this.settled());
    this.#readings.set(this.#ownScope(), done);
    void this.#forget(done);
    return done;
  }

  settled(): Promise<void> | null {
    return this.#readings.size === 0 ? null : (this.#readings.get(this.#ownScope()) ?? null);
  }

  async #learnFrom(reading: Promise<readonly Learnt[]>, before: Promise<void> | null): Promise<void> {
    try {
      for (const one of await reading) this.learn(one);
    } catch {
      // What can't be read teaches nothing.
    }
    await before;
  }

  async #forget(done: Promise<void>): Promise<void> {
    await done;
    if (this.#readings.get(this.#ownScope()) === done) this.#readings.delete(this.#ownScope());
  }

  #key(kind: string, id: string): string {
    return `${this.#ownScope()}${kind.length}:${kind}${id}`;
  }

  #ownScope(): string {
    this.#scope ??= this.#scopeOf();
    return this.#scope;
  }
}
