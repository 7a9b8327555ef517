export {compareDigests, describeDifference} from './compare.ts';
export type {Difference} from './compare.ts';
export {verifyReadBack} from './read-back.ts';
export type {ReadBackLimits} from './read-back.ts';
