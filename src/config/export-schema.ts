// The schema of `ledger.export`: the places that entries are shipped to.

import { z } from 'zod';
import { VERDICTS } from '../decide/judgement.ts';
import { ENTRY_TYPES } from '../record/entry-types.ts';

const path = z.string().min(1, 'expected a path');

const names = z.array(z.string().min(1).max(128)).min(1, 'expected at least one').max(64).optional();

const only = z.strictObject({
  type: z.array(z.enum(ENTRY_TYPES)).min(1, 'expected at least one').optional().describe('Types of entries.'),
  verdict: z.array(z.enum(VERDICTS)).min(1, 'expected at least one').optional().describe('Verdicts, with their outcomes.'),
  agent: names.describe('Agents.'),
  action: names.describe('Actions, such as email.send.'),
  host: names.describe('Hosts.'),
});

const receiver = z.strictObject({
  host: z.string().min(1).max(253).describe('Name or address of the receiver.'),
  port: z.int('expected a port').min(1, 'expected a port').max(65_535, 'expected a port').default(6514).describe('Its port.'),
  tls: z.boolean().default(true).describe('RFC 5425. `false` sends everything in the clear over TCP.'),
  caFile: path.optional().describe('PEM file with the roots that its certificate must come from; without one: the public ones.'),
  clientCert: z
    .strictObject({
      cert: path.describe('PEM file with the certificate and its chain.'),
      key: path.describe('PEM file with the private key.'),
    })
    .optional()
    .describe('What Interlock shows to a receiver that asks who it is.'),
  // What rsyslog takes unless it is told otherwise. RFC 5425 has every receiver take the least.
  maxMessageBytes: z
    .int('expected a number of bytes')
    .min(2_048, 'expected at least 2048')
    .max(16_777_216, 'expected at most 16777216')
    .default(8_096)
    .describe('The longest message that it takes; a longer entry is told in brief.'),
});

const syslog = receiver.refine((to) => to.tls || (to.clientCert === undefined && to.caFile === undefined), {
  error: 'caFile and clientCert are for TLS',
});

const sink = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'expected a name of a-z, 0-9 and -, at most 32 characters')
      .describe('Names its cursor in `dataDir/export/`, its metrics and its lines in the log.'),
    file: path.optional().describe('A file that lines are added to; opened anew every second, so it may be moved away.'),
    syslog: syslog.optional().describe('A syslog receiver (RFC 5424 with octet counting, over TLS or TCP).'),
    format: z.enum(['jsonl', 'ocsf']).default('jsonl').describe('Of each line: docs/export.md.'),
    values: z
      .enum(['open', 'revealed'])
      .default('open')
      .describe('Hidden values: left out, or with them. Erasing does not reach there.'),
    only: only.prefault({}).describe('Only these; everything that is given must hold.'),
  })
  .refine((one) => (one.file === undefined) !== (one.syslog === undefined), { error: 'expected either file or syslog' });

export const exportSinks = z
  .array(sink)
  .max(8)
  .refine((sinks) => new Set(sinks.map(({ name }) => name)).size === sinks.length, {
    error: 'expected a name of its own for each',
  })
  .default([])
  .describe('Where entries are shipped to, at least once and in order.');

export type FileSinks = z.output<typeof exportSinks>;
