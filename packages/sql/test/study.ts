import type {Column, ColumnType} from '@sluice/core';
import type {TranslatableColumn, TranslatableTable} from '../src/index.ts';

const column = (name: string, type: ColumnType, more: Partial<Column> = {}): TranslatableColumn => ({column: {name, type, nullable: true, ...more}});

/** A table with a column of each kind that translation tells apart. */
export const study: TranslatableTable = {
  name: 'study',
  columns: [
    column('id', 'int'), column('huge', 'int', {unsigned64: true}), column('ratio', 'float'), column('yes', 'bool'),
    column('price', 'decimal', {precision: 10, scale: 2}),
    {...column('amount', 'decimal', {precision: 30, scale: 4}), decimalAsText: true},
    column('code', 'text'), column('name', 'text', {caseInsensitive: true}), column('other', 'text', {caseInsensitive: true}),
    column('raw', 'bytes'), column('doc', 'json'), column('day', 'date'), column('at', 'timestamp', {scale: 3}), column('clock', 'time', {scale: 0}),
    {...column('order', 'int'), target: 'order_2'},
  ],
};

export const visit: TranslatableTable = {name: 'visit', target: 'visit_2', columns: [column('id', 'int', {native: {dialect: 'mysql', sql: 'int(11)'}}), column('study_id', 'int'), column('note', 'text', {caseInsensitive: true})]};
