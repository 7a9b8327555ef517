import {after, before} from '../scan/around.ts';
import type {PatternRule} from '../scan/rule.ts';

const year = String.raw`(?:1[89]|20)\d{2}`;

/** Days that a name tells: weekdays, holidays, seasons of a year, the day of a month that was named before. */
export const calendarRules: readonly PatternRule[] = [
  {
    name: 'weekday',
    kind: 'date.other',
    score: 0.6,
    pattern: /(?<![\w-])(?:mon|tues|wednes|thurs|fri|satur|sun)day(?![\w-]|s\b)(?:'s)?/gi,
    // What happens every week is no date; nor are the days that an illness is named after.
    accept: (match, text) => !/(?:\b(?:every|each|alternate|other|any)\s{1,2}(?:other\s)?|[-–/&,]\s?\p{L}{3,9}s\s(?:and|or)\s)$/iu.test(before(text, match.index, 24)) && !/^(?:\s?(?:to|through|thru|-|–)\s?(?:fri|sat(?:ur)?|sun)(?:day)?\b)/i.test(after(text, match.index + match[0].length))
      && !(/^[fs]/i.test(match[0]) && /\b(?:mon)(?:day)?\s?(?:to|through|thru|-|–)\s?$/i.test(before(text, match.index, 16))),
  },
  {
    name: 'weekday-short',
    kind: 'date.other',
    score: 0.6,
    lead: /\b(?:on|last|next|this|since|until|by|from|past|through)\s$/i,
    pattern: /(?<![\w-])(?:[Mm]on|[Tt]ues?|[Ww]eds?|[Tt]hurs?|[Tt]hu|[Ff]ri|Sat|Sun)(?![\w-])/g,
  },
  {
    name: 'weekday-ordinal',
    kind: 'date.other',
    score: 0.8,
    pattern: /(?<![\w-])(?:Mon|Tues?|Weds?|Thu(?:rs?)?|Fri|Sat|Sun)(?:day|nesday|rsday|urday)?,?\s(?:the\s)?\d{1,2}(?:st|nd|rd|th)(?!\w)/g,
  },
  {
    // Short, and no other word in any case.
    name: 'weekday-only',
    kind: 'date.other',
    score: 0.6,
    pattern: /(?<![\w-])(?:tues|weds|thurs)(?![\w-])/gi,
    accept: (match, text) => !/\b(?:every|each|alternate|other|any)\s{1,2}(?:other\s)?$/i.test(before(text, match.index, 24)),
  },
  {
    name: 'holiday',
    kind: 'date.other',
    score: 0.8,
    pattern: new RegExp(String.raw`(?<![\w-])(?:Christmas(?:\s(?:Eve|[Dd]ay))?|Xmas(?:\s(?:Eve|[Dd]ay))?|Thanksgiving(?:\s[Dd]ay)?|Easter(?:\s(?:Sunday|Monday))?|Good Friday|Ash Wednesday|Palm Sunday|New Year(?:'?s)?(?:\s(?:Eve|[Dd]ay))?|Halloween|Hallowe'en|Valentine'?s(?:\s[Dd]ay)?|Independence [Dd]ay|(?:the\s)?(?:Fourth|4th) of July|July (?:Fourth|4th)|Labor [Dd]ay|Labour [Dd]ay|Memorial [Dd]ay|Veterans'? [Dd]ay|Columbus [Dd]ay|Indigenous Peoples'? [Dd]ay|Presidents'? [Dd]ay|Mother'?s [Dd]ay|Father'?s [Dd]ay|Groundhog [Dd]ay|St\.? Patrick'?s [Dd]ay|Saint Patrick'?s [Dd]ay|Martin Luther King(?:,? Jr\.?)? [Dd]ay|(?:MLK|mlk) [Dd]ay|Juneteenth|Mardi Gras|Cinco de Mayo|Boxing [Dd]ay|Bastille [Dd]ay|Canada [Dd]ay|Guy Fawkes Night|Hanukkah|Chanukah|Passover|Rosh Hashanah|Yom Kippur|Diwali|Ramadan|Eid(?: al-(?:Fitr|Adha))?|Kwanzaa|Lunar New Year|Chinese New Year|Black Friday|Cyber Monday|Super Bowl Sunday|Shavuot|Sukkot|Purim|Pesach|Nowruz|Epiphany|Pentecost|Whitsun|Anzac [Dd]ay|Australia [Dd]ay|Navidad|Año Nuevo|Nochebuena|Nochevieja|Semana Santa|Noël|Pâques|Pentecôte|Toussaint|Weihnachten|Ostern|Oster(?:sonntag|montag)|Karfreitag|Pfingsten|Pfingst(?:sonntag|montag)|Fronleichnam|Allerheiligen|[1-4]\.\sAdvent|Silvester|Heiligabend|Natale|Capodanno|Pasquetta|Pasqua|Ferragosto|Páscoa|Koningsdag|Sinterklaas|Wielkanoc|Boże Narodzenie|Sylwester|Midsommar)(?:\s(?:weekend|week))?(?:(?:,?\s(?:of\s|in\s)?|\s')(?:${year}|'\d{2}))?(?![\w-])`, 'g'),
    // An illness, a factor of clotting, a sign and a plant carry the name, too.
    accept: (match, text) => !/^\s?(?:disease|factor|tree|carol|card|cactus|rose|eggs?|bunny|island|seal|syndrome|lights?|fast|fasting)\b/i.test(after(text, match.index + match[0].length)) || /\d/.test(match[0]),
  },
  {
    name: 'season',
    kind: 'date.other',
    score: 0.85,
    pattern: new RegExp(String.raw`(?<![\w-])(?:(?:early|late|mid)[\s-])?(?:spring|summer|fall|autumn|winter|springtime|summertime|wintertime|primavera|verano|otoño|invierno|printemps|été|automne|hiver|Frühling|Frühjahr|Sommer|Herbst)\s{0,2}(?:,\s?|of\s|in\s|de\s)?(?:the\s)?(?:${year}|['’]\d{2})(?!\w)|(?<!\w)${year}\s(?:spring|summer|fall|autumn|winter)(?!\w)`, 'gi'),
  },
  {
    // The end of a sentence leaves nothing that could be counted; below 13 it may still be a finger or a nerve.
    name: 'day-of-month-last',
    kind: 'date.other',
    score: 0.6,
    lead: /\bthe\s$/i,
    pattern: /(?<![\w.])(?:1[3-9]th|2[0-9](?:st|nd|rd|th)|30th|31st)(?=\s?(?:[.,;!?)\n]|$))/g,
  },
  {
    // `on the 15th`, and not `on the 5th digit`.
    name: 'day-of-month',
    kind: 'date.other',
    score: 0.75,
    lead: /\b(?:on|by|until|since|till|before|after|from)\s(?:the\s)?$/i,
    pattern: /(?<![\w.])(?:[1-9]|[12]\d|3[01])(?:st|nd|rd|th)(?=\s?(?:[.,;:)\n]|$|(?:at|and|of (?:this|last|next|the|each) month|for|with|to|through|when|after|in the|due)\b))/gi,
    accept: (match, text) => !/^\s?(?:and|to|through)\s(?:\d{1,2}(?:st|nd|rd|th)\s)?(?:toes?|fingers?|digits?|ribs?|metatarsals?|metacarpals?|rays?|percentiles?|floors?)/i.test(after(text, match.index + match[0].length)),
  },
];
