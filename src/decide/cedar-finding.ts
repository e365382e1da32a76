// An error of Cedar's parser or validator, at its line and column of the operator's file.

import { errorAt, utf16Offset, warningAt } from './bundle-finding.ts';
import type { BundleFinding, Place } from './bundle-finding.ts';
import type { CedarError } from './engine.ts';

/** Cedar's offsets count bytes of the text it was given; `placeOf` tells where a UTF-16 offset of that text stands in the file. */
export function cedarFinding(
  file: string,
  placeOf: (offset: number) => Place,
  given: string,
  error: CedarError,
  fatal: boolean,
): BundleFinding {
  const location = error.sourceLocations?.[0];
  const place = placeOf(utf16Offset(given, location?.start ?? 0));
  const expected = location !== undefined && location.label !== null ? `: ${location.label}` : '';
  const message = `${error.message.replace(/^for policy `[^`]*`, /, '')}${expected}`;
  const fix = (error.help ?? helpFor(error.message)).replace(/^for policy `[^`]*`, /, '');
  return fatal ? errorAt(file, place, message, fix) : warningAt(file, place, message, fix);
}

/** Where Cedar itself has no advice. */
function helpFor(message: string): string {
  if (message.includes('unable to find an applicable action'))
    return 'a group of actions is named with `in`, not with `==`: action in Action::"email"';
  if (message.includes('policy is impossible')) return 'look for a condition that can never be true, or types that are never met';
  return '';
}
