import type {Position, RunReport} from '@sluice/core';
import type {BaseStore} from './stored-base.ts';

/**
 * What one machine remembers between runs. Targets are named by text: the label of a destination.
 * Everything resolves when it is durable. Throws WRITE when the store cannot be written, or is busy for long.
 */
export interface State extends BaseStore, AsyncDisposable {
  /** Remembers a run under its destination's label. The oldest of more than 1,000 of a target are forgotten. */
  recordRun(report: RunReport): Promise<void>;
  /** Every target that runs are remembered of, sorted. */
  targets(): Promise<readonly string[]>;
  /** The runs of a target, newest first, at most `limit` (default 20). */
  history(target: string, limit?: number): Promise<readonly RunReport[]>;
  /** The newest run of a target, of any status or of the one asked for. */
  lastRun(target: string, status?: RunReport['status']): Promise<RunReport | null>;
  /** The position after the last row that is at the target for certain; null when there is none. */
  loadPosition(target: string, table: string): Promise<Position | null>;
  /** Null forgets it: the next run begins at the beginning. */
  savePosition(target: string, table: string, position: Position | null): Promise<void>;
  /** Digest by table, as they were saved last; empty when none were. */
  loadChecksums(target: string): Promise<ReadonlyMap<string, string>>;
  /** Replaces all checksums of a target, at once. */
  saveChecksums(target: string, checksums: ReadonlyMap<string, string>): Promise<void>;
}
