import type {Batch} from './batch.ts';
import type {ViewTarget} from './destination.ts';
import type {Problem} from './errors.ts';
import type {FileSeal, ReadLimits} from './refresh.ts';
import type {RunReport} from './report.ts';
import type {Schema} from './schema.ts';
import type {Source} from './source.ts';
import type {ColumnEffect} from './transform.ts';

/** Examines what a run wrote, read from where it lies, before it goes live. */
export interface Gate {
  readonly name: string;
  /**
   * Resolves with everything that speaks against going live. Any problem of any gate: nothing goes live and the
   * run fails with RELEASE. A run that changes nothing has what is live examined. Rejects as reading does.
   */
  examine(staged: Staged, signal: AbortSignal): Promise<readonly Problem[]>;
  /** After the run ended, well or not, whether `examine` was reached or not: writes what is to stay of it. Throws WRITE. */
  settled?(settled: Settled, signal: AbortSignal): Promise<void>;
}

/** One table on its way, as a gate sees it. */
export interface StagedTable {
  /** As the source has it. */
  readonly source: Schema;
  /** What was read of it. */
  readonly read: Schema;
  /** What was written. */
  readonly out: Schema;
  /** What happened to its columns; those not named passed unchanged. */
  readonly effects: readonly ColumnEffect[];
  /** How many rows the run says the table holds; null when nobody counted. */
  readonly rows: number | null;
}

/** What a run is about to make live, and where it came from. */
export interface Staged {
  /** Reads from the snapshot from which the run itself has read. */
  readonly source: Source;
  readonly tables: readonly StagedTable[];
  /** Views that are written, in the words of the destination; absent where there are none. */
  readonly views?: readonly ViewTarget[];
  /** True when the run changes nothing, and this is what is live already. */
  readonly live: boolean;
  /** All rows of a table as they lie at the destination, in the canonical form of `out`. Throws as `Load.readBack` does. */
  readRows(out: Schema, limits: ReadLimits, signal: AbortSignal): AsyncIterable<Batch>;
}

/** How a run ended. */
export interface Settled {
  readonly report: RunReport;
  /** Of what is live now: of this run when it was published, of an earlier one otherwise. Null for what is not one file, and where nothing is. */
  seal(signal: AbortSignal): Promise<FileSeal | null>;
}

/** What a policy decided, for the certificate of a release: names, rules and persons who decided; never a row's value. */
export interface ReleasePolicy {
  /** What the release claims to be, e.g. `safe-harbor`; null when it claims nothing. */
  readonly profile: string | null;
  /** The strongest claim that the rules support; null when they support none. */
  readonly claim: string | null;
  /** What prevents stronger ones. */
  readonly prevented: readonly {readonly claim: string; readonly path?: string; readonly reason: string}[];
  /** Of the policy file, hex. */
  readonly sha256: string;
  readonly version: number;
  /** The day of the release, `YYYY-MM-DD`; null when the policy names none. */
  readonly asOf: string | null;
  /** Every table that is released. */
  readonly tables: readonly ReleaseTable[];
  /** Tables that are not released, with the reason. */
  readonly excluded: readonly {readonly table: string; readonly reason: string}[];
  readonly risk: {
    /** Columns that may identify together, by the names of the source; null: those of the classes `quasi`, B and C. */
    readonly quasi: readonly {readonly table: string; readonly column: string}[] | null;
    readonly thresholds: RiskThresholds;
    /** Checks that may fail, because somebody decided so. */
    readonly accepted: readonly AcceptedRisk[];
  };
  /** 45 CFR 164.514(b)(2)(ii): what the releasing person knows; null when nobody attested. */
  readonly attestation: {readonly actualKnowledge: string; readonly by: string; readonly on: string} | null;
  /** `YYYY-MM-DD`; null when no review is due. */
  readonly reviewBy: string | null;
  /** Ids of the keys that were used; never keys. */
  readonly keyIds: readonly string[];
}

export interface ReleaseTable {
  /** The table's name at the source. */
  readonly table: string;
  /** Columns of the source that tell whose row it is; null when the policy does not say. */
  readonly subject: readonly string[] | null;
  /** Every column of the source, the dropped ones too, and every JSON path with a rule of its own. */
  readonly columns: readonly ReleaseColumn[];
}

export interface ReleaseColumn {
  readonly column: string;
  /** A path into a JSON column, e.g. `$.visits[].date`; null for the column itself. */
  readonly path: string | null;
  /** A class of `@sluice/identifiers`: a letter of 45 CFR 164.514(b)(2)(i), `quasi`, `sensitive` …; null when the policy gives none. */
  readonly class: string | null;
  readonly kind: string | null;
  readonly method: string;
  /** The method with its parameters, in the words of the policy. */
  readonly parameters: string;
  readonly reason: string | null;
  readonly decidedBy: string | null;
  readonly effect: 'kept' | 'changed' | 'blanked' | 'dropped';
  /** Equal originals need not become equal values, or only with the help of a vault. */
  readonly random: boolean;
}

/** What the numbers of the risk after masking have to be at least or at most; a check without a threshold is reported only. */
export interface RiskThresholds {
  /** Least records, or persons, of a class. */
  readonly k?: number;
  /** Least distinct values of each sensitive column in a class. */
  readonly l?: number;
  /** Greatest distance of a class from the whole, 0 to 1. */
  readonly t?: number;
  /** Greatest share of records that are alone in their class, 0 to 1. */
  readonly uniqueness?: number;
  /** Greatest average re-identification risk, 0 to 1. */
  readonly averageRisk?: number;
}

export interface AcceptedRisk {
  /** The id of a check in the certificate, e.g. `k`, `residual`, `changed`; with `:` and a table or `table.column`, only there. */
  readonly check: string;
  readonly reason: string;
  readonly decidedBy: string;
  /** The last day on which it counts, `YYYY-MM-DD`. */
  readonly expires: string;
}
