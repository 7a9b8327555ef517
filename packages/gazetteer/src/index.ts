export {fold, foldPhrase} from './fold.ts';
export {gazetteer, placeOf, wordBits} from './gazetteer.ts';
export type {Gazetteer, Place, WordFacts} from './gazetteer.ts';
export {clinicalNouns, eponyms} from './words/eponyms.ts';
export {facilityOpeners, genericFacilityWords, strongFacilityHeads} from './words/facilities.ts';
export {isStateCode, stateCodes} from './words/states.ts';
export {plainStreetSuffixes, streetEndings, streetPrefixes, streetSuffixes, unitWords} from './words/streets.ts';
