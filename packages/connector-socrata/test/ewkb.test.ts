import {expect, test} from 'vitest';
import {hexEwkb} from '../src/ewkb.ts';

// What PostGIS 3.3 prints of ST_GeomFromGeoJSON of the same text.
test.each([
  ['Point', '{"type":"Point","coordinates":[-122.30100000000002,47.60]}', '0101000020E61000002606819543935EC0CDCCCCCCCCCC4740'],
  ['LineString', '{"type":"LineString","coordinates":[[0,0],[1.5,-2.50]]}', '0102000020E61000000200000000000000000000000000000000000000000000000000F83F00000000000004C0'],
  ['Polygon', '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]],[[0.1,0.1],[0.2,0.1],[0.2,0.2],[0.1,0.1]]]}', '0103000020E6100000020000000400000000000000000000000000000000000000000000000000F03F0000000000000000000000000000F03F000000000000F03F00000000000000000000000000000000040000009A9999999999B93F9A9999999999B93F9A9999999999C93F9A9999999999B93F9A9999999999C93F9A9999999999C93F9A9999999999B93F9A9999999999B93F'],
  ['MultiPoint', '{"type":"MultiPoint","coordinates":[[0,0],[1e-7,1]]}', '0104000020E610000002000000010100000000000000000000000000000000000000010100000048AFBC9AF2D77A3E000000000000F03F'],
  ['MultiLineString', '{"type":"MultiLineString","coordinates":[[[0,0],[1,1]],[[2,2],[3,3]]]}', '0105000020E61000000200000001020000000200000000000000000000000000000000000000000000000000F03F000000000000F03F0102000000020000000000000000000040000000000000004000000000000008400000000000000840'],
  ['MultiPolygon', '{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]}', '0106000020E6100000020000000103000000010000000400000000000000000000000000000000000000000000000000F03F0000000000000000000000000000F03F000000000000F03F000000000000000000000000000000000103000000010000000400000000000000000014400000000000001440000000000000184000000000000014400000000000001840000000000000184000000000000014400000000000001440'],
  ['Point', '{"type":"Point","coordinates":[]}', '0101000020E6100000000000000000F87F000000000000F87F'],
  ['MultiPolygon', '{"type":"MultiPolygon","coordinates":[]}', '0106000020E610000000000000'],
  ['Polygon', '{"type":"Polygon","coordinates":[]}', '0103000020E610000000000000'],
  ['LineString', '{"type":"LineString","coordinates":[]}', '0102000020E610000000000000'],
] as const)('%s of %s is the text that PostGIS has of it', (name, text, hex) => {
  expect(hexEwkb(text, name)).toBe(hex);
});

test.each([
  ['another geometry', '{"type":"LineString","coordinates":[[0,0],[1,1]]}'], ['three dimensions', '{"type":"Point","coordinates":[1,2,3]}'], ['one', '{"type":"Point","coordinates":[1]}'], ['no numbers', '{"type":"Point","coordinates":["1","2"]}'],
  ['another member', '{"type":"Point","coordinates":[1,2],"crs":"x"}'], ['no coordinates', '{"type":"Point"}'], ['nothing', '{}'], ['more digits than a double has', '{"type":"Point","coordinates":[-122.30100000000001,47.6]}'],
  ['more than a double holds', '{"type":"Point","coordinates":[1e400,0]}'], ['a document', '[1,2]'],
])('%s is no point', (_, text) => {
  expect(hexEwkb(text, 'Point')).toBeUndefined();
});

test('zeros and exponents change no number', () => {
  for (const [a, b] of [['47.6', '47.600'], ['0.0000001', '1e-7'], ['1e21', '1000000000000000000000'], ['0.1', '1.0E-1']]) {
    const point = (number: string) => hexEwkb(`{"type":"Point","coordinates":[${number},0]}`, 'Point');
    expect(point(a!)).toBe(point(b!));
    expect(point(a!)).toBeDefined();
  }
});
