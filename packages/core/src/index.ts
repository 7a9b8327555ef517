export {assert, must, unreachable} from './assert.ts';
export type {Batch, Operation, Position} from './batch.ts';
export {begun, type Begun} from './begun.ts';
export type {Connector, Endpoint} from './connector.ts';
export type {
  Adjustment, Capabilities, ColumnMapping, Destination, LiveName, Load, LoadRequest, MergedRows, Published, TableTarget, TargetPlan, ViewTarget, WriteMode, Writer,
} from './destination.ts';
export type {RowOrder, TableDigest} from './digest.ts';
export {ErrorCode, PipelineError} from './errors.ts';
export {Fitting, Refusal} from './fitting.ts';
export type {FittedColumn, Rewrite} from './fitting.ts';
export type {ErrorContext, PipelineErrorOptions, Problem} from './errors.ts';
export type {AcceptedRisk, Gate, ReleaseColumn, ReleasePolicy, ReleaseTable, RiskThresholds, Settled, Staged, StagedTable} from './gate.ts';
export {checkGroups, fitKey, groupColumns, groupText, refuseMissingColumns} from './groups.ts';
export type {GroupChange, GroupFamily, GroupsRequest, GroupStore, GroupTable, ReplacedGroups} from './groups.ts';
export {isNamePattern, namePattern} from './name-pattern.ts';
export type {Fitted, LossRule, LossRules, QuarantinedRow, TableLossRules} from './loss.ts';
export {silent} from './logger.ts';
export type {Logger} from './logger.ts';
export type {EndpointReport, RefreshSummary, ReportedError, RunReport, StageTimings, TableChange, TableReport, TableStatus} from './report.ts';
export type {
  Catalog, Check, Column, ColumnDefault, ForeignKey, Index, IndexPart, Omission, ReferentialAction, Schema, SqlText, View,
} from './schema.ts';
export type {ColumnProfile, ColumnSizes, Judge, ProfileRequest, TableProfile, Trait, Verdict, Witness} from './profile.ts';
export type {FittedRows, PackedBatch, PackedRows, PackedWriting} from './packed.ts';
export {plainDecimal} from './plain-decimal.ts';
export {projectSchema} from './project.ts';
export type {Querier, QueryRequest, QueryResult, ResultColumn} from './query.ts';
export type {DigestRequest, KeyRange, RangeDigest, SourceIdentity} from './range.ts';
export type {FileSeal, Integrity, LiveTables, Place, PlacedTables, ReadLimits, RefreshLoad, RefreshRequest, RefreshWriter, StoredObject} from './refresh.ts';
export type {RawFormat, RawRows} from './raw.ts';
export {Secret} from './secret.ts';
export type {SystemFacts} from './system-facts.ts';
export type {CursorBound, CursorRequest, DiscoverRequest, EncodeRequest, ReadRequest, Source} from './source.ts';
export type {ColumnEffect, Transform, TransformNote, TransformPlan} from './transform.ts';
export type {ColumnType, Row, Value} from './value.ts';
