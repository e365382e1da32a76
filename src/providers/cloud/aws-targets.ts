// What an AWS call acts on, as its parameters name it: Query's `InstanceId.1`, JSON's `SecretId` (E32).

import { type FormField, fieldName } from '../../classify/form.ts';
import { isJsonArray, isJsonObject, type Json } from '../../classify/strict-json.ts';

export interface AwsParameters {
  readonly targets: readonly string[];
  /** The value of EC2's `DryRun` when it is exactly `true`. */
  readonly dryRun: boolean;
  /** Something is opened to everybody: a rule for all addresses, an image or snapshot shared with all. */
  readonly public: boolean;
  /** Lines that Systems Manager runs. */
  readonly command: string | undefined;
}

/** `Filter.1.Name` is none: a list's index ends the name. */
const QUERY_TARGET = /^[A-Za-z]{0,60}(?:Id|Name|Arn|ARN|Identifier)s?(?:\.(?:[A-Za-z]{1,40}\.)?[0-9]{1,6})?$/i;
const JSON_TARGET =
  /(?:id|ids|name|names|arn|arns|identifier|url|cluster|service|task|function|keys?|targets|path|destination)$/i;
/** Tokens against repetition end in nothing of ours, but `ClientRequestId` does. */
const NO_TARGET = /^(?:client|request|idempotency|action|version|rolesession)/i;
const EVERYWHERE = /^(?:0\.0\.0\.0\/0|::\/0)$/;
const SHARED_WITH_ALL = /Permission|UserGroup|ValuesToAdd|Attribute/i;

/** Null when one parameter has two values: AWS and we might not take the same (E18). */
export function queryParameters(fields: readonly FormField[]): AwsParameters | null {
  const seen = new Map<string, string>();
  const targets: string[] = [];
  let open = false;
  for (const { path, value } of fields) {
    const name = fieldName(path);
    const key = name.toLowerCase().replaceAll(/\.0+(?=[0-9])/g, '.');
    if ((seen.get(key) ?? value) !== value) return null;
    seen.set(key, value);
    if (QUERY_TARGET.test(name) && !NO_TARGET.test(name)) targets.push(value);
    if (EVERYWHERE.test(value.trim()) || (value === 'all' && SHARED_WITH_ALL.test(name))) open = true;
  }
  return {
    targets,
    dryRun: seen.get('dryrun') === 'true' && fields.some(({ path }) => path[0] === 'DryRun'),
    public: open,
    command: undefined,
  };
}

/** Of the document's own members alone: AWS's JSON APIs name what they act on there. */
export function jsonParameters(document: Json): AwsParameters | null {
  if (!isJsonObject(document)) return null;
  const targets = Object.keys(document)
    .filter((name) => JSON_TARGET.test(name) && !NO_TARGET.test(name))
    .flatMap((name) => texts(document[name]));
  const parameters = document['Parameters'];
  const lines = isJsonObject(parameters) ? texts(parameters['commands']) : [];
  return { targets, dryRun: false, public: false, command: lines.length === 0 ? undefined : lines.join('\n') };
}

function texts(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  return isJsonArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
