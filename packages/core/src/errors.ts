/** Stable, documented codes: docs/reference/errors.md is generated from here. */
export const ErrorCode = {
  /** The configuration, the policy or the command line is wrong; nothing was touched. Exit code 2. */
  CONFIG: 'SLUICE_CONFIG',
  /** A server cannot be reached, or the connection broke. */
  CONNECT: 'SLUICE_CONNECT',
  /** Credentials or privileges were refused. */
  AUTH: 'SLUICE_AUTH',
  /** A table is not what the plan expected. */
  SCHEMA: 'SLUICE_SCHEMA',
  /** A value does not fit its column. The message never carries the value. */
  VALUE: 'SLUICE_VALUE',
  /** A table or column has no de-identification decision. Exit code 2. */
  UNDECIDED: 'SLUICE_UNDECIDED',
  /** What was read back differs from what was written; nothing was published. */
  VERIFY: 'SLUICE_VERIFY',
  /** A gate spoke against what was to go live; nothing was published. */
  RELEASE: 'SLUICE_RELEASE',
  /** The destination cannot be written: missing folder, permission, no space left. */
  WRITE: 'SLUICE_WRITE',
  /** Another run holds the target. */
  LOCKED: 'SLUICE_LOCKED',
  /** A log of changes no longer reaches back to where reading ended: changes are missing. Load again. */
  POSITION: 'SLUICE_POSITION',
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** One thing that is wrong, where it is, and what would be right. Never holds a row's value. */
export interface Problem {
  /** `table`, `table.column` or a path in a configuration file; absent for the whole. */
  readonly path?: string;
  readonly message: string;
  /** A person has to decide about a table or column; not a mistake. */
  readonly undecided?: true;
}

export interface ErrorContext {
  readonly table?: string;
  readonly column?: string;
  /** Ordinal of the row in the run, 0-based. A position only: row contents are never put in errors. */
  readonly row?: number;
}

export interface PipelineErrorOptions extends ErrorContext {
  /** Whether trying again later can help; defaults to true for CONNECT only. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
  /** Every problem found, when there is more than one. */
  readonly problems?: readonly Problem[];
  /** What the user can do about it: a sentence, or text to paste. */
  readonly remedy?: string;
  /** The system's own code as its manual lists it, as in `SQLSTATE 40P01`. */
  readonly native?: string;
}

/** A condition a user can meet and mend. Programming mistakes are plain Errors. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly context: ErrorContext;
  readonly problems: readonly Problem[];
  readonly remedy: string | undefined;
  readonly native: string | undefined;

  constructor(code: ErrorCode, message: string, options: PipelineErrorOptions = {}) {
    const {retryable = code === ErrorCode.CONNECT, cause, problems = [], remedy, native, ...context} = options;
    super(message, cause === undefined ? undefined : {cause});
    this.code = code;
    this.retryable = retryable;
    this.context = context;
    this.problems = problems;
    this.remedy = remedy;
    this.native = native;
  }
}
