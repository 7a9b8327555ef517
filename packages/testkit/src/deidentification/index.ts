export {parseMarked, type LabelledText, type LabelledValue} from './labelled-text.js';
export {scoreTexts, type Range, type Score, type Tally} from './score.js';
export {cleanTexts, identifyingTexts} from './texts.js';
