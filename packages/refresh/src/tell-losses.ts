import {setAsideWarnings, type RunLedger, type TableState} from '@sluice/engine';
import type {TableBase} from './base.ts';
import {lossesOf} from './chunk-losses.ts';

/**
 * Tells what rules for losses did to the rows that are there, whichever run has brought them. `place`: the file of this run's rows that
 * were set aside; what a run before it set aside stays in a file of its own.
 */
export function tellLosses(made: ReadonlyMap<string, TableBase>, states: ReadonlyMap<string, TableState>, ledger: RunLedger, place: string | undefined): void {
  const before = new Map<string, number>();
  for (const [name, {chunks}] of made) {
    const {adjustments, aside} = lossesOf(chunks);
    const state = states.get(name)!;
    state.adjustments = [...adjustments, ...state.adjustments];
    state.rowsQuarantined = [...aside.values()].reduce((sum, rows) => sum + rows, 0);
    for (const [at, rows] of aside) if (at !== place) before.set(at, (before.get(at) ?? 0) + rows);
  }
  ledger.asideBefore = before;
  for (const [at, rows] of before) {
    ledger.warnings.push(`${rows === 1 ? 'one of the rows that were set aside is' : `${rows} of the rows that were set aside are`} in ${at}, of a run that did not come to its end; what it was about to write came again, and may stand in both files`);
  }
  ledger.warnings.push(...setAsideWarnings(ledger.states, 'replace'));
}
