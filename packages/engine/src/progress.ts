export type Stage = 'plan' | 'copy' | 'finish' | 'verify' | 'examine' | 'publish';

/** Something moved. Emitted once per batch at most; listeners throttle. */
export interface ProgressEvent {
  readonly stage: Stage;
  readonly table?: string;
  /** Rows of this table so far, in this stage; of all tables where several are on their way at once, and none is named. */
  readonly rows?: number;
  /** The source's estimate while copying, the exact number while verifying. */
  readonly totalRows?: number;
  /** Tables done and to do in this stage. */
  readonly tablesDone: number;
  readonly tables: number;
}

export type ProgressListener = (event: ProgressEvent) => void;
