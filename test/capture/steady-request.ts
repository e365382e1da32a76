// What differs from run to run and from machine to machine is replaced by fixed values, so that the same SDK gives the same bytes.

import type { WireRequest } from './wire-request.ts';

const UUID = /[0-9a-f]{8}-(?!0000-4000-8000)[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const NO_UUID = '00000000-0000-4000-8000-000000000000';
/** What SDKs tell about themselves and the machine. */
const TELEMETRY = /^(x-stripe-client-|x-amz-user-agent|x-goog-api-client|x-stainless-|x-fern-|x-ms-useragent|x-sdk-|x-client-)/i;

export function steady(request: WireRequest): WireRequest {
  const boundary = boundaryOf(request);
  const replace = (text: string): string => {
    const named = boundary === null ? text : text.replaceAll(boundary, 'sdk-boundary');
    return named.replace(UUID, NO_UUID);
  };
  return {
    line: replace(request.line),
    version: request.version,
    fields: request.fields.map(([name, value]) => [name, replace(steadyField(name, value))]),
    // Compressed bytes hold nothing that is said in the clear, and must stay whole.
    body: isText(request.body) ? Buffer.from(replace(request.body.toString('latin1')), 'latin1') : request.body,
  };
}

function steadyField(name: string, value: string): string {
  if (TELEMETRY.test(name)) return 'sdk';
  // The product and its version stay; the machine and its Node go.
  if (/^user-agent$/i.test(name)) return value.split(/ *\(| os\/|(?:^| )(?:gl-)?node[/.v]/i)[0] || 'sdk';
  if (/^traceparent$/i.test(name)) return `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`;
  return value.replace(/Signature=[0-9a-f]{64}/, `Signature=${'0'.repeat(64)}`);
}

function boundaryOf({ fields }: WireRequest): string | null {
  const type = fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return /boundary="?([^";]+)/.exec(type)?.[1] ?? null;
}

function isText(body: Buffer): boolean {
  return body[0] !== 0x1f || body[1] !== 0x8b;
}
