// GET /v1/entries/:sequence/proof: the proof file of one entry, as `interlock ledger verify-proof` takes it.

import type { FastifyInstance } from 'fastify';
import { answers, COUNT, FLAG, object, part, READ_SECURITY, type Schema } from './api-schema.ts';
import type { operatorsOnly } from './operators.ts';
import type { ProofDesk } from './proof-desk.ts';

export interface ProofRouteDeps {
  readonly operators: ReturnType<typeof operatorsOnly>;
  readonly proofs: Pick<ProofDesk, 'proveEntry'>;
}

const PROOF_FILE: Schema = {
  type: 'object',
  description:
    'The file itself; see docs/ledger-proofs.md. Check it offline: `interlock ledger verify-proof FILE --public-key KEY`.',
};

/** INVARIANT: no hidden value leaves this way: to disclose one is another act, with a reason, and on record. */
export function addProofRoutes(app: FastifyInstance, { operators, proofs }: ProofRouteDeps): void {
  app.get<{ Params: { readonly sequence: number }; Querystring: { readonly bundle?: boolean; readonly related?: boolean } }>(
    '/v1/entries/:sequence/proof',
    {
      onRequest: operators,
      schema: {
        tags: ['ledger'],
        summary: 'A proof of one entry, as a file',
        description:
          'With its outcome, the moves of its ticket and the text of the bundle that decided, unless these are left out.',
        security: READ_SECURITY,
        params: object({ sequence: COUNT }),
        querystring: part({ bundle: FLAG, related: FLAG }),
        response: answers({ 200: PROOF_FILE }, 404, 500),
      },
    },
    async ({ params: { sequence }, query: { bundle = true, related = true } }, reply) => {
      const { proof } = await proofs.proveEntry({ id: String(sequence), bundle, related, since: null });
      return reply.header('content-disposition', `attachment; filename="entry-${sequence}.proof.json"`).send(proof);
    },
  );
}
