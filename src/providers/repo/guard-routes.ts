// Settings by REST: what decides who may push, what runs with a repository's secrets, or whether it stays.

import type { Facts } from '../../classify/action.ts';
import { isJsonObject } from '../../classify/strict-json.ts';
import type { Json, JsonObject } from '../../classify/strict-json.ts';
import { plain, some, text } from './effect.ts';
import type { PlainEffect } from './effect.ts';
import { route } from './rest-route.ts';
import type { Route, RouteCall } from './rest-route.ts';

/** Facts of a setting beyond its name; null leaves them out. */
type ReadSetting = (call: RouteCall) => Facts;

/** Routes whose every write changes one kind of setting: the words in `setting` are those of the schema. */
export function guards(setting: string, paths: readonly string[], read: ReadSetting = () => ({})): Route[] {
  return paths.map((path) => route('ANY', path, (call) => [config(setting, call.method, read(call))]));
}

export function config(setting: string, method: string, facts: Facts = {}): PlainEffect {
  return plain('repo.config', {
    setting,
    change: setting === 'transfer' || setting === 'archive' ? 'update' : changeOf(method),
    ...facts,
  });
}

export function changeOf(method: string): string {
  if (method === 'DELETE') return 'delete';
  return method === 'POST' ? 'create' : 'update';
}

/** What one call changes of a repository's own settings, each by its own word; `settings` when none of those that have one. */
export function changedSettings(found: readonly (PlainEffect | false)[]): readonly PlainEffect[] {
  const effects = found.filter((effect) => effect !== false);
  return effects.length > 0 ? effects : [config('settings', 'PATCH')];
}

/** The same of GitHub's and Gitea's fields. */
export function repositorySettings({ fields }: RouteCall): readonly PlainEffect[] {
  const visibility = visibilityOf(fields);
  const { default_branch: branch, archived } = fields;
  return changedSettings([
    visibility !== undefined && config('visibility', 'PATCH', { visibility }),
    branch !== undefined && config('default-branch', 'PATCH', named(branch)),
    archived !== undefined && config('archive', 'PATCH'),
  ]);
}

/** Where a hook would send what happens: its host, lower case. Absent when the address is missing or can't be read. */
export function hookFacts(address: Json | undefined): Facts {
  if (typeof address !== 'string' || !URL.canParse(address)) return {};
  return some({ hookHost: text(new URL(address).hostname.toLowerCase()) });
}

/** How much a collaborator or a key may do. */
export function grantFacts(fields: JsonObject, grantee: Json | undefined, permission: Json | undefined): Facts {
  const readOnly = fields['read_only'] ?? fields['readOnly'];
  const canPush = fields['can_push'];
  const derived = readOnly === true ? 'read' : readOnly === false || canPush === true ? 'write' : undefined;
  return some({
    grantee: typeof grantee === 'number' ? String(grantee) : text(grantee),
    permission: typeof permission === 'number' ? String(permission) : (text(permission) ?? derived),
  });
}

/** The last word of the path, or a field: the name of a secret, a variable, a key. */
export function named(name: Json | undefined): Facts {
  return some({ settingName: text(name) });
}

/** `private` and `visibility` say the same in two ways; undefined when neither is there. */
export function visibilityOf(fields: JsonObject): string | undefined {
  const word = text(fields['visibility']);
  if (word !== undefined) return word.toLowerCase();
  const isPrivate = fields['private'] ?? fields['is_private'];
  if (isPrivate === undefined || isPrivate === null) return undefined;
  // A form or a string says `false` too; everything that is not plainly private counts as public.
  return isPrivate === true || isPrivate === 'true' ? 'private' : 'public';
}

/** A member of a nested object, or undefined. */
export function within(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at: Json | undefined = value;
  for (const name of path) at = isJsonObject(at) ? at[name] : undefined;
  return at;
}
