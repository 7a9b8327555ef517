export type {
  ArrayNode, ExtraTable, ObjectIdPairNode, PlannedTable, RecordNode, RelationalPlan, Renamed, ScalarNode, ScalarType, ShapeNode,
} from './plan.ts';
