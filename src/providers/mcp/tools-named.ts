// Whether bytes name a list of tools, however they are spelt, also where there are too many of them to be held.

import { withoutZeros } from '../../classify/without-zeros.ts';

/** Each letter as it is or escaped, in either case, and the long s that Go's readers take for one (`foldName`), its UTF-8 as Latin-1. */
const NAME = /"(?:t|\\u00[57]4)(?:o|\\u00[46]f)(?:o|\\u00[46]f)(?:l|\\u00[46]c)(?:s|\xc5\xbf|\\u0(?:0[57]3|17f))"/i;

/** As a key or a value, however it is escaped or cased, in UTF-8, UTF-16 or UTF-32: Python's clients read them all, Go's in any case (E17). */
export function namesTools(bytes: Buffer): boolean {
  return NAME.test(withoutZeros(bytes).toString('latin1'));
}

/** `"tools"` with each letter escaped, in UTF-32, is 128 bytes. */
const SEAM_BYTES = 256;

/** The same of bytes that pass piece by piece: a name that lies across two of them is found in the second. */
export function toolsWatcher(): (piece: Buffer) => boolean {
  let before = Buffer.alloc(0);
  return (piece) => {
    const seen = Buffer.concat([before, piece]);
    before = seen.subarray(-SEAM_BYTES);
    return namesTools(seen);
  };
}
