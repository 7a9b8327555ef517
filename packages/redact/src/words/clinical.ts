/** Endings that only terms of medicine and pharmacy have: an unlisted word with one is a term, not a name. Folded words. */
export const medicalEnding = /.(?:itis|osis|oses|emia|aemia|ectomy|ectomies|otomy|ostomy|oma|omas|omata|pathy|plasty|scopy|scopic|algia|uria|penia|trophy|gram|graphy|iasis|ectasis|ectasia|plegia|paresis|rrhea|rrhoea|rrhage|rrhaphy|lysis|lytic|genic|genesis|philia|phobia|cyte|cytes|cytosis|itidis|opathic|tomy|megaly|malacia|sclerosis|stenosis|kinesia|phagia|phasia|pnea|pnoea|oxia|capnia|emic|otic|itic|ological|ologist|ology|azole|mycin|micin|cillin|cycline|floxacin|sartan|statin|pril|prils|olol|dipine|zosin|thiazide|semide|parin|gliptin|gliflozin|glutide|tidine|prazole|setron|triptan|azepam|azolam|barbital|caine|mab|mabs|tinib|ciclib|rafenib|platin|taxel|rubicin|vir|virs|avir|tegravir|fungin|conazole|sone|solone|olone|asone|terol|tropium|lukast|profen|fenac|coxib|oxetine|opram|triptyline|pramine|peridone|apine|idone|azine|formin|glitazone|gliclazide|lamide|plase|grel|xaban|gatran|dronate|fibrate|ximab|zumab|umab|leukin|feron|stim|poetin)$/u;

/** Units behind the number of a dose or a result, and forms of drugs. Folded. */
export const doseUnits: ReadonlySet<string> = new Set([
  'mg', 'mcg', 'ug', 'g', 'gm', 'kg', 'ml', 'cc', 'dl', 'l', 'meq', 'mmol', 'units', 'unit', 'iu', 'tab', 'tabs', 'tablet', 'tablets', 'cap', 'caps', 'capsule', 'capsules', 'puff', 'puffs', 'drops', 'spray', 'patch', 'cream', 'ointment', 'gel', 'po', 'iv', 'im', 'sc', 'sq', 'subq', 'bid', 'tid', 'qid', 'qd', 'qhs', 'prn', 'daily', 'nightly', 'xr', 'er', 'sr', 'dr', 'ir', 'injection',
  'infusion', 'dose', 'doses', 'inhaler', 'syrup', 'suspension', 'vial', 'pen', 'fr', 'french', 'gauge', 'mm', 'cm', 'hfa', 'diskus', 'odt', 'la', 'cr', 'ec', 'ds',
]);

/** Words that begin sentences and headings, and which lists of names hold besides; never a name alone. Folded. */
export const neverNames: ReadonlySet<string> = new Set(`
i a an the this that these those he she it we you they his her hers him its our your their my me us them who whom whose which what when where why how if then else and or but nor so yet for of in on at by to from with without within into onto upon about above after again against all also am any are as be because been before being
below between both can cannot could did do does doing down during each few further had has have having here just more most no not now off once only other out over own same should some such than there through too under until up very was were while would will shall may might must is
patient patients pt pts hospital clinic doctor nurse medical health care emergency department er icu ed or pacu nicu picu ccu unit ward floor room bed surgery surgical history past present family social review systems physical exam examination assessment plan chief complaint impression diagnosis diagnoses medications medication allergies labs lab
vitals vital date time age sex male female gender race name address phone fax email note notes report summary discharge admission follow followup please thank thanks dear hello hi hey sincerely regards re subject cc yes ok okay
january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun today tomorrow yesterday christmas easter thanksgiving ramadan
american african asian european hispanic latino latina latinx caucasian white black indian mexican chinese japanese korean vietnamese filipino german french italian spanish portuguese russian polish irish english british scottish welsh dutch swedish norwegian danish finnish greek turkish arab arabic jewish muslim christian catholic protestant hindu buddhist sikh
mormon baptist lutheran methodist orthodox islamic nigerian ethiopian somali haitian cuban dominican jamaican brazilian colombian peruvian egyptian iranian iraqi syrian afghan pakistani bangladeshi nepali thai hmong native alaska hawaiian pacific islander english spanish mandarin cantonese tagalog farsi urdu hindi bengali punjabi swahili creole
medicare medicaid tricare aetna cigna humana hipaa covid ebola zika google microsoft apple amazon uber facebook epic cerner ipad iphone fitbit zoom
mr mrs ms miss dr prof sr jr md do rn np pa phd phi us usa uk eu un who cdc fda nih
status post hx dx tx rx sx fx pmh psh fh sh ros hpi bp hr rr temp wt ht bmi cbc bmp cmp ct mri cxr ekg ecg eeg emg echo ua uti copd chf cad ckd dm htn hld gerd osa afib dvt pe mi cva tia abd neg pos wnl nad perrla heent
wife husband mother father son daughter brother sister aunt uncle mom dad friend neighbor
right left upper lower bilateral anterior posterior lateral medial proximal distal acute chronic severe mild moderate normal abnormal positive negative stable unstable new old
day days week weeks month months year years hour hours minute minutes morning evening night noon midnight
lancet cochrane jama nejm bmj pubmed uptodate medline medscape
one two three four five six seven eight nine ten first second third fourth
call see seen given take taken continue start stop increase decrease recommend consider monitor check obtain order consult refer return
`.trim().split(/\s+/));

/** Phrases in capitals that are public bodies, programmes and tools, and identify nobody. Folded, words joined by one blank. */
export const publicBodies: ReadonlySet<string> = new Set([
  'blue cross', 'blue shield', 'red cross', 'red crescent', 'kaiser permanente insurance', 'united healthcare', 'unitedhealthcare', 'medicare advantage', 'world health organization', 'centers for disease control', 'centers for disease control and prevention', 'food and drug administration', 'national institutes of health',
  'national institute of health', 'social security', 'joint commission', 'mayo clinic guidelines', 'new england journal of medicine', 'new england journal', 'lancet', 'cochrane library', 'united nations', 'european union', 'department of health', 'department of health and human services', 'veterans affairs', 'veterans administration',
  'veterans health administration', 'health and human services', 'alcoholics anonymous', 'narcotics anonymous', 'meals on wheels', 'public health england', 'national health service', 'drug enforcement administration', 'agent orange', 'desert storm', 'operation iraqi freedom', 'world war', 'good samaritan', 'jehovahs witness', 'jehovahs witnesses',
  'latter day saints', 'american heart association', 'child protective services', 'adult protective services', 'glasgow coma', 'ottawa ankle', 'new york heart association', 'eastern cooperative oncology group', 'gold standard', 'apple watch', 'john doe', 'jane doe',
]);

/** A first word of societies and authorities: "American College of Cardiology", "National Comprehensive Cancer Network". Folded. */
export const publicOpeners: ReadonlySet<string> = new Set(['american', 'national', 'international', 'world', 'european', 'british', 'canadian', 'federal', 'global', 'us', 'u.s', 'united', 'royal', 'australian', 'department', 'centers', 'ministry', 'bureau', 'society', 'office', 'committee', 'council', 'association']);
/** What such a society is. Folded. */
export const publicHeads: ReadonlySet<string> = new Set(['association', 'society', 'college', 'academy', 'institute', 'institutes', 'organization', 'organisation', 'foundation', 'federation', 'administration', 'agency', 'council', 'committee', 'commission', 'board', 'network', 'union', 'league', 'service', 'services', 'department', 'bureau', 'center', 'centers', 'alliance', 'consortium', 'group', 'force']);
