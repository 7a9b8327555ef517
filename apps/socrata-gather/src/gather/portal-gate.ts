import type {ProvedRead, SocrataSource} from '@sluice/connector-socrata';
import type {Gate} from '@sluice/core';

/**
 * Lets go live only rows of which the portal says the same: it counts and sums while they are read back from where they lie. `proved`: what it said;
 * null where the run did not come so far. The gate throws VERIFY, as a read that waits for its proof does.
 */
export function portalGate(portal: SocrataSource): {readonly gate: Gate; proved(): ProvedRead | null} {
  let read: ProvedRead | null = null;
  return {
    gate: {
      name: 'the portal',
      async examine({tables}) {
        for (const {read: schema} of tables) read = await portal.proved(schema);
        return [];
      },
    },
    proved: () => read,
  };
}
