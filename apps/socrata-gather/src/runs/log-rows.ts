import type {Endpoint} from '@sluice/core';
import type {Topic} from '../topics/topic-file.ts';
import type {LogRow} from './run-row.ts';

/** A row of the log about a run of a topic into a target; `total` rows are published. */
export const logRow = ({dataset, table}: Pick<Topic, 'dataset' | 'table'>, target: Endpoint, total: number, count: number, comments: string): Omit<LogRow, 'id'> => {
  const {host, db} = hostOf(target);
  return {sourceFile: dataset, targetHost: host, targetDb: db, targetTable: table, totalRowCount: total, chunkRowCount: count, comments, importTimestamp: new Date().toISOString().replace('T', ' ').replace('Z', '')};
};

/** Host and database of a target; of a file its name. */
function hostOf({url}: Endpoint): {readonly host: string; readonly db: string} {
  const [, host = '', db = ''] = /^[a-z]+:\/\/(?:[^@/]*@)?([^/?]*)\/?([^?]*)/.exec(url) ?? [];
  return host === '' ? {host: '', db: url.replace(/^[a-z]+:/, '').replace(/\?.*$/, '')} : {host, db};
}
