import type {CopyPlan, Detection} from '@sluice/job';

interface Changes {
  readonly plan: CopyPlan;
  readonly detection: Detection;
  readonly since: string | null;
}

/** What `changed --json` prints: a contract, versioned by `format`. */
export function changesDocument({plan, detection, since}: Changes): object {
  const {decisions, removed, full, viewsChanged, drift, warnings} = detection;
  return {
    format: 'sluice.changes/1',
    since,
    full: full !== null,
    reasons: full ?? [],
    tables: [
      ...decisions.map(({table, kind, reasons}) => ({name: table.source.table, change: full === null ? kind : 'rewritten', reasons})),
      ...removed.map(({name, reason}) => ({name, change: 'removed', reasons: [reason]})),
    ],
    viewsChanged,
    drift: drift?.found ?? [],
    warnings: [...plan.warnings, ...warnings],
  };
}

const verbs = {new: 'new', patched: 'changed rows', rewritten: 'anew', unchanged: 'unchanged'} as const;

/** The same for people: what would be updated and why. */
export function changesText({detection, since, plan}: Changes): string {
  const {decisions, removed, full, viewsChanged, drift, warnings} = detection;
  const lines: string[] = [];
  if (full !== null) {
    lines.push(`An update would copy everything: ${full.join('; ')}.`);
  } else {
    const moving = decisions.filter(({kind}) => kind !== 'unchanged');
    const width = Math.min(40, Math.max(0, ...[...moving.map(({table}) => table.source.table), ...removed.map(({name}) => name)].map(name => name.length)));
    for (const {table, kind, reasons, untold} of moving) lines.push(`${table.source.table.padEnd(width)}  ${(untold ? 'read again' : verbs[kind]).padEnd(12)}  ${reasons.join('; ') || 'it was not there before'}`);
    for (const {name, reason} of removed) lines.push(`${name.padEnd(width)}  ${'goes'.padEnd(12)}  ${reason}`);
    if (viewsChanged) lines.push('The views changed.');
    for (const found of drift?.found ?? []) lines.push(`Somebody changed the file: ${found}.`);
    const untold = moving.filter(decision => decision.untold).length;
    const count = moving.length - untold + removed.length;
    lines.push(...lines.length > 0 ? [''] : [], count === 0 && untold === 0 && !viewsChanged && (drift?.found.length ?? 0) === 0
      ? `Nothing changed in ${decisions.length.toLocaleString('en')} tables since ${since ?? 'the last run'}.`
      : `${count.toLocaleString('en')} of ${(decisions.length + removed.length).toLocaleString('en')} tables would be updated${untold === 0 ? '' : `, ${untold.toLocaleString('en')} read to find out`}.`);
  }
  for (const warning of [...plan.warnings, ...warnings]) lines.push(`Warning: ${warning}`);
  return `${lines.join('\n')}\nNothing was touched.\n`;
}
