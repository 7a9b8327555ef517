/**
 * The last word (or words) of the name of a place where people are treated, taught, kept, work or worship. Folded.
 * `strong` heads make a name of nearly any capitalised word before them; `weak` ones are ordinary words, too, and need a word that is a name or a place.
 */
export const strongFacilityHeads: ReadonlySet<string> = new Set([
  'hospital', 'hospitals', 'hosp', 'clinic', 'clinics', 'clinica', 'medical center', 'medical centre', 'med center', 'med ctr', 'health center', 'health centre', 'healthcare center',
  'health system', 'healthcare system', 'healthcare', 'health care', 'health network', 'health services', 'medical group', 'medical associates', 'medical clinic', 'medical college', 'medical school',
  'cancer center', 'cancer institute', 'heart center', 'heart institute', 'heart hospital', 'surgery center', 'surgical center', 'trauma center', 'rehabilitation center', 'rehab center', 'rehabilitation',
  'rehab', 'nursing home', 'nursing center', 'nursing facility', 'care home', 'care center', 'care centre', 'assisted living', 'senior living', 'retirement home', 'retirement community', 'retirement village',
  'hospice', 'infirmary', 'sanatorium', 'polyclinic', 'dispensary', 'pharmacy', 'pharmacies', 'apothecary', 'laboratories', 'urgent care', 'family practice', 'family medicine', 'internal medicine',
  'pediatrics', 'pediatric associates', 'dental', 'dentistry', 'orthopedics', 'orthopaedics', 'cardiology', 'oncology', 'dermatology', 'surgery', 'birthing center', 'birth center', 'dialysis center',
  'dialysis', 'imaging center', 'imaging', 'eye institute', 'eye center', 'eye clinic', 'treatment center', 'recovery center', 'wellness center', 'psychiatric center', 'behavioral health', 'mental health',
  'university', 'college', 'school', 'academy', 'elementary', 'elementary school', 'middle school', 'high school', 'kindergarten', 'preschool', 'daycare', 'seminary', 'polytechnic', 'institute',
  'church', 'cathedral', 'chapel', 'parish', 'mosque', 'masjid', 'synagogue', 'temple', 'monastery', 'abbey', 'convent', 'priory', 'ministries', 'tabernacle',
  'prison', 'jail', 'penitentiary', 'correctional facility', 'correctional center', 'correctional institution', 'detention center', 'detention centre', 'barracks', 'air force base', 'naval base', 'shelter',
  'library', 'museum', 'airport', 'hotel', 'motel', 'inn', 'resort', 'casino', 'stadium', 'arena', 'mall', 'shopping center', 'shopping centre', 'apartments', 'apts', 'condominiums', 'manor', 'mobile home park',
  'police department', 'fire department', 'sheriffs office', 'courthouse', 'restaurant', 'brewery', 'bakery', 'cemetery', 'funeral home', 'foundation', 'krankenhaus', 'klinikum', 'klinik', 'spital',
  'ziekenhuis', 'hopital', 'clinique', 'sairaala', 'sjukhus', 'sygehus', 'sykehus', 'szpital', 'nemocnice', 'ospedale', 'policlinico', 'universitat', 'universite', 'universidad', 'universidade', 'universita',
]);

/** What begins the name of a facility in languages that put the head first: "Hospital das Clínicas", "Universidad de Chile", "Klinikum Großhadern", "University of Utah". */
export const facilityOpeners: ReadonlySet<string> = new Set([
  'hospital', 'hopital', 'clinica', 'clinique', 'klinikum', 'klinik', 'krankenhaus', 'ospedale', 'policlinico', 'universidad', 'universidade', 'universita', 'universite', 'universitat', 'universitatsklinikum',
  'university', 'college', 'colegio', 'escola', 'escuela', 'ecole', 'lycee', 'liceo', 'liceu', 'gymnasium', 'iglesia', 'igreja', 'eglise', 'chiesa', 'hospice', 'szpital', 'nemocnice', 'centro medico', 'congregation', 'parroquia', 'gurdwara', 'mandir', 'masjid',
]);

/** Words before a head that say what kind it is, not which: "the General Hospital", "a Community College", "University Hospital", "Nursing Home". */
export const genericFacilityWords: ReadonlySet<string> = new Set([
  'general', 'community', 'regional', 'local', 'public', 'private', 'state', 'county', 'city', 'national', 'university', 'teaching', 'academic', 'rural', 'urban', 'district', 'veterans', 'military', 'childrens',
  'womens', 'mens', 'pediatric', 'adult', 'senior', 'geriatric', 'psychiatric', 'mental', 'behavioral', 'health', 'medical', 'surgical', 'cancer', 'heart', 'cardiac', 'vascular', 'stroke', 'trauma', 'burn', 'eye',
  'spine', 'pain', 'sleep', 'wound', 'diabetes', 'asthma', 'allergy', 'headache', 'memory', 'fertility', 'maternity', 'prenatal', 'perinatal', 'neonatal', 'family', 'primary', 'urgent', 'emergency', 'acute',
  'long', 'short', 'term', 'care', 'skilled', 'nursing', 'assisted', 'living', 'home', 'day', 'outpatient', 'inpatient', 'ambulatory', 'walk', 'in', 'the', 'a', 'an', 'our', 'your', 'her', 'his', 'their', 'my',
  'any', 'another', 'other', 'outside', 'nearby', 'nearest', 'current', 'previous', 'referring', 'receiving', 'home', 'dental', 'oral', 'orthopedic', 'oncology', 'cardiology', 'neurology', 'dermatology', 'gi',
  'renal', 'dialysis', 'kidney', 'liver', 'lung', 'transplant', 'hiv', 'std', 'tb', 'covid', 'vaccine', 'vaccination', 'anticoagulation', 'coumadin', 'warfarin', 'methadone', 'suboxone', 'preoperative', 'postoperative',
  'follow', 'up', 'followup', 'high', 'middle', 'elementary', 'primary', 'secondary', 'grade', 'junior', 'graduate', 'law', 'nursing', 'specialty', 'retail', 'mail', 'order', 'compounding', 'catholic',
  'jewish', 'christian', 'free', 'homeless', 'womens', 'and', 'of', 'for', 'to', 'at', 'from', 'tertiary', 'quaternary', 'base', 'hub', 'critical', 'access',
  'same', 'this', 'that', 'each', 'every', 'no', 'new', 'old', 'first', 'second', 'level', 'one', 'two', 'i', 'ii', 'iii', 'safety', 'net', 'weight', 'loss', 'sports', 'medicine', 'internal', 'physical', 'therapy',
  'occupational', 'speech', 'plastic', 'bariatric', 'robotic', 'laparoscopic', 'open', 'abdominal', 'thoracic', 'brain', 'breast', 'back', 'hip', 'knee', 'cataract', 'bypass', 'valve', 'colorectal', 'elective',
  'nuclear', 'cardiothoracic', 'neurosurgical', 'radiation', 'medical', 'interventional', 'pulmonary', 'patient', 'patients', 'magnetic', 'resonance', 'diagnostic', 'advanced', 'follow-up', 'clinical', 'animal', 'vet',
]);
