export {MOST_ENTRIES, searchCatalog, type CatalogEntry, type Listing} from './catalog.ts';
export {conditionProblem} from './condition.ts';
export {socrata} from './connector.ts';
export {boundAt} from './cursor.ts';
export {parseEndpoint, type SocrataEndpoint, type SodaVersion} from './endpoint.ts';
export {hasGeometry} from './ewkb.ts';
export {SocrataSource, type RowFigures, type RowTotals} from './source.ts';
export {unlikeFigures, type ColumnFigures, type Tally} from './tally.ts';
export {systemTiming, type Timing} from './timing.ts';
