// Bodies that are nothing but small items, each made for the reader that is behind its provider: 10 KB of them, or the worst megabyte.

import { readFile } from 'node:fs/promises';
import { fixtureRequest, type FixtureRequest } from '../test/support/fixture-request.ts';
import { GAP, type HostileRecipe, hostileRecipes } from './hostile-recipes.ts';

export interface HostileRequest {
  readonly provider: string;
  readonly name: string;
  /** Reads the head anew. */
  readonly request: () => FixtureRequest;
  readonly body: Buffer;
  readonly items: number;
}

/** As many items as `size` bytes hold. Throws when a fixture is gone. */
export async function hostileRequests(size: number): Promise<HostileRequest[]> {
  return [...(await Promise.all(hostileRecipes.map((recipe) => fromRecipe(recipe, size)))), headerFlood()];
}

async function fromRecipe(recipe: HostileRecipe, size: number): Promise<HostileRequest> {
  const raw = await readFile(new URL(`../test/fixtures/requests/${recipe.fixture}.http`, import.meta.url));
  const head = withoutLength(raw.subarray(0, raw.indexOf('\r\n\r\n') + 4));
  const { around = GAP, join = '', item, base64 = false, holds = 1 } = recipe;
  const [start = '', end = ''] = around.split(GAP);
  const room = (base64 ? Math.floor(size * 0.74) : size) - start.length - end.length;
  const items: string[] = [];
  for (let length = 0; ; ) {
    const next = item(items.length);
    length += next.length + join.length;
    if (length > room) break;
    items.push(next);
  }
  const text = Buffer.from(start + items.join(join) + end);
  return {
    provider: recipe.fixture.slice(0, recipe.fixture.indexOf('/')),
    name: recipe.name,
    request: () => fixtureRequest(head),
    body: base64 ? Buffer.from(text.toString('base64')) : text,
    items: items.length * holds,
  };
}

function withoutLength(head: Buffer): Buffer {
  return Buffer.from(head.toString('latin1').replace(/\r\ncontent-length:[^\r]*/i, ''), 'latin1');
}

/** As many fields as the listener takes at all (64 KiB of head). */
function headerFlood(): HostileRequest {
  const fields = Array.from({ length: 8000 }, (_, n) => `x${n}: 1\r\n`)
    .join('')
    .slice(0, 64_000);
  const head = Buffer.from(
    `POST /v1/refunds HTTP/1.1\r\nHost: api.stripe.com\r\n${fields.slice(0, fields.lastIndexOf('\r\n'))}\r\n\r\n`,
  );
  return {
    provider: 'stripe',
    name: 'header fields',
    request: () => fixtureRequest(head),
    body: Buffer.from('amount=1'),
    items: 8000,
  };
}
