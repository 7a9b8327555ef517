import {type OldRecord, type OldShape, PLACEHOLDER} from './old-schema.ts';

/**
 * Merges two old schema files as their own tool did: the paths are those of the first one, and where
 * the second one has another type there, that wins, unless it says only that nothing was met. Paths of
 * the second one alone are not added; documents without fields are left out.
 */
export function mergeOldSchemas(primary: OldRecord, secondary: OldRecord): OldRecord {
  return mergeRecord(primary, secondary);
}

function mergeRecord({fields}: OldRecord, secondary: OldShape | undefined): OldRecord {
  const merged = new Map<string, OldShape>();
  for (const [name, shape] of fields) {
    const found = merge(shape, secondary === undefined ? undefined : fieldOf(secondary, name));
    if (found !== null) merged.set(name, found);
  }
  return {kind: 'record', fields: merged};
}

/** Null for a document without a leaf. */
function merge(primary: OldShape, secondary: OldShape | undefined): OldShape | null {
  if (isLeaf(primary)) return secondary === undefined || saysNothing(secondary) ? primary : secondary;
  if (typeof primary === 'string') return primary;
  if (primary.kind === 'record') {
    const merged = mergeRecord(primary, secondary);
    return merged.fields.size === 0 ? null : merged;
  }
  const item = merge(primary.item!, itemOf(secondary));
  return item === null ? null : {kind: 'array', item};
}

/** A type, or an array of one: where a path ends. */
const isLeaf = (shape: OldShape): boolean => typeof shape === 'string' || (shape.kind === 'array' && (shape.item === null || typeof shape.item === 'string'));

const saysNothing = (shape: OldShape): boolean =>
  shape === PLACEHOLDER || (typeof shape !== 'string' && (shape.kind === 'array' ? shape.item === null || saysNothing(shape.item) : shape.fields.size === 0));

const itemOf = (shape: OldShape | undefined): OldShape | undefined =>
  (typeof shape === 'object' && shape.kind === 'array' ? shape.item ?? undefined : shape);

/** A type where the first file has a document is the type of each of its leaves. */
function fieldOf(shape: OldShape, name: string): OldShape | undefined {
  const within = itemOf(shape);
  if (typeof within === 'string') return within;
  return typeof within === 'object' && within.kind === 'record' ? within.fields.get(name) : undefined;
}
