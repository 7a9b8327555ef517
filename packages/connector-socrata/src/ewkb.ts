import {plainDecimal, type Schema} from '@sluice/core';

/** The geometry that a type of the platform is in GeoJSON and PostGIS. */
export type GeometryName = 'Point' | 'LineString' | 'Polygon' | 'MultiPoint' | 'MultiLineString' | 'MultiPolygon';

/** Types as metadata spells them. */
export const GEOMETRIES: Readonly<Record<string, GeometryName>> = {
  point: 'Point', line: 'LineString', polygon: 'Polygon', multipoint: 'MultiPoint', multiline: 'MultiLineString', multipolygon: 'MultiPolygon',
};

/** Whether a table has columns that are geometries, as the portal publishes them. */
export const hasGeometry = ({columns}: Pick<Schema, 'columns'>): boolean => columns.some(({native}) => native?.dialect === 'socrata' && Object.hasOwn(GEOMETRIES, native.sql));

/** Numbers of OGC's Well-Known Binary. */
const CODES: Readonly<Record<GeometryName, number>> = {Point: 1, LineString: 2, Polygon: 3, MultiPoint: 4, MultiLineString: 5, MultiPolygon: 6};
/** What the parts of a geometry of many are. */
const PARTS: Readonly<Partial<Record<GeometryName, GeometryName>>> = {MultiPoint: 'Point', MultiLineString: 'LineString', MultiPolygon: 'Polygon'};
const HAS_SRID = 0x2000_0000;
/** WGS 84, as the platform and GeoJSON have it. */
const SRID = 4326;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * GeoJSON as the text that PostGIS prints of the same geometry: EWKB in hexadecimal, the first byte first. Undefined for what is no such geometry of
 * two dimensions, has other members, or a coordinate that is not to the last digit what a double holds.
 */
export function hexEwkb(text: string, name: GeometryName): string | undefined {
  const {type, coordinates, ...others} = JSON.parse(text) as {readonly type?: unknown; readonly coordinates?: unknown};
  if (type !== name || Object.keys(others).length > 0 || !(text.match(NUMBER) ?? []).every(isDouble)) return undefined;
  const out: Buffer[] = [];
  return write(out, name, coordinates, SRID) ? Buffer.concat(out).toString('hex').toUpperCase() : undefined;
}

/** Digits that tell every double from every other. */
const MOST_DIGITS = 17;

/** Whether a double gives the number back, with as many digits as it is written with: 15 of them are always held, 17 where they are a double's. */
function isDouble(token: string): boolean {
  const plain = (text: string) => plainDecimal(text)?.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '').replace(/^-(?=0*$)/, '') ?? null;
  const wanted = plain(token);
  const digits = wanted?.replace(/^-?0*\.?0*|\./g, '').replace(/0+$/, '').length ?? 0;
  const value = Number(token);
  return Number.isFinite(value) && digits <= MOST_DIGITS && plain(value.toPrecision(Math.max(1, digits))) === wanted;
}

/** False for coordinates that are not those of the geometry. */
function write(out: Buffer[], name: GeometryName, coordinates: unknown, srid: number | null): boolean {
  if (!Array.isArray(coordinates)) return false;
  const head = Buffer.alloc(srid === null ? 5 : 9);
  head.writeUInt8(1, 0);
  head.writeUInt32LE(CODES[name] + (srid === null ? 0 : HAS_SRID), 1);
  if (srid !== null) head.writeUInt32LE(srid, 5);
  out.push(head);
  const part = PARTS[name];
  if (part !== undefined) return counted(out, coordinates, each => write(out, part, each, null));
  // No coordinates at all: PostGIS writes a point that is empty so.
  if (name === 'Point') return coordinates.length === 0 ? position(out, [Number.NaN, Number.NaN]) : position(out, coordinates);
  return counted(out, coordinates, each => (name === 'LineString' ? position(out, each) : Array.isArray(each) && counted(out, each, point => position(out, point))));
}

function counted(out: Buffer[], parts: readonly unknown[], one: (part: unknown) => boolean): boolean {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(parts.length);
  out.push(count);
  return parts.every(one);
}

function position(out: Buffer[], pair: unknown): boolean {
  if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(number => typeof number === 'number')) return false;
  const bytes = Buffer.alloc(16);
  bytes.writeDoubleLE(pair[0] as number, 0);
  bytes.writeDoubleLE(pair[1] as number, 8);
  out.push(bytes);
  return true;
}
