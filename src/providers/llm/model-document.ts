// How the bodies of model APIs are read: strict JSON whatever type is declared, and a reading that remembers what it was not sure of (E26).

import { mediaType, isUtf8Type } from '../../classify/content-type.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, lookalikeKey, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';

/**
 * The document, or null when it can't be read surely. Gateways in front of models take JSON as text/plain or of no type at all (E16), so the
 * type decides nothing but the charset.
 */
export function modelDocument(request: RequestView, body: InspectedBody): JsonObject | null {
  const media = mediaType(request.headers);
  if (body.problem !== null || media.problem !== null || !isUtf8Type(media)) return null;
  const { value } = readJson(body.bytes);
  return isJsonObject(value) ? value : null;
}

/**
 * Collects what a document says of tools and places. `sure` turns false, and stays so, when a member is of a type that its reader does not
 * know: what the vendor makes of it is then anybody's guess.
 */
export class DocumentReader {
  readonly tools: string[] = [];
  readonly providerTools: string[] = [];
  readonly toolHosts: string[] = [];
  readonly fetchHosts: string[] = [];
  sure = true;

  /** False members: `undefined`, null. Anything but a list is odd. */
  list(value: Json | undefined): readonly Json[] {
    if (value === undefined || value === null) return [];
    if (isJsonArray(value)) return value;
    this.sure = false;
    return [];
  }

  objects(value: Json | undefined): JsonObject[] {
    return this.list(value).flatMap((item) => {
      if (isJsonObject(item)) return [item];
      this.sure = false;
      return [];
    });
  }

  /** Undefined and unsure unless it is text. */
  text(value: Json | undefined): string | undefined {
    if (typeof value === 'string') return value;
    this.sure = false;
    return undefined;
  }

  /** A tool whose calls come back to the client. */
  clientTool(name: Json | undefined): void {
    const text = this.text(name);
    if (text !== undefined) this.tools.push(text);
  }

  providerTool(type: string, server?: Json): void {
    this.providerTools.push(type);
    if (server !== undefined && server !== null) this.toolHosts.push(this.#hostOf(server) ?? 'unknown');
  }

  /** The vendor would fetch this; a `data:` URL holds its bytes itself. */
  fetched(url: Json | undefined): void {
    if (url === undefined || url === null || (typeof url === 'string' && /^data:/i.test(url))) return;
    this.fetchHosts.push(this.#hostOf(url) ?? 'unknown');
  }

  /** Undefined when it does not say; unsure when it is not a whole number. */
  count(...values: readonly (Json | undefined)[]): number | undefined {
    let most: number | undefined;
    for (const value of values) {
      if (value === undefined || value === null) continue;
      if (typeof value !== 'number') this.sure = false;
      else most = Math.max(most ?? value, value);
    }
    return most;
  }

  /** Members that some readers would take for one of `names`, which are lower case (threat C5). */
  noLookalike(object: JsonObject, names: ReadonlySet<string>): void {
    if (lookalikeKey(object, names) !== undefined) this.sure = false;
  }

  #hostOf(value: Json): string | undefined {
    if (typeof value !== 'string') return undefined;
    try {
      return new URL(value).hostname || undefined;
    } catch {
      return undefined;
    }
  }
}
