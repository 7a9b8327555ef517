import {crashLaw} from './crash-law.ts';

crashLaw('first');
