// The `remove-tools` constraint: named tools are taken out of what a model is offered, and out of what it is told to choose from.

import { isJsonArray, isJsonObject, type Json, type JsonObject, lookalikeKey, writeJson } from '../../classify/strict-json.ts';
import { InterlockError } from '../../errors.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { BodyEdit, EditedBody } from '../body-edit.ts';
import { modelDocument } from './model-document.ts';
import { copyOf, type Members, Removal } from './named-tools.ts';
import { withoutChoice } from './tool-choice.ts';

type RemoveEdit = Extract<BodyEdit, { readonly kind: 'remove-tools' }>;

/** Members that hold tools in one of the forms; lower case, as look-alikes are compared. */
const PLACES = new Set(['tools', 'functions', 'connectors', 'mcp_servers', 'requests', 'tool_choice']);
/** Members that have a provider act by themselves, under the name that they have in `providerTools`. */
const BUILT_IN: Readonly<Record<string, string>> = {
  web_search_options: 'web_search',
  search_parameters: 'web_search',
  plugins: 'plugins',
  mcp_servers: 'mcp',
};

/**
 * Names are those of the facts `tools` and `providerTools`. Throws CONSTRAINT_FAILED where the body can't be read surely, or something stored at
 * the vendor may bring the same tools along. INVARIANT: what is left is judged again, so a tool that stays is never taken for gone.
 */
export function removeTools(request: RequestView, body: InspectedBody, edit: RemoveEdit): EditedBody {
  const document = modelDocument(request, body);
  if (document === null) throw failed('the body could not be read to take tools out of it');
  const removal = new Removal(edit.tools);
  const left = without(document, removal);
  if (removal.gone.size === 0) return { bytes: body.bytes, changed: [] };
  return { bytes: Buffer.from(writeJson(left)), changed: [`tools: removed ${[...removal.gone].toSorted().join(', ')}`] };
}

function without(document: JsonObject, removal: Removal): JsonObject {
  if (lookalikeKey(document, PLACES) !== undefined) throw failed('the body has a member that some would read as its tools');
  if (isStored(document)) throw failed('what is stored at the vendor may bring tools along, and can not be taken out here');
  const left = copyOf(document);
  for (const [member, name] of Object.entries(BUILT_IN)) if (isSet(left[member]) && removal.takes(name)) delete left[member];
  for (const member of ['tools', 'functions', 'connectors']) shorten(left, member, removal);
  const config = left['toolConfig'];
  // Bedrock's form, of a server that takes it unsigned.
  if (isJsonObject(config) && isJsonArray(config['tools'])) {
    const inner = copyOf(config);
    shorten(inner, 'tools', removal);
    left['toolConfig'] = inner;
  }
  if (isJsonArray(left['requests'])) left['requests'] = left['requests'].map((item) => withoutInItem(item, removal));
  return removal.gone.size === 0 ? left : withoutChoice(left, removal);
}

/** One question of a batch. */
function withoutInItem(item: Json, removal: Removal): Json {
  const params = isJsonObject(item) ? item['params'] : undefined;
  if (!isJsonObject(item) || !isJsonObject(params)) return item;
  const one = copyOf(item);
  one['params'] = without(params, removal);
  return one;
}

/** A stored prompt, agent or context. */
function isStored(document: JsonObject): boolean {
  return (
    ['agent_id', 'agent', 'cachedContent', 'cached_content'].some((name) => isSet(document[name])) ||
    isJsonObject(document['prompt'])
  );
}

/** INVARIANT: a list that becomes empty goes: vendors refuse an empty one. */
function shorten(document: Members, member: string, removal: Removal): void {
  const list = document[member];
  if (!isJsonArray(list) || list.length === 0) return;
  const left = list.flatMap((tool) => withoutNamed(tool, removal));
  if (left.length === 0) delete document[member];
  else document[member] = left;
}

/** None, or one, with what is left of it. */
function withoutNamed(tool: Json, removal: Removal): readonly Json[] {
  if (!isJsonObject(tool)) return [tool];
  if (!isTyped(tool)) return withoutKeyed(tool, removal);
  if (namesOf(tool).some((name) => removal.takes(name))) return [];
  if (!isJsonArray(tool['tools'])) return [tool];
  // OpenAI's namespace of tools.
  const inner = copyOf(tool);
  shorten(inner, 'tools', removal);
  return inner['tools'] === undefined ? [] : [inner];
}

function isTyped(tool: JsonObject): boolean {
  return ['type', 'name', 'id', 'function', 'toolSpec', 'systemTool', 'cachePoint'].some((member) => tool[member] !== undefined);
}

/** Every name that a vendor could know it by. */
function namesOf(tool: JsonObject): readonly (Json | undefined)[] {
  const { type, name, id } = tool;
  const inner = ['function', 'custom', 'toolSpec', 'systemTool'].flatMap((member) => {
    const value = tool[member];
    return isJsonObject(value) ? [value['name']] : [];
  });
  return [name, id, ...inner, ...(type === 'function' || type === 'custom' ? [] : [type])];
}

/** Gemini's: what the tool is stands as a member, functions as a list in one. */
function withoutKeyed(tool: JsonObject, removal: Removal): readonly Json[] {
  const left = copyOf(tool);
  for (const member of Object.keys(tool)) {
    const camel = member.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (camel === 'functionDeclarations') shorten(left, member, removal);
    else if (removal.takes(camel)) delete left[member];
  }
  return Object.keys(left).length === 0 && Object.keys(tool).length > 0 ? [] : [left];
}

function isSet(value: Json | undefined): boolean {
  return value !== undefined && value !== null;
}

function failed(message: string): InterlockError {
  return new InterlockError('CONSTRAINT_FAILED', message);
}
