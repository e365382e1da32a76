// An error of Cedar's parser or validator, at its line and column of the operator's file.

import { errorAt, placeAt, utf16Offset, warningAt } from './bundle-finding.ts';
import type { BundleFinding } from './bundle-finding.ts';
import type { CedarError } from './engine.ts';

/** Cedar's offsets count bytes of the text it was given, which starts at `offset` (UTF-16 units) of the file. */
export function cedarFinding(
  file: string,
  fileText: string,
  offset: number,
  given: string,
  error: CedarError,
  fatal: boolean,
): BundleFinding {
  const location = error.sourceLocations?.[0];
  const place = placeAt(fileText, offset + utf16Offset(given, location?.start ?? 0));
  const expected = location !== undefined && location.label !== null ? `: ${location.label}` : '';
  const message = `${error.message.replace(/^for policy `[^`]*`, /, '')}${expected}`;
  const fix = (error.help ?? '').replace(/^for policy `[^`]*`, /, '');
  return fatal ? errorAt(file, place, message, fix) : warningAt(file, place, message, fix);
}
