// Names of the days of the week as the Unicode CLDR gives them, without accents, in lower case, the languages in the order of the months.
const names = [
  'sunday monday tuesday wednesday thursday friday saturday sun mon tue wed thu fri sat domingo lunes martes miercoles jueves viernes sabado dom lun mar',
  'mie jue vie sab dimanche lundi mardi mercredi jeudi vendredi samedi dim mer jeu ven sam sonntag montag dienstag mittwoch donnerstag freitag samstag',
  'domenica lunedi martedi mercoledi giovedi venerdi sabato gio feira seg ter qua qui sex zondag maandag dinsdag woensdag donderdag vrijdag zaterdag',
  'sondag mandag tisdag onsdag torsdag fredag lordag son man tis ons tors fre lor søndag tirsdag lørdag søn tirs lør tir tor sunnuntai maanantai tiistai',
  'keskiviikko torstai perjantai lauantai niedziela poniedziałek wtorek sroda czwartek piatek sobota niedz pon czw sob nedele pondeli utery streda ctvrtek',
  'patek nedela pondelok utorok stvrtok piatok vasarnap hetfo kedd szerda csutortok pentek szombat duminica luni marti miercuri joi vineri sambata',
  'nedjelja ponedjeljak utorak srijeda cetvrtak petak subota nedelja ponedeljek torek sreda cetrtek petek pazar pazartesi sali carsamba persembe cuma',
  'cumartesi paz pzt sal car per cum cmt воскресенье понедельник вторник среда четверг пятница суббота неділя понеділок вівторок середа четвер пʼятниця',
  'субота неделя понеделник сряда четвъртък петък събота κυριακη δευτερα τριτη τεταρτη πεμπτη παρασκευη σαββατο κυρ δευ τρι τετ πεμ παρ σαβ minggu senin',
  'selasa rabu kamis jumat sabtu ahad isnin khamis jumaat linggo miyerkules huwebes biyernes jumapili jumatatu jumanne jumatano alhamisi ijumaa jumamosi',
  'الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعة السبت یکشنبه دوشنبه چهارشنبه پنجشنبه جمعه شنبه ראשון שני שלישי רביעי חמישי שישי שבת रविवार सोमवार मंगलवार',
  'बुधवार गुरुवार शुक्रवार शनिवार রবিবার সোমবার মঙ্গলবার বুধবার বৃহস্পতিবার শুক্রবার শনিবার diumenge dilluns dimarts dimecres dijous divendres dissabte',
  'puhapaev esmaspaev teisipaev kolmapaev neljapaev reede laupaev svetdiena pirmdiena otrdiena tresdiena ceturtdiena piektdiena sestdiena sekmadienis',
  'pirmadienis antradienis treciadienis ketvirtadienis penktadienis sestadienis недеља понедељак уторак четвртак петак diel hene marte merkure enjte',
  'premte shtune nhat hai ba tu nam sau bay วันอาทิตย์ วันจันทร์ วันอังคาร วันพุธ วันพฤหัสบดี วันศุกร์ วันเสาร์ axad isniin talaado arbaco khamiis jimco',
  'среду пятницу субботу середу пятницю пʼятницю суботу неділю недељу srode sobote niedziele stredu sobotu nedelu nedeli vasarnapon hetfon kedden szerdan pentek', // as "on Wednesday" is said
  'sabti maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina tues thur thurs weds',
];

/** Words for a day of the week. Many of the short ones mean something else, too: they count beside a date only. */
export const weekdays: ReadonlySet<string> = new Set(names.flatMap(line => line.split(' ')));
