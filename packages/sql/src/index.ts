export {foldsLetters, textComparison} from './collation.ts';
export type {TextComparison} from './collation.ts';
export {dialectNamed, dialects} from './dialect.ts';
export type {Dialect, DialectName} from './dialect.ts';
export {quoteBytes, quoteIdentifier, quoteText} from './quote.ts';
export {LexicalError, tokenize} from './tokenize.ts';
export type {Token} from './tokenize.ts';
export {translateExpression, translateSelect} from './translate.ts';
export type {Assumption, ExpressionOptions, SelectOptions, SelectTranslation, TranslatableColumn, TranslatableTable, Translation} from './translate.ts';
