// What the providers of model APIs have in common: from a route and a body to actions.

import type { Action } from '../../classify/action.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import { startsJson } from '../../classify/loose-json.ts';
import { foldName, type Json, type JsonObject, isJsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { BodyEdit, EditedBody } from '../body-edit.ts';
import type { Recognition } from '../provider.ts';
import { InterlockError } from '../../errors.ts';
import { setField } from '../set-field.ts';
import type { SocketReader } from '../socket-reader.ts';
import { callAction, llmAction, type ModelCall, UNREAD_CALL } from './model-call.ts';
import { modelDocument } from './model-document.ts';
import { removeTools } from './tool-removal.ts';

/** What one endpoint of a model API does. */
export type ModelRoute =
  /** A generation, or several (a batch); null when the body is none. `model` is the path's, where it names one. */
  | {
      readonly kind: 'call';
      readonly api: string;
      readonly model?: string;
      readonly read: (document: JsonObject) => ModelCall | readonly ModelCall[] | null;
    }
  /** A generation whose body is elsewhere: a file that was uploaded before. */
  | { readonly kind: 'stored'; readonly api: string; readonly model?: string; readonly deferred: boolean }
  /** Numbers come back, nothing is generated and no tool runs. */
  | { readonly kind: 'embed'; readonly api: string }
  /** An upload to the vendor: prompt contents, files of a batch. */
  | { readonly kind: 'file'; readonly api: string };

/** Null: no endpoint that is known. */
type ModelRoutes = (request: RequestView) => ModelRoute | null;

/** A known host: what no route knows is an unknown write, never a plain one (E39). */
export function recogniseModel(
  request: RequestView,
  routes: ModelRoutes,
  api: string,
  ambiguous = hasAmbiguousPath(request),
): Recognition | null {
  if (isPlainRead(request)) return null;
  const route = ambiguous || request.method !== 'POST' ? null : routes(request);
  if (route === null) return unknownWrite(request, api, !ambiguous);
  if (route.kind === 'file' || route.kind === 'stored') {
    return { need: { kind: 'none' }, classify: () => routeActions(request, route, null) };
  }
  return { need: { kind: 'whole' }, classify: (body) => routeActions(request, route, modelDocument(request, body)) };
}

function unknownWrite(request: RequestView, api: string, inspected: boolean): Recognition {
  return { need: { kind: 'none' }, classify: () => [llmAction(request, 'llm.unknown-write', api, inspected)] };
}

/** Any host: the body must look like a call to a model, or it is not ours. */
export function recogniseTentatively(
  request: RequestView,
  routes: ModelRoutes,
  looksLike: (document: JsonObject) => boolean,
): Recognition | null {
  if (isPlainRead(request) || request.method !== 'POST') return null;
  const route = routes(request);
  if (route === null) return null;
  return {
    need: { kind: 'whole' },
    tentative: true,
    classify(body) {
      const document = modelDocument(request, body);
      // INVARIANT: JSON that readers differ on, at a path of a model API, is a call that could not be read, never somebody else's write (E17).
      if (document === null) return body.problem !== null || startsJson(body.bytes) ? routeActions(request, route, null) : null;
      return looksLike(folded(document)) ? routeActions(request, route, document) : null;
    },
  };
}

/** Servers written in Go (Ollama, many a gateway) take keys in any case: it is a call to them all the same, and an unsure one (C5). */
function folded(document: JsonObject): JsonObject {
  const all: Record<string, Json> = Object.create(null);
  for (const [key, value] of Object.entries(document)) all[foldName(key)] ??= value;
  return all;
}

function routeActions(request: RequestView, route: ModelRoute, document: JsonObject | null): Action[] {
  switch (route.kind) {
    case 'embed':
      return [llmAction(request, 'llm.embed', route.api, document !== null)];
    case 'file':
      return [llmAction(request, 'llm.file', route.api, true)];
    case 'stored':
      return [callAction(request, route.api, { ...UNREAD_CALL, model: route.model, deferred: route.deferred, sure: true })];
    case 'call': {
      const read = document === null ? null : route.read(document);
      const calls: readonly ModelCall[] =
        read === null ? [{ ...UNREAD_CALL, model: route.model }] : isCalls(read) ? read : [read];
      return calls.map((call) => callAction(request, route.api, call));
    }
  }
}

function isCalls(read: ModelCall | readonly ModelCall[]): read is readonly ModelCall[] {
  return Array.isArray(read);
}

/** `set` on the JSON body, and tools taken out of it; there are no recipients in a prompt. */
export function editModelRequest(request: RequestView, body: InspectedBody, edit: BodyEdit): EditedBody {
  if (edit.kind === 'set') return setField(request, body, edit);
  if (edit.kind === 'remove-tools') return removeTools(request, body, edit);
  throw new InterlockError('CONSTRAINT_FAILED', 'a request to a model has no recipients that could be taken out');
}

/** Messages of a socket that carry the same documents as the API's POST, under `type`. */
export function modelSocket(
  request: RequestView,
  type: string,
  api: string,
  read: (document: JsonObject) => ModelCall,
  refuse: SocketReader['refuse'],
): SocketReader {
  return {
    classify(message) {
      const { value } = readJson(message.bytes);
      if (!isJsonObject(value)) return [callAction(request, api, UNREAD_CALL)];
      return value['type'] === type ? [callAction(request, api, read(value))] : [];
    },
    refuse,
  };
}
