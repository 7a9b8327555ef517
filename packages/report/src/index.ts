export {renderHtml} from './html-page.ts';
export type {HtmlOptions} from './html-page.ts';
export {renderSummary} from './summary.ts';
export type {SummaryOptions} from './summary.ts';
export {totalsOf, digestOf} from './totals.ts';
export type {Totals} from './totals.ts';
export {verdictOf} from './verdict.ts';
export type {Verdict} from './verdict.ts';
