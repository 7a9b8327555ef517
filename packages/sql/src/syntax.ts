/** SQL that was read, of either dialect. Only what may have the same meaning elsewhere has a form here. */
export type Expression =
  | {readonly kind: 'number'; readonly text: string}
  | {readonly kind: 'string'; readonly text: string}
  | {readonly kind: 'null'}
  /** `DATE'2020-01-01'` and the like. */
  | {readonly kind: 'moment'; readonly type: 'date' | 'timestamp'; readonly text: string}
  /** The time of the statement: `CURRENT_TIMESTAMP(6)`. */
  | {readonly kind: 'now'; readonly type: 'date' | 'time' | 'timestamp'; readonly digits: number}
  | {readonly kind: 'column'; readonly database: string | null; readonly qualifier: string | null; readonly name: string}
  | {readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[]; readonly star: boolean; readonly distinct: boolean; readonly separator: string | null}
  | {readonly kind: 'unary'; readonly operator: '-' | 'not'; readonly operand: Expression}
  | {readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression}
  | {readonly kind: 'is'; readonly operand: Expression; readonly what: 'null' | 'true' | 'false'; readonly negated: boolean}
  | {readonly kind: 'between'; readonly operand: Expression; readonly low: Expression; readonly high: Expression; readonly negated: boolean}
  | {readonly kind: 'in'; readonly operand: Expression; readonly among: readonly Expression[] | Select; readonly negated: boolean}
  | {readonly kind: 'like'; readonly operand: Expression; readonly pattern: Expression; readonly escape: string | null; readonly negated: boolean}
  | {readonly kind: 'case'; readonly base: Expression | null; readonly whens: readonly (readonly [Expression, Expression])[]; readonly otherwise: Expression | null}
  | {readonly kind: 'cast'; readonly operand: Expression; readonly type: string}
  | {readonly kind: 'collate'; readonly operand: Expression; readonly collation: string}
  | {readonly kind: 'exists'; readonly select: Select}
  | {readonly kind: 'subquery'; readonly select: Select};

/** `<=>` is the comparison in which nulls are equal: MySQL's own, SQLite's IS. */
export type BinaryOperator = 'or' | 'xor' | 'and' | '=' | '<>' | '<' | '<=' | '>' | '>=' | '<=>' | '+' | '-' | '*' | '%' | '&' | '||';

export interface Select {
  /** The first has no operator. */
  readonly arms: readonly {readonly operator: 'union' | 'union all' | null; readonly core: SelectCore}[];
  readonly orderBy: readonly OrderTerm[];
  readonly limit: number | null;
  readonly offset: number | null;
}

export interface SelectCore {
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: readonly FromItem[];
  readonly where: Expression | null;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | null;
}

export type SelectItem =
  | {readonly kind: 'star'; readonly qualifier: string | null}
  /** `name`: the alias, or the column's own name. */
  | {readonly kind: 'value'; readonly value: Expression; readonly name: string | null};

export interface OrderTerm {
  readonly value: Expression;
  readonly descending: boolean;
}

export type FromItem =
  | {readonly kind: 'table'; readonly database: string | null; readonly name: string; readonly alias: string}
  | {readonly kind: 'derived'; readonly select: Select; readonly alias: string}
  | {readonly kind: 'join'; readonly type: 'inner' | 'left' | 'cross'; readonly left: FromItem; readonly right: FromItem; readonly on: Expression | null};

/** Why SQL is not translated; the message is for people and quotes no SQL. */
export class Untranslatable extends Error {
  override readonly name = 'Untranslatable';
}

export function refuse(reason: string): never {
  throw new Untranslatable(reason);
}
