// An operator's proofs where a test asks for none.

import { InterlockError } from '../../src/errors.ts';
import type { ProofDesk } from '../../src/serve/proof-desk.ts';

const none = async (): Promise<never> => {
  throw new InterlockError('NAME_UNKNOWN', 'there is no such entry');
};

export const NO_PROOFS: ProofDesk = { proveEntry: none, discloseEntry: none, proveConsistency: none };
