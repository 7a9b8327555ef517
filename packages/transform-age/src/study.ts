import type {AgeUnit} from './age.ts';
import type {NameRules} from './table-name.ts';

/** Where things are in a study: all that is needed to say how old somebody was, and when. */
export interface Study {
  readonly ages: AgeFormat;
  /** Columns that a data table and the tracker tables share: they say whose event it was. */
  readonly phaseKey: readonly string[];
  /** By phase: the table and column with the date that counts as "now". */
  readonly phases: Readonly<Record<string, EventDate>>;
  /** Whose ages are appended, in the order of the new columns. */
  readonly people: Readonly<Record<string, Person>>;
  /** Values that mean "no date"; null always does. */
  readonly noDate: readonly (string | number)[];
  readonly names: NameRules;
  /** What the last part of a table's name means. */
  readonly respondents: Readonly<Record<string, string>>;
}

export interface AgeFormat {
  readonly unit: AgeUnit;
  /** What stands for an age that is not known. */
  readonly missing: number | null;
  /** Ages of so many years and more all become so many years. */
  readonly capYears: number | null;
}

export interface EventDate {
  readonly table: string;
  readonly column: string;
}

export interface Person {
  readonly table: string;
  readonly birthDate: string;
  /** Column of the data table -> column of the table with the birth dates. */
  readonly match: Readonly<Record<string, string>>;
  /** The name of the column with the age. */
  readonly newColumn: string;
}

/** A questionnaire of several people in several waves: `data_4_au_t`. */
const named = {parts: 3, respondent: true, never: ['dates']} as const;

export const defaultNames: NameRules = {
  separator: '_',
  types: {
    data: named,
    calc: named,
    user: {parts: 2, respondent: false, never: []},
    tracker: {parts: 3, respondent: false, never: []},
  },
  exceptions: {},
};

const at = (table: string, column: string): EventDate => ({table, column});

/** The twin study whose layout Sluice was first made for. */
export const defaultStudy: Study = {
  ages: {unit: 'months', missing: null, capYears: null},
  phaseKey: ['familyid'],
  phases: {
    1: at('data_1_tr', 'intdate'),
    3: at('data_3_tr', 'packsent'),
    4: at('data_4_tr', 'packsent'),
    5: at('data_5_tr', 'p5packetsent'),
    '5r': at('data_5_tr', 'p5packetsent'),
    6: at('data_6_tr', 'p6ltr1'),
    r1: at('data_r1_tr', 'twadps'),
    rd: at('data_r1_tr', 'twadps'),
    rdmr: at('data_r1_tr', 'twadps'),
    c3: at('data_c3_tr', 'c3cf1'),
    mr: at('data_mr_tr', 'twamrquest'),
    s: at('data_s_tr', 'date complete'),
    at: at('data_at_dates', 'atdate'),
    sd: at('data_sd_tr', 'scrreid'),
    w14: at('data_w14_tr', 'cg1intdate'),
  },
  people: {
    father: {table: 'gen_parentdates', birthDate: 'fatherdob', match: {familyid: 'familyid'}, newColumn: 'fatherage'},
    mother: {table: 'gen_parentdates', birthDate: 'motherdob', match: {familyid: 'familyid'}, newColumn: 'motherage'},
    twin: {table: 'gen_twins', birthDate: 'dateofbirth', match: {familyid: 'familyid', twin: 'twin'}, newColumn: 'twinage'},
  },
  noDate: ['', 9998, 9999],
  names: defaultNames,
  respondents: {m: 'mother', f: 'father', t: 'twin'},
};
