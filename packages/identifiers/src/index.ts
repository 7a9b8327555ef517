export {classOfKind, classTitles, identifierClasses, isSafeHarborClass, kinds, readClass} from './classes.ts';
export type {IdentifierClass, Kind, SafeHarborClass, Span} from './classes.ts';
