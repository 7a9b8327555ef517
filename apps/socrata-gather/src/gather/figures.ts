import {createHash} from 'node:crypto';
import type {ColumnFigures} from '@sluice/connector-socrata';
import type {TableRunFacts} from '@sluice/job';
import type {Topic} from '../topics/topic-file.ts';
import type {Proof} from './prove.ts';

export type Figures = NonNullable<TableRunFacts['figures']>;

/**
 * What the portal says of all rows beside what the table has, as receipt and `--json` tell it; null where the data set changed while it was asked.
 * Texts, which may be long, and all values of a data set that wants a user, which nobody else may see, are digests: they can be compared, and are not shown.
 */
export function figuresOf({published, columns, table}: Proof, {user}: Pick<Topic, 'user'>): Figures | null {
  if (published === null) return null;
  const figures = ({count, min, max, sum, isText}: ColumnFigures) => {
    const shown = isText ? digestOf : user === undefined ? (text: string) => text : (text: string) => digestOf(plainNumber(text));
    const told = (name: string, value: string | null | undefined) => (value === undefined ? {} : {[name]: value === null ? null : shown(value)});
    return {count, ...told('min', min), ...told('max', max), ...told('sum', sum)};
  };
  return {
    asOf: published.lastUpdated, rows: {source: published.rows, destination: table.rows},
    columns: columns.map(({published: said, own, unlike}) => ({name: said.name, source: figures(said), destination: figures(own), equal: unlike.length === 0})),
  };
}

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** A number without the zeros that end it. */
const plainNumber = (text: string): string => text.replace(/^(-?\d+)(?:\.0+|(\.\d*?)0+)$/, '$1$2');
