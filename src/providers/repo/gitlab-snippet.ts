// GitLab's snippets: files that are published beside any repository's branches.

import { isJsonArray, isJsonObject } from '../../classify/strict-json.ts';
import { plain, some, text } from './effect.ts';
import type { Effect } from './effect.ts';
import { contentSize, readFiles } from './file-changes.ts';
import { changeOf } from './guard-routes.ts';
import type { RouteCall } from './rest-route.ts';

/** `file_name` and `content` are the old way to write one file. */
export function snippet(method: string, fields: RouteCall['fields']): Effect {
  const { files, file_name: name, content, title } = fields;
  const listed = isJsonArray(files)
    ? files.map((file) => ({
        path: isJsonObject(file) ? file['file_path'] : undefined,
        bytes: isJsonObject(file) ? contentSize(file['content'], false) : undefined,
      }))
    : [];
  const read = readFiles(name === undefined ? listed : [...listed, { path: name, bytes: contentSize(content, false) }]);
  const facts = {
    change: changeOf(method),
    ...read.facts,
    ...some({ visibility: text(fields['visibility'])?.toLowerCase(), title: text(title) }),
  };
  return plain('repo.gist', facts, read.sure || (method !== 'POST' && files === undefined && name === undefined));
}
