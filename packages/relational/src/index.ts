export type {
  ArrayNode, ExtraTable, ObjectIdPairNode, PlannedTable, RecordNode, RelationalPlan, Renamed, ScalarNode, ScalarType, ShapeNode,
} from './plan.ts';
export {compileFlatten} from './flatten.ts';
export type {Flatten} from './flatten.ts';
export {pathName, pathNames} from './flatten-overflow.ts';
export {wrongValueLine} from './misfit.ts';
export type {Misfit, MisfitReason, Wanted} from './misfit.ts';
export {choose, chooseId} from './choose.ts';
export type {Chosen} from './choose.ts';
export {describePlan} from './describe-plan.ts';
export {countOf} from './document-schema.ts';
export type {Choice, DocumentSchema, Facts, Field, Shape, Unlisted} from './document-schema.ts';
export type {Mode} from './draft.ts';
export {mergeDocumentSchemas, mergeSchemas} from './merge-schemas.ts';
export {fromOldSchema, parseOldSchema, printOldSchema} from './old-schema.ts';
export type {OldArray, OldRecord, OldShape} from './old-schema.ts';
export {parseErrorLines, patchSchema} from './patch-schema.ts';
export type {WrongValue} from './patch-schema.ts';
export {planCollections, planTables} from './plan-tables.ts';
export type {PlanOptions} from './plan-tables.ts';
export {Profiler} from './profiler.ts';
export type {ProfileLimits} from './profiler.ts';
export {parseSchemaFile, printSchemaFile} from './schema-file.ts';
export type {SchemaFile} from './schema-file.ts';
export {schemaFileFormat} from './schema-format.ts';
export {tableNames} from './table-names.ts';
