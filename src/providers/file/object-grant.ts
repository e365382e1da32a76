// Does a request of S3's protocol open something to everybody? Canned ACLs, grants, ACL documents, bucket policies.

import { readXml, type XmlElement } from '../../classify/xml.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, foldName, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';

/** `authenticated-read` is everybody with any account of that cloud. */
const PUBLIC_ACL = /^(?:public-read(?:-write)?|authenticated-read)$/i;
const EVERYBODY = /AllUsers|AuthenticatedUsers/;
const ACL_FIELDS = ['x-amz-acl', 'x-goog-acl'];
const GRANT_FIELDS = ['read', 'write', 'read-acp', 'write-acp', 'full-control'].map((right) => `x-amz-grant-${right}`);

/** True when a header field says so. */
export function grantsByHeader(request: RequestView): boolean {
  return (
    ACL_FIELDS.some((field) => request.headers.all(field).some((value) => PUBLIC_ACL.test(value.trim()))) ||
    GRANT_FIELDS.some((field) => request.headers.all(field).some((value) => EVERYBODY.test(value)))
  );
}

/** Null: the document could not be read surely. An empty body grants nothing. */
export function grantsByBody(name: string, body: InspectedBody): boolean | null {
  if (body.problem !== null) return null;
  if (body.bytes.length === 0) return false;
  if (name === 'Put policy') return policyIsOpen(body.bytes);
  const { root } = readXml(body.bytes);
  return root === undefined ? null : mentions(root, EVERYBODY);
}

function mentions(root: XmlElement, pattern: RegExp): boolean {
  const waiting: XmlElement[] = [root];
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    if (pattern.test(element.text)) return true;
    waiting.push(...element.children);
  }
  return false;
}

/** A statement that allows something for principal `*`, or for everybody but somebody. Conditions may narrow it: still told as open. */
function policyIsOpen(bytes: Buffer): boolean | null {
  const { value } = readJson(bytes);
  if (!isJsonObject(value) || hasLookalike(value)) return null;
  const statements = isJsonArray(value['Statement']) ? value['Statement'] : [value['Statement']];
  if (!statements.every(isJsonObject) || statements.some(hasLookalike)) return null;
  return statements.some(
    (statement) =>
      statement['Effect'] !== 'Deny' && (isAnybody(statement['Principal']) || statement['NotPrincipal'] !== undefined),
  );
}

const JUDGED: ReadonlyMap<string, string> = new Map(
  ['Statement', 'Effect', 'Principal', 'NotPrincipal'].map((name) => [name.toLowerCase(), name]),
);

/** `principal` for `Principal`: readers differ on whether it counts (threat C5). */
function hasLookalike(object: JsonObject): boolean {
  return Object.keys(object).some((key) => (JUDGED.get(foldName(key)) ?? key) !== key);
}

function isAnybody(principal: Json | undefined): boolean {
  if (principal === '*') return true;
  if (!isJsonObject(principal)) return false;
  return Object.values(principal).some((who) => who === '*' || (isJsonArray(who) && who.includes('*')));
}
