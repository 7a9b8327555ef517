import type {PopulationUniqueness} from './population.ts';
import type {Distance} from './t-closeness.ts';

/** A column whose values must not be learned about a person. */
export interface SensitiveColumn {
  readonly column: string;
  /** `ordered` for numbers, dates and times, unless it says otherwise; `equal` for everything else. */
  readonly distance?: Distance;
}

/** What to measure. Columns by their names in the schema. */
export interface RiskQuestion {
  /** Columns that may identify a person together; without any, everybody is alike. */
  readonly quasi: readonly string[];
  readonly sensitive?: readonly SensitiveColumn[];
  /** Columns that tell whose row it is: then persons are counted, each known by all of their rows. A row where one of them is null is a person of its own. */
  readonly person?: readonly string[];
  /** How many members the population has of which these are a sample, for the estimate of uniqueness. */
  readonly population?: number;
  /** The c of recursive (c, l)-diversity; default 3. */
  readonly c?: number;
  /**
   * Most rows and most persons that are taken; default 10 million. Memory: 8 bytes x (quasi columns + 1) a person or row, 24 bytes a person,
   * 8 bytes a row and sensitive column, 40 bytes a distinct sensitive value.
   */
  readonly maxRecords?: number;
}

export interface SizeBand {
  /** Members of a class, from and to, both included; `to` is null for the last band. */
  readonly from: number;
  readonly to: number | null;
  readonly classes: number;
  /** Records, or persons, in these classes. */
  readonly members: number;
}

/** What a column adds to the risk: the same figures without it. */
export interface ColumnRisk {
  readonly column: string;
  readonly k: number | null;
  readonly classes: number;
  readonly uniques: number;
  /** Of those who are unique with all columns, the share that is not without this one, 0 to 1: the column drives the risk. */
  readonly drives: number;
}

export interface SensitiveRisk {
  readonly column: string;
  readonly distance: Distance;
  /** Distinct values in the whole. */
  readonly values: number;
  readonly l: {readonly distinct: number; readonly entropy: number; readonly recursive: number; readonly c: number} | null;
  /** The greatest distance of a class from the whole, 0 to 1; null without rows. */
  readonly t: number | null;
}

/** How well those in a table hide. Counts and shares; holds no value of any row. */
export interface DisclosureRisk {
  readonly unit: 'record' | 'person';
  readonly rows: number;
  /** Records, or persons: what everything below counts. */
  readonly members: number;
  readonly quasi: readonly string[];
  /** Members of the smallest class; null without members. */
  readonly k: number | null;
  readonly classes: number;
  /** Members in classes of fewer than `size` members, and their share of all. */
  readonly below: readonly {readonly size: number; readonly members: number; readonly share: number}[];
  readonly histogram: readonly SizeBand[];
  readonly uniqueness: {
    readonly uniques: number;
    /** Of the members, 0 to 1. */
    readonly share: number;
    readonly population: PopulationUniqueness | null;
  };
  readonly risk: {
    /** Of whoever is found most easily by somebody who knows that they are in the data: 1/k. */
    readonly prosecutorMax: number;
    /** Of all, on average: classes / members. */
    readonly prosecutorAverage: number;
  };
  /** By quasi column, the one that drives the risk most first. */
  readonly columns: readonly ColumnRisk[];
  readonly sensitive: readonly SensitiveRisk[];
}
