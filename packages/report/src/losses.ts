import type {Adjustment, RunReport} from '@sluice/core';
import {counted} from './format.ts';

const MET: Readonly<Record<NonNullable<Adjustment['rule']>, string | null>> = {text: null, null: 'NULL in its place', quarantine: 'its row set aside'};

/** What became of a value, and why. */
export function adjustmentText({kind, rule}: Adjustment): string {
  const met = rule === undefined ? null : MET[rule];
  return met === null ? kind : `${kind}: ${met}`;
}

/** How many values met a rule for losses, but for those whose rows were set aside; null when there is none. */
export function lossCounts({tables}: Pick<RunReport, 'tables'>): string | null {
  const sum = (rule: Adjustment['rule']) => tables.flatMap(({adjustments}) => adjustments).reduce((total, each) => total + (each.rule === rule ? each.count : 0), 0);
  const parts = ([['text', 'kept as text'], ['null', 'became NULL']] as const).flatMap(([rule, what]) => {
    const values = sum(rule);
    return values === 0 ? [] : [`${counted(values, 'value')} ${what}`];
  });
  return parts.length === 0 ? null : parts.join(', ');
}
