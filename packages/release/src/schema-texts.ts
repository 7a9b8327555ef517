import type {Schema, ViewTarget} from '@sluice/core';

/** A text that goes out with the structure of a release, and where it stands. */
export interface SchemaText {
  /** Of the source; null for what belongs to no single table. */
  readonly table: string | null;
  readonly column: string | null;
  /** What it is, as the subject of a sentence: `the default`. */
  readonly what: string;
  readonly text: string;
}

/** Everything that somebody wrote into a schema: names, defaults, comments, words of enumerations, conditions. Rows are not the only place where a name can stand. */
export function schemaTexts(tables: readonly {readonly source: Schema; readonly out: Schema}[], views: readonly ViewTarget[]): readonly SchemaText[] {
  return [
    ...tables.flatMap(({source, out}) => ofTable(source.table, out)),
    ...views.flatMap(({name, ddl}): SchemaText[] => [{table: name, column: null, what: 'the name of the view', text: name}, {table: name, column: null, what: 'the text of the view', text: ddl}]),
  ];
}

function ofTable(table: string, {table: target, columns, comment, indexes = [], checks = [], foreignKeys = []}: Schema): SchemaText[] {
  const texts: SchemaText[] = [];
  const tell = (column: string | null, what: string, text: string | undefined) => {
    if (text !== undefined && text !== '') texts.push({table, column, what, text});
  };
  tell(null, 'the name of the table', target);
  tell(null, 'the comment', comment);
  for (const {name, default: given, comment: about, enumValues = [], generated} of columns) {
    tell(name, 'the name', name);
    tell(name, 'the default', given?.kind === 'literal' ? given.text : given?.sql);
    tell(name, 'the comment', about);
    for (const word of enumValues) tell(name, 'a word of the enumeration', word);
    tell(name, 'the expression', generated?.sql);
  }
  for (const {name, parts, native, comment: about} of indexes) {
    tell(null, 'the name of an index', name);
    tell(null, 'the comment of an index', about);
    tell(null, 'the text of an index', native?.sql);
    for (const {expression} of parts) tell(null, 'the expression of an index', expression?.sql);
  }
  for (const {name, sql} of checks) {
    tell(null, 'the name of a check', name);
    tell(null, 'a check', sql);
  }
  for (const {name} of foreignKeys) tell(null, 'the name of a foreign key', name);
  return texts;
}
