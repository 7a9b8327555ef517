import {crashLaw} from './crash-law.ts';

crashLaw('changes');
