// No single agent may take every connection: the others' requests must still get in (threats G2, G7).

import { InterlockError } from '../errors.ts';

export interface AgentLimit {
  /** Throws CONNECTION_LIMIT when this agent has as many tunnels as one may. What it returns is called once, when the tunnel is gone. */
  enter(agent: string): () => void;
}

export function createAgentLimit(tunnelsPerAgent: number): AgentLimit {
  const open = new Map<string, number>();
  return {
    enter(agent) {
      const count = open.get(agent) ?? 0;
      if (count >= tunnelsPerAgent) {
        throw new InterlockError(
          'CONNECTION_LIMIT',
          `this agent has ${count} connections open, which is as many as one agent may`,
        );
      }
      open.set(agent, count + 1);
      return () => {
        const left = (open.get(agent) ?? 1) - 1;
        if (left === 0) open.delete(agent);
        else open.set(agent, left);
      };
    },
  };
}
