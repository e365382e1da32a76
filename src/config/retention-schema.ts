// The schema of `ledger.segments` and `ledger.retention`: when entries are sealed into files, and when such files are dropped.

import { z } from 'zod';

const MIB = 1024 * 1024;
const TIB = MIB * MIB;

export const segments = z
  .strictObject({
    keepLiveEntries: whole(1, 1_000_000_000)
      .default(262_144)
      .describe('Entries that stay in the database at least; older ones are sealed.'),
    entriesPerSegment: z
      .union([z.literal(256), z.literal(65_536)], { error: 'expected 256 or 65536' })
      .default(65_536)
      .describe('Entries of one segment: 65536, or 256 for a small ledger. Segments that are there already decide.'),
  })
  .nullable()
  .default(null);

export const retention = z.strictObject({
  keepDays: whole(1, 36_500)
    .nullable()
    .default(null)
    .describe('Segments whose newest entry is older are dropped. null: never by age.'),
  keepBytes: whole(MIB, 1024 * TIB)
    .nullable()
    .default(null)
    .describe('The most that sealed segments may take on disk; the oldest are dropped first. null: no bound.'),
});

function whole(least: number, most: number): z.ZodInt {
  const error = `expected a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}
