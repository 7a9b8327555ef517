import type {Output} from '@sluice/cli-kit';
import type {Listing} from '@sluice/connector-socrata';
import {aligned, count, counted, oneLine, type AlignedOptions} from '@sluice/report';
import type {Described} from './described.ts';

/** How wide lines get, and in what. */
export type Look = Pick<AlignedOptions, 'width' | 'unicode'>;

/** As wide as the terminal; what goes to a file or a program is not shortened. */
export const lookOf = ({isTerminal, columns, unicode}: Pick<Output, 'isTerminal' | 'columns' | 'unicode'>): Look => ({unicode, ...(isTerminal && {width: columns})});

/** A line for each data set. */
export function listText({entries, total}: Listing, look: Look): string {
  if (entries.length === 0) return 'nothing was found\n';
  const lines = aligned([['ID', 'CHANGED', 'COLUMNS', 'NAME'], ...entries.map(({id, updatedAt, columns, name}) => [id, updatedAt?.slice(0, 10) ?? '', count(columns), name])], {...look, numbers: [2]});
  return textOf(lines) + (total > entries.length ? `${count(total - entries.length)} more: --limit, --search\n` : '');
}

/** What a data set holds, for people. */
export function describedText({schema: {comment = '', columns, primaryKey}, rows, lastUpdated, omissions}: Described, look: Look): string {
  const table = aligned([['COLUMN', 'TYPE', 'BECOMES', ''], ...columns.map(({name, native, type, comment: said = ''}) => [name, native?.sql ?? type, type, said])], look);
  const left = omissions.map(({name, reason}) => oneLine(`not read: ${name}: ${reason}`));
  const [title = ''] = aligned([[comment]], {...look, ...(look.width !== undefined && {width: TITLE_LINES * look.width})});
  const facts = oneLine(`${counted(rows, 'row')}${lastUpdated === null ? '' : `, the last change ${lastUpdated}`}; the key is ${primaryKey.join(', ')}`);
  return textOf([title, facts, '', ...table, ...left]);
}

const TITLE_LINES = 4;
const textOf = (lines: readonly string[]) => lines.map(line => `${line}\n`).join('');
