import {ErrorCode, PipelineError, type Catalog, type Destination, type TargetPlan, type Transform} from '@sluice/core';

/** Whether whatever a load leaves out must not be at the destination either. */
export const isConfined = (transforms: readonly Transform[]): boolean => transforms.some(({confines}) => confines);

export interface Before {
  /** What the source has. */
  readonly found: Catalog;
  /** Of that, the tables that are copied. */
  readonly writes: readonly string[];
  readonly destination: Destination;
  readonly target: TargetPlan;
  /** The load takes away what it can. */
  readonly alone: boolean;
}

/**
 * Looks for what earlier runs left at the destination of a run that confines what may be there.
 * Resolves with warnings that name what does not stay. Throws CONFIG when something stays that this
 * run leaves out of its source: then what the rules keep back would be there all the same.
 */
export async function findFromBefore({found, writes, destination, target, alone}: Before, signal: AbortSignal): Promise<readonly string[]> {
  const live = await destination.contents?.(signal) ?? [];
  const kept = new Set([...writes, ...target.views.map(({name}) => name)]);
  const leftOut = new Set([...found.tables.map(({table}) => table), ...found.views.map(({name}) => name)].filter(name => !kept.has(name)).map(fold));
  const written = new Set([...target.tables.flatMap(table => [table.table, table.target]), ...target.views.map(({name}) => name)]);
  // What an alone load would take away, because nothing else may be there, stays in a mode that writes into what is there.
  const staying = live.filter(({name, goes}) => !(goes && alone) && !written.has(name) && (goes || leftOut.has(fold(name))));
  if (staying.length > 0) {
    throw new PipelineError(ErrorCode.CONFIG, `${destination.label} holds what this run ${staying.every(({name}) => leftOut.has(fold(name))) ? 'leaves out' : 'does not write'}: ${staying.map(({name}) => name).join(', ')}`, {
      problems: staying.map(({name}) => ({path: name, message: leftOut.has(fold(name)) ? 'is there from before, and this run leaves it out' : 'is there from before, and with a policy there is nothing but what the run writes'})),
      remedy: 'drop it there, or choose another destination; nothing was read',
    });
  }
  // A destination that does not tell letters' cases apart has written over a name of another case.
  const folded = new Set([...written].map(fold));
  const going = [...new Set(live.filter(({name, goes}) => goes && alone && !folded.has(fold(name))).map(({name}) => name))].sort();
  return going.length === 0 ? [] : [
    `${destination.label} holds from before, and ${going.length === 1 ? 'it does' : 'they do'} not stay: ${going.join(', ')}; with a policy there is nothing but what the run writes`,
  ];
}

const fold = (name: string) => name.toLowerCase();
