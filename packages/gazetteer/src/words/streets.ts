/** Words that end the name of a street in English: full and USPS (Publication 28, appendix C1) short forms. Folded. */
export const streetSuffixes: ReadonlySet<string> = new Set([
  'street', 'st', 'str', 'avenue', 'ave', 'av', 'road', 'rd', 'boulevard', 'blvd', 'drive', 'dr', 'lane', 'ln', 'court', 'ct', 'place', 'pl', 'terrace', 'ter', 'terr', 'circle', 'cir', 'way', 'parkway', 'pkwy', 'highway', 'hwy',
  'square', 'sq', 'trail', 'trl', 'crescent', 'cres', 'close', 'loop', 'alley', 'aly', 'row', 'mews', 'plaza', 'plz', 'pike', 'turnpike', 'tpke', 'expressway', 'expy', 'freeway', 'fwy', 'causeway', 'cswy', 'path', 'walk', 'run',
  'ridge', 'rdg', 'heights', 'hts', 'hill', 'hills', 'grove', 'grv', 'gardens', 'gdns', 'green', 'grn', 'estate', 'estates', 'crossing', 'xing', 'bend', 'cove', 'cv', 'glen', 'gln', 'knoll', 'landing', 'lndg', 'manor', 'mnr', 'meadow',
  'meadows', 'mdws', 'oaks', 'park', 'pass', 'point', 'pt', 'shore', 'shores', 'springs', 'spgs', 'spur', 'station', 'summit', 'trace', 'trce', 'vale', 'valley', 'view', 'village', 'vista', 'wharf', 'quay', 'rise', 'parade', 'esplanade',
  'common', 'commons', 'bypass', 'byp', 'canyon', 'creek', 'crest', 'dale', 'extension', 'ext', 'field', 'fields', 'forest', 'fork', 'garden', 'gateway', 'harbor', 'haven', 'hollow', 'island', 'isle', 'junction', 'lake', 'lakes', 'mall', 'mill',
  'mills', 'mount', 'mountain', 'orchard', 'overlook', 'pines', 'plains', 'ranch', 'rapids', 'rest', 'river', 'route', 'rte', 'track', 'tunnel', 'union', 'woods', 'marg', 'nagar', 'colony', 'layout', 'chowk', 'gali', 'salai', 'veedhi', 'enclave',
]);

/** Suffixes that are no other word in a medical text: enough without a capital ("123 maple street"). */
export const plainStreetSuffixes: ReadonlySet<string> = new Set([
  'street', 'avenue', 'ave', 'road', 'rd', 'boulevard', 'blvd', 'drive', 'lane', 'ln', 'court', 'terrace', 'circle', 'parkway', 'pkwy', 'highway', 'hwy', 'crescent', 'turnpike', 'pike', 'ter', 'sq', 'trl', 'trail', 'cir', 'plaza', 'place', 'square', 'expressway', 'freeway', 'marg', 'nagar', 'chowk', 'salai', 'st', 'dr', 'ct', 'pl', 'way',
]);

/** Words that begin the name of a street in Romance, Slavic and other languages: "Rua Augusta", "Calle Mayor", "ul. Lenina", "Jalan Sudirman". Folded. */
export const streetPrefixes: ReadonlySet<string> = new Set([
  'calle', 'avenida', 'avda', 'carrera', 'cra', 'carretera', 'paseo', 'plaza', 'camino', 'callejon', 'calzada', 'diagonal', 'ronda', 'travesia', 'glorieta', 'rambla', 'carrer', 'passeig', 'c', 'pza', 'ctra', 'urb', 'urbanizacion', 'privada', 'prolongacion', 'jiron', 'jr', 'pasaje', 'pje', 'transversal', 'barrio', 'colonia',
  'rua', 'travessa', 'alameda', 'praca', 'placa', 'placa', 'estrada', 'rodovia', 'largo', 'ladeira', 'beco', 'av',
  'rue', 'avenue', 'boulevard', 'bd', 'allee', 'chemin', 'impasse', 'quai', 'place', 'cours', 'passage', 'ruelle', 'faubourg', 'sentier',
  'bulevar', 'trg', 'aleea', 'splaiul', 'piata', 'intrarea', 'avinguda', 'plateia', 'leof', 'derech', 'bul', 'os', 'бул', 'blvd', 'quadra', 'rod', 'viela', 'jirón', 'circunvalacion', 'autopista', 'ruta', 'via', 'viale', 'piazza', 'piazzale', 'corso', 'vicolo', 'largo', 'strada', 'contrada', 'lungomare', 'lungotevere',
  'ulitsa', 'ul', 'ulica', 'ulice', 'prospekt', 'pr-t', 'pereulok', 'per', 'shosse', 'bulvar', 'naberezhnaya', 'proezd', 'aleja', 'aleje', 'al', 'plac', 'osiedle', 'vulytsia', 'vul', 'namesti', 'trida',
  'jalan', 'jln', 'jl', 'lorong', 'kampung', 'rruga', 'bulevardi', 'strada', 'str', 'bulevardul', 'calea', 'soseaua', 'odos', 'leoforos', 'sharia', 'shari', 'rehov', 'rechov', 'sderot', 'duong', 'pho', 'thanon', 'soi',
  'улица', 'ул', 'проспект', 'пр', 'переулок', 'пер', 'шоссе', 'бульвар', 'набережная', 'площадь', 'вулиця', 'вул',
]);

/** What the name of a street is written together with in German, Dutch, Scandinavian, Hungarian and Finnish: "Hauptstraße", "Kerkstraat", "Storgatan". Folded; at the end of a longer word. */
export const streetEndings: readonly string[] = [
  'strasse', 'str', 'weg', 'gasse', 'allee', 'platz', 'ring', 'damm', 'ufer', 'steig', 'chaussee', 'promenade', 'straat', 'laan', 'plein', 'gracht', 'kade', 'singel', 'dijk', 'gatan', 'gata', 'gate', 'gade', 'vagen', 'veien', 'vej', 'vei', 'alle', 'torget', 'katu', 'tie', 'kuja', 'utca', 'utja',
];

/** Parts of an address inside a building or of a delivery: what follows is a number or a letter. Folded. */
export const unitWords: ReadonlySet<string> = new Set([
  'apt', 'apartment', 'unit', 'bus', 'tv', 'mf', 'izq', 'izda', 'dcha', 'blk', 'andar', 'planta', 'porta', 'quarto', 'sala', 'lantai', 'rt', 'rw', 'ph', 'suite', 'ste', 'floor', 'fl', 'flat', 'room', 'rm', 'building', 'bldg', 'block', 'lot', 'trailer', 'trlr', 'space', 'spc', 'piso', 'depto', 'departamento', 'apto', 'bloco', 'casa', 'etage', 'wohnung', 'whg', 'kv', 'kvartira', 'korp',
  'dom', 'd', 'stroenie', 'int', 'interior', 'scala', 'piano', 'house', 'plot', 'door', 'penthouse', 'ph', 'tower', 'wing', 'sector', 'phase', 'ward', 'puerta', 'escalera', 'lote', 'manzana', 'bajo', 'bis', 'кв', 'д', 'корп', 'стр', 'дом', 'оф',
]);
