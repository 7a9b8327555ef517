export type {Diversity} from './l-diversity.ts';
export {localSuppression} from './local-suppression.ts';
export type {LocalSuppression, LocalSuppressionOptions, Suppression} from './local-suppression.ts';
export {populationUniqueness} from './population.ts';
export type {ClassSizes, PopulationUniqueness} from './population.ts';
export type {ColumnRisk, DisclosureRisk, RiskQuestion, SensitiveColumn, SensitiveRisk, SizeBand} from './risk.ts';
export {riskMeter} from './risk-meter.ts';
export type {RiskMeter} from './risk-meter.ts';
export type {Distance} from './t-closeness.ts';
