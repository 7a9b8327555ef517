import {tokenize, type Token} from '@sluice/sql';
import {readNote, type Note} from './comments.ts';
import {fold} from './naming.ts';

/** What PRAGMAs do not tell of a column. */
export interface ParsedColumn {
  readonly notes: readonly Note[];
  readonly collation: string | null;
  readonly generated: string | null;
  readonly autoIncrement: boolean;
}

export interface ParsedTable {
  readonly notes: readonly Note[];
  /** By folded name. */
  readonly columns: ReadonlyMap<string, ParsedColumn>;
  /** `name` is empty where none is given. */
  readonly checks: readonly {readonly name: string; readonly sql: string}[];
  /** Names of foreign keys in the order of the text, empty where none is given. */
  readonly foreignKeys: readonly string[];
}

/** Reads the text of a CREATE TABLE as SQLite keeps it. */
export function parseTable(sql: string): ParsedTable {
  const {before, parts} = splitBody(sql);
  const columns = new Map<string, ParsedColumn>();
  const checks: {name: string; sql: string}[] = [];
  const foreignKeys: string[] = [];
  const tableNotes = notesOf(before.filter(({kind}) => kind === 'comment'), sql);

  for (const [i, part] of parts.entries()) {
    let tokens = part;
    if (i === 0) {
      // Comments in front of the first column belong to the table.
      const own = tokens.findIndex(({kind}) => kind !== 'comment');
      tableNotes.push(...notesOf(tokens.slice(0, own), sql));
      tokens = tokens.slice(own);
    }
    const code = tokens.filter(({kind}) => kind !== 'comment');
    const head = code[0];
    if (!head) continue;
    const isConstraint = head.kind === 'word' && ['constraint', 'primary', 'unique', 'check', 'foreign'].includes(head.value);
    const found = readConstraints(sql, isConstraint ? code : code.slice(1));
    checks.push(...found.checks);
    foreignKeys.push(...found.foreignKeys);
    if (!isConstraint) {
      columns.set(fold(nameOf(sql, head)), {
        notes: notesOf(tokens.filter(({kind}) => kind === 'comment'), sql),
        collation: found.collation, generated: found.generated, autoIncrement: found.autoIncrement,
      });
    }
  }
  return {notes: tableNotes, columns, checks, foreignKeys};
}

export interface ParsedIndex {
  readonly notes: readonly Note[];
  /** SQL of each indexed term, without direction and collation. */
  readonly terms: readonly string[];
}

export function parseIndex(sql: string): ParsedIndex {
  const {before, parts} = splitBody(sql);
  return {
    notes: notesOf(before.filter(({kind}) => kind === 'comment'), sql),
    terms: parts.map(part => {
      let code = part.filter(({kind}) => kind !== 'comment');
      const drop = (n: number) => { code = code.slice(0, -n); };
      if (isWord(code.at(-1), 'asc', 'desc')) drop(1);
      if (isWord(code.at(-2), 'collate')) drop(2);
      return textOf(sql, code);
    }),
  };
}

/** The SELECT of a CREATE VIEW. */
export function parseView(sql: string): string | null {
  let depth = 0;
  for (const token of tokenize(sql, 'sqlite')) {
    if (token.value === '(' && token.kind === 'operator') depth++;
    if (token.value === ')' && token.kind === 'operator') depth--;
    if (depth === 0 && isWord(token, 'as')) return sql.slice(token.end).trim();
  }
  return null;
}

interface Constraints {
  readonly checks: readonly {readonly name: string; readonly sql: string}[];
  readonly foreignKeys: readonly string[];
  readonly collation: string | null;
  readonly generated: string | null;
  readonly autoIncrement: boolean;
}

function readConstraints(sql: string, code: readonly Token[]): Constraints {
  const checks: {name: string; sql: string}[] = [];
  const foreignKeys: string[] = [];
  let collation: string | null = null;
  let generated: string | null = null;
  let autoIncrement = false;
  let name = '';
  // REFERENCES behind FOREIGN KEY is part of it.
  let foreign = false;
  for (let i = 0; i < code.length; i++) {
    const token = code[i]!;
    if (token.kind === 'operator' && token.value === '(') {
      i = closing(code, i);
      continue;
    }
    if (token.kind !== 'word') continue;
    const group = () => {
      const end = closing(code, i + 1);
      return sql.slice(code[i + 1]!.end, code[end]!.start).trim();
    };
    switch (token.value) {
      case 'constraint': name = nameOf(sql, code[i + 1]!); i++; break;
      case 'check': checks.push({name, sql: group()}); name = ''; break;
      case 'foreign': foreign = true; foreignKeys.push(name); name = ''; break;
      case 'references': if (!foreign) { foreignKeys.push(name); name = ''; } break;
      case 'collate': collation = nameOf(sql, code[i + 1]!); i++; break;
      case 'as': if (isOpen(code[i + 1])) generated = group(); break;
      case 'autoincrement': autoIncrement = true; break;
      case 'primary': case 'unique': case 'not': case 'default': name = ''; break;
      default: break;
    }
  }
  return {checks, foreignKeys, collation, generated, autoIncrement};
}

/** The tokens in front of the first parenthesis, and those inside it, split at its commas. */
function splitBody(sql: string): {before: Token[]; parts: Token[][]} {
  const tokens = tokenize(sql, 'sqlite');
  const open = tokens.findIndex(isOpen);
  if (open < 0) return {before: tokens, parts: []};
  const close = closing(tokens, open);
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens.slice(open + 1, close)) {
    if (token.kind === 'operator') {
      if (token.value === '(') depth++;
      if (token.value === ')') depth--;
      if (token.value === ',' && depth === 0) {
        parts.push([]);
        continue;
      }
    }
    parts.at(-1)!.push(token);
  }
  return {before: tokens.slice(0, open), parts};
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const {kind, value} = tokens[i]!;
    if (kind !== 'operator') continue;
    if (value === '(') depth++;
    if (value === ')' && --depth === 0) return i;
  }
  return tokens.length;
}

const isOpen = (token: Token | undefined) => token?.kind === 'operator' && token.value === '(';
const isWord = (token: Token | undefined, ...words: readonly string[]) => token?.kind === 'word' && words.includes(token.value);

function nameOf(sql: string, token: Token): string {
  return token.kind === 'word' ? sql.slice(token.start, token.end) : token.value;
}

function textOf(sql: string, code: readonly Token[]): string {
  return code.length === 0 ? '' : sql.slice(code[0]!.start, code.at(-1)!.end);
}

function notesOf(comments: readonly Token[], sql: string): Note[] {
  return comments.flatMap(({value, start}) => {
    const note = sql.startsWith('/*', start) ? readNote(value) : null;
    return note === null ? [] : [note];
  });
}
