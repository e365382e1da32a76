// A commit by Bitbucket's `src` endpoint: a form in which every field that is no parameter is a file to write, named by its path.

import { isFormType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { fieldName, readForm, readPairs } from '../../classify/form.ts';
import { partText, readMultipart } from '../../classify/multipart.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { branchOf, push, some } from './effect.ts';
import type { Effect } from './effect.ts';
import { readFiles } from './file-changes.ts';

/** A field that is one of these sets a parameter; a file of that name is written `/branch`. */
const PARAMETERS: ReadonlySet<string> = new Set(['message', 'author', 'parents', 'files', 'branch']);

interface SourceField {
  readonly name: string;
  /** Null when it is not text: then it is a file. */
  readonly value: string | null;
  readonly bytes: number;
}

/**
 * An absent `branch` is the main branch. `files` names what is written, and what is in no field of its own is deleted. INVARIANT: a parameter
 * in two places that do not agree, or that comes as a file, makes the commit unsure: which one counts is Bitbucket's affair (E13, E19).
 */
export function sourceCommit(request: RequestView, body: InspectedBody): Effect {
  const given = body.problem === null ? bodyFields(request, body.bytes) : null;
  const query = readPairs(request.query);
  if (given === null || query.problem !== null) return push(null, 'update', { fastForward: 'unknown' });
  const asked = query.fields.map(({ path, value }) => ({ name: fieldName(path), value, bytes: 0 }));
  const parameters = [...asked, ...given].filter(({ name }) => PARAMETERS.has(name));
  const one = (wanted: string): string | null | undefined => single(parameters, wanted);
  const branch = one('branch');
  const written = given.filter(({ name }) => !PARAMETERS.has(name)).map(({ name, bytes }) => ({ path: name, bytes }));
  const listed = parameters.filter(({ name }) => name === 'files').map(({ value }) => ({ path: value ?? undefined }));
  const files = readFiles([...written, ...listed]);
  const ref = branchOf(branch ?? undefined);
  const facts = { ...files.facts, ...some({ message: one('message') ?? undefined, source: one('parents') ?? undefined }) };
  const effect = push(ref, 'update', { defaultBranch: branch === undefined }, facts);
  const odd = parameters.some(({ value }) => value === null) || branch === null || one('parents') === null || hasLookalike(given);
  return { ...effect, sure: effect.sure && files.sure && !odd };
}

/** Undefined when it is not there, null when it is there twice and does not agree. */
function single(fields: readonly SourceField[], name: string): string | null | undefined {
  const values = new Set(fields.filter((field) => field.name === name).map((field) => field.value));
  const [value] = values;
  return values.size > 1 ? null : value;
}

/** `Branch` or `branch[]`: a file of that name for us, and perhaps the parameter for others. */
function hasLookalike(fields: readonly SourceField[]): boolean {
  return fields.some(({ name }) => !PARAMETERS.has(name) && PARAMETERS.has(name.replace(/[[\]\s]/g, '').toLowerCase()));
}

function bodyFields(request: RequestView, bytes: Buffer): readonly SourceField[] | null {
  if (bytes.length === 0) return [];
  const media = mediaType(request.headers);
  if (isFormType(media) && isUtf8Type(media)) {
    const form = readForm(bytes);
    return form.problem === null
      ? form.fields.map(({ path, value }) => ({ name: fieldName(path), value, bytes: Buffer.byteLength(value) }))
      : null;
  }
  if (media.type !== 'multipart/form-data') return null;
  const { parts, problem } = readMultipart(media, bytes);
  if (problem !== null) return null;
  return parts.map((part) => ({
    name: part.name ?? '',
    value: part.filename === undefined ? partText(part) : null,
    bytes: part.body.length,
  }));
}
