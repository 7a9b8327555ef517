export {dialectNamed, dialects} from './dialect.ts';
export type {Dialect, DialectName} from './dialect.ts';
export {quoteBytes, quoteIdentifier, quoteText} from './quote.ts';
