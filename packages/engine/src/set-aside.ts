import type {TableState} from './ledger.ts';
import type {CopyMode} from './request.ts';

/** What somebody should know about rows that were set aside: what of them is at the destination all the same, and whose rows may refer to them. */
export function setAsideWarnings(states: readonly TableState[], mode: CopyMode): string[] {
  return states.filter(({rowsQuarantined}) => rowsQuarantined > 0).flatMap(({table: {out: {table}, rows}, rowsQuarantined}) => {
    const one = rowsQuarantined === 1;
    const some = `${one ? 'a row' : `${rowsQuarantined} rows`} of table ${table} ${one ? 'was' : 'were'} set aside`;
    const referring = states.filter(({table: {out}}) => out.foreignKeys?.some(key => key.table === table)).map(({table: {out}}) => out.table);
    const [they, them] = one ? ['it is', 'it'] : ['they are', 'them'];
    return [
      ...(referring.length === 0 ? [] : [`${some}: rows of ${referring.join(', ')} may refer to what is not there`]),
      ...(mode === 'mirror' ? [`${some}: ${they} not in the table, even if an earlier run had brought ${them} there`] : []),
      ...(mode === 'upsert' ? [`${some}: what an earlier run brought of ${them} stays in the table as it is`] : []),
      ...(mode === 'append' || rows?.cursor !== undefined ? [`${some}: the next run does not read ${them} again`] : []),
    ];
  });
}
