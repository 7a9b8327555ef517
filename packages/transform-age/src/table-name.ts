/** What a table's name says of it. */
export interface TableName {
  /** `misc` says nothing. */
  readonly type: string;
  readonly table: string;
  /** The wave of the study. */
  readonly phase?: string;
  /** What was asked or measured; empty in names such as `data_1_tr`. */
  readonly instrument?: string;
  /** The last part of the name: who answered. */
  readonly respondent?: string;
}

/** How the names of one type of table are made, whose first part is the type's name. */
export interface NameRule {
  /** Fewest parts, the type included. */
  readonly parts: number;
  /** The last part is the respondent, and what stands between phase and respondent the instrument. */
  readonly respondent: boolean;
  /** A name with one of these parts says nothing after all. */
  readonly never: readonly string[];
}

export interface NameRules {
  readonly separator: string;
  readonly types: Readonly<Record<string, NameRule>>;
  /** Names that follow no rule. */
  readonly exceptions: Readonly<Record<string, Omit<TableName, 'table'>>>;
}

/** Reads `data_4_hb_ph_sib_m` as type data, phase 4, instrument hb_ph_sib, respondent m. Case counts. */
export function parseTableName(table: string, {separator, types, exceptions}: NameRules): TableName {
  const exception = own(exceptions, table);
  if (exception) return {...exception, table};
  const parts = table.split(separator);
  const type = parts[0]!;
  const rule = own(types, type);
  if (!rule || parts.length < rule.parts || parts.some(part => rule.never.includes(part))) return {type: 'misc', table};
  const phase = parts[1];
  return {
    type, table,
    ...(phase !== undefined && {phase}),
    ...(rule.respondent && {instrument: parts.slice(2, -1).join(separator), respondent: parts.at(-1)!}),
  };
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined => Object.hasOwn(record, key) ? record[key] : undefined;
