// A call that makes a repository: its id, when the call tells both owner and name.

import type { Json } from '../../classify/strict-json.ts';
import { plain, some } from './effect.ts';
import type { Effect } from './effect.ts';
import { repositoryAt, unknownRepository } from './repository.ts';

/** A repository that is made: known when both its owner and its name are told. */
export function created(host: string, owner: Json | undefined, name: Json | undefined, visibility: string | undefined): Effect {
  const effect = plain('repo.create', some({ visibility }));
  const told = typeof owner === 'string' && typeof name === 'string' && /^[\w.-]+$/.test(owner) && /^[\w.-]+$/.test(name);
  return told ? { ...effect, at: repositoryAt(host, [owner, name]) } : { ...effect, at: unknownRepository(host, 'new') };
}
