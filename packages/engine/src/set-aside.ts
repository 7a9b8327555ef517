import type {TableState} from './ledger.ts';

/** What somebody should know about tables whose rows refer to a table of which rows were set aside. */
export function setAsideWarnings(states: readonly TableState[]): string[] {
  return states.filter(({rowsQuarantined}) => rowsQuarantined > 0).flatMap(({table: {out: {table}}, rowsQuarantined}) => {
    const referring = states.filter(({table: {out}}) => out.foreignKeys?.some(key => key.table === table)).map(({table: {out}}) => out.table);
    if (referring.length === 0) return [];
    const some = rowsQuarantined === 1 ? 'a row' : `${rowsQuarantined} rows`;
    return [`${some} of table ${table} ${rowsQuarantined === 1 ? 'was' : 'were'} set aside: rows of ${referring.join(', ')} may refer to what is not there`];
  });
}
