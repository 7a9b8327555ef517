import type {Verification} from '@sluice/job';

const number = (n: number) => n.toLocaleString('en');
const rows = (n: number) => `${number(n)} ${n === 1 ? 'row' : 'rows'}`;

/** What a comparison found, for people. Row numbers, never values. */
export function verificationText({tables, totals, status, seconds, warnings}: Verification): string {
  const lines: string[] = [];
  for (const table of tables) {
    if (table.status === 'equal') continue;
    if (table.status === 'missing') lines.push(`${table.name}: not in the file`);
    else if (table.status === 'extra') lines.push(`${table.name}: in the file, and nobody put it there`);
    else {
      const parts = [
        ...table.differing > 0 ? [`${rows(table.differing)} ${table.differing === 1 ? 'differs' : 'differ'} in ${table.columns.filter(({differing}) => differing > 0).map(({name, differing}) => `${name} (${number(differing)})`).join(', ')}, ${places(table.ordinals.differing, table.differing, 'source')}`] : [],
        ...table.missing > 0 ? [`${rows(table.missing)} missing, ${places(table.ordinals.missing, table.missing, 'source')}`] : [],
        ...table.extra > 0 ? [`${rows(table.extra)} too many, ${places(table.ordinals.extra, table.extra, 'file')}`] : [],
      ];
      lines.push(`${table.name}: ${parts.join('; ') || table.status}`);
    }
  }
  if (lines.length > 0) lines.push('');
  for (const warning of warnings) lines.push(`Warning: ${warning}`);
  lines.push(status === 'equal'
    ? `Equal: ${number(totals.tables)} tables, ${rows(totals.rows.left)}, compared value by value in ${seconds.toFixed(1)} s.`
    : `Different: ${number(totals.tables - totals.equal)} of ${number(totals.tables)} tables (${rows(totals.rows.left)} at the source, ${number(totals.rows.right)} in the file; ${seconds.toFixed(1)} s).`);
  return `${lines.join('\n')}\n`;
}

/** Numbers of rows in the order in which a side reads them, counted from one. */
function places(ordinals: readonly number[], count: number, side: string): string {
  const shown = ordinals.slice(0, 5).map(ordinal => number(ordinal + 1)).join(', ');
  return `${count === 1 ? 'number' : 'numbers'} ${shown}${count > 5 ? ' …' : ''} of the ${side}`;
}
