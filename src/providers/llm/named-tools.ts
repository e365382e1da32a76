// Names of tools that are to be taken out of a request to a model, and copies to take them out of.

import type { Json, JsonObject } from '../../classify/strict-json.ts';

export type Members = Record<string, Json>;

/** Which names are to go, and which have gone. */
export class Removal {
  readonly gone = new Set<string>();
  readonly #names: ReadonlySet<string>;
  readonly #starts: readonly string[];

  constructor(tools: readonly string[]) {
    this.#names = new Set(tools.filter((name) => !name.endsWith('*')));
    this.#starts = tools.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  }

  takes(name: Json | undefined): boolean {
    if (typeof name !== 'string') return false;
    if (!this.#names.has(name) && !this.#starts.some((start) => name.startsWith(start))) return false;
    this.gone.add(name);
    return true;
  }
}

export function copyOf(object: JsonObject): Members {
  const copy: Members = Object.create(null);
  return Object.assign(copy, object);
}
