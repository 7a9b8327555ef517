// Names of the months as the Unicode CLDR gives them, nominative and as they stand after a day, without accents, in lower case. A name is listed with the first language that has it.
// Languages that say "in October" by the ending of the word have a line with those forms, too.

const english = 'january february march april may june july august september october november december';
const englishShort = 'jan feb mar apr jun jul aug sep sept oct nov dec';

const foreign = [
  'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre', // Spanish
  'janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre', // French
  'januar februar juni juli oktober dezember', // German
  'gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre', // Italian
  'janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro', // Portuguese
  'januari februari maart augustus', // Dutch
  'augusti', // Swedish
  'marts', // Danish
  'desember', // Norwegian
  'tammi helmi maalis huhti touko heina marras joulu', // Finnish; the full names are made below
  'styczen stycznia lutego marzec marca kwiecien kwietnia maja czerwiec czerwca lipiec lipca sierpien sierpnia wrzesien wrzesnia pazdziernik pazdziernika', // Polish
  'listopad listopada grudzien grudnia',
  'styczniu lutym marcu kwietniu maju czerwcu lipcu sierpniu wrzesniu pazdzierniku listopadzie grudniu',
  'leden ledna unora brezen brezna duben dubna kveten kvetna cerven cervna cervenec cervence srpen srpna rijen rijna listopadu prosinec prosince', // Czech
  'lednu unoru breznu dubnu kvetnu cervnu cervenci srpnu rijnu prosinci',
  'januara februara marec aprila augusta septembra oktobra novembra decembra', // Slovak
  'marci maji auguste septembri oktobri novembri decembri',
  'marcius aprilis majus junius julius augusztus szeptember szept', // Hungarian
  'januarjaban februarjaban marciusaban aprilisaban majusaban juniusaban juliusaban augusztusaban szeptembereben oktobereben novembereben decembereben',
  'januarban februarban marciusban aprilisban majusban juniusban juliusban augusztusban szeptemberben oktoberben novemberben decemberben',
  'ianuarie februarie martie aprilie iunie iulie septembrie octombrie noiembrie decembrie', // Romanian
  'sijecanj sijecnja veljaca veljace ozujak ozujka travanj travnja svibanj svibnja lipanj lipnja srpanj srpnja kolovoz kolovoza rujan rujna studeni', // Croatian
  'studenoga prosinac prosinca sijecnju veljaci ozujku travnju svibnju lipnju srpnju kolovozu rujnu studenom prosincu',
  'junij julij avgust', // Slovenian
  'subat mart nisan mayis haziran temmuz agustos eylul kasim aralik', // Turkish
  'январь янв января февраль февр февраля март марта мар апрель апр апреля маи мая июнь июня июн июль июля июл август авг августа сентябрь сент сентября', // Russian
  'октябрь окт октября ноябрь нояб ноября декабрь дек декабря',
  'январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре',
  'січень січ січня лютии лют лютого березень бер березня квітень квіт квітня травень трав травня червень черв червня липень лип липня серпень серп', // Ukrainian
  'серпня вересень вер вересня жовтень жовт жовтня листопад лист листопада грудень груд грудня',
  'січні лютому березні квітні травні червні липні серпні вересні жовтні листопаді грудні',
  'януари февруари април юни юли септември октомври ноември декември', // Bulgarian
  'ιανουαριου ιαν φεβρουαριου φεβ μαρτιου μαρ απριλιου απρ μαιου μαι ιουνιου ιουν ιουλιου ιουλ αυγουστου αυγ σεπτεμβριου σεπ οκτωβριου οκτ νοεμβριου νοε', // Greek
  'δεκεμβριου δεκ ιανουαριο φεβρουαριο μαρτιο απριλιο μαιο ιουνιο ιουλιο αυγουστο σεπτεμβριο οκτωβριο νοεμβριο δεκεμβριο',
  'maret agustus', // Indonesian
  'julai disember', // Malay
  'pebrero marso hunyo hulyo setyembre oktubre nobyembre disyembre', // Filipino
  'machi aprili agosti septemba oktoba novemba desemba', // Swahili
  'يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر', // Arabic
  'شباط آذار نيسان أيار حزيران تموز أيلول', // Arabic of the Levant
  'ژانویه فوریه آوریل ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر', // Persian
  'ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר', // Hebrew
  'जनवरी फ़रवरी मार्च अप्रैल जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर', // Hindi
  'জানুয়ারি জানু ফেব্রুয়ারি ফেব মার্চ এপ্রিল এপ্রি জুন জুলাই জুল আগস্ট সেপ্টেম্বর সেপ্ট সেপ অক্টোবর অক্টো নভেম্বর নভে ডিসেম্বর ডিসে', // Bengali
  'gener febrer juliol agost setembre desembre', // Catalan
  'jaanuar veebruar veebr aprill juuni juuli oktoober detsember', // Estonian
  'jaanuaris veebruaris martsis aprillis juunis juulis augustis oktoobris detsembris',
  'janvaris februaris maijs junijs julijs augusts septembris oktobris novembris decembris', // Latvian
  'janvari maija junija julija',
  'sausis sausio vasaris vasario kovas balandis balandzio geguze geguzes birzelis birzelio liepa liepos rugpjutis rugpjucio rugsejis rugsejo spalis', // Lithuanian
  'spalio lapkritis lapkricio gruodis gruodzio sausi vasari balandi geguze birzeli rugpjuti rugseji spali lapkriti gruodi',
  'jannaayo janaayo febraayo maarso abriil maayo luulyo ogosto sebteembar sebtembar oktoobar noofeembar diseembar', // Somali
  'јануар јан фебруар феб мај јун јул септембар сеп октобар новембар нов децембар дец', // Serbian
  'јануара фебруара априла маја јуна јула септембра октобра новембра децембра јануару фебруару марту априлу мају јуну јулу августу септембру октобру новембру децембру',
  'janar shkurt prill qershor korrik gusht shtator tetor nentor dhjetor', // Albanian
  'marz marc ocak ekim luty unor zari mai mei maj juna juny jula mayi okt dez juil', // short ones of several
];

const finnish = ['tammi', 'helmi', 'maalis', 'huhti', 'touko', 'kesa', 'heina', 'elo', 'syys', 'loka', 'marras', 'joulu'].flatMap(stem => ['', 'ta', 'n', 'ssa', 'sta', 'hun'].map(ending => `${stem}kuu${ending}`));

// Abbreviations that are words, too, in their own or another language: a day and a year have to stand on both sides.
const foreignShort = [
  'abr ago agu ara avg avr bre cvc cvn cze des dets dhj dic dis dub eki elo ene eyl febr fev fevr gen giu gru gush haz hul hun ian iul iun jaan',
  'janv juun kas kesa kol korr kovo kve kwi led lip lis loka lug lul lut mac mag maig mrt nen nis nob nof',
  'oca ogo ogos ogs ott out ozu paz peb pri pro qer rij ruj seb set shk sht sie sij srp stu sty sub svi syys tem tet tra uno velj wrz zar',
];

/** How sure a word is to be a month: an English name, its abbreviation, a name in another language, an abbreviation in another language. */
export type MonthWord = 'name' | 'short' | 'foreign' | 'foreignShort';

const months = new Map<string, MonthWord>([
  ...foreignShort.flatMap(line => line.split(' ')).map(word => [word, 'foreignShort'] as const),
  ...[...foreign.flatMap(line => line.split(' ')), ...finnish].map(word => [word, 'foreign'] as const),
  ...englishShort.split(' ').map(word => [word, 'short'] as const),
  ...english.split(' ').map(word => [word, 'name'] as const),
]);

/** Tells what month word a lower-case word is, accents or not, with Hebrew's "in" before it or not. */
export function monthWord(lower: string): MonthWord | undefined {
  return months.get(lower) ?? (/[^a-z]/.test(lower) ? months.get(lower.normalize('NFD').replaceAll(/[\u0300-\u036F\u0654]/g, '').normalize('NFC').replace(/^\u05D1(?=[\u05D0-\u05EA]{3})/, '')) : undefined);
}
