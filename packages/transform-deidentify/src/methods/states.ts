/**
 * States, the District of Columbia and the territories of the United States, with the three-digit ZIP areas of
 * each: public facts of the Postal Service, compared with 44,000 ZIP codes. Military mail (090-098, 340,
 * 962-966) is of no state. Areas nobody uses today stand with their neighbours.
 */
const areas: readonly (readonly [code: string, name: string, areas: string])[] = [
  ['AL', 'Alabama', '350-352 354-369'], ['AK', 'Alaska', '995-999'], ['AS', 'American Samoa', ''], ['AZ', 'Arizona', '850-865'], ['AR', 'Arkansas', '716-729'], ['CA', 'California', '900-961'],
  ['CO', 'Colorado', '800-816'], ['CT', 'Connecticut', '060-069'], ['DE', 'Delaware', '197-199'], ['DC', 'District of Columbia', '200 202-205 569'], ['FL', 'Florida', '320-339 341-342 344 346-347 349'],
  ['FM', 'Federated States of Micronesia', ''], ['GA', 'Georgia', '300-319 398-399'], ['GU', 'Guam', '969'], ['HI', 'Hawaii', '967-968'], ['ID', 'Idaho', '832-838'], ['IL', 'Illinois', '600-629'],
  ['IN', 'Indiana', '460-479'], ['IA', 'Iowa', '500-528'], ['KS', 'Kansas', '660-679'], ['KY', 'Kentucky', '400-427'], ['LA', 'Louisiana', '700-714'], ['ME', 'Maine', '039-049'],
  ['MH', 'Marshall Islands', ''], ['MD', 'Maryland', '206-212 214-219'], ['MA', 'Massachusetts', '010-027 055'], ['MI', 'Michigan', '480-499'], ['MN', 'Minnesota', '550-567'], ['MS', 'Mississippi', '386-397'],
  ['MO', 'Missouri', '630-658'], ['MT', 'Montana', '590-599'], ['NE', 'Nebraska', '680-693'], ['NV', 'Nevada', '889-898'], ['NH', 'New Hampshire', '030-038'], ['NJ', 'New Jersey', '070-089'],
  ['NM', 'New Mexico', '870-884'], ['NY', 'New York', '005 100-149'], ['NC', 'North Carolina', '270-289'], ['ND', 'North Dakota', '580-588'], ['MP', 'Northern Mariana Islands', ''], ['OH', 'Ohio', '430-459'],
  ['OK', 'Oklahoma', '730-732 734-749'], ['OR', 'Oregon', '970-979'], ['PW', 'Palau', ''], ['PA', 'Pennsylvania', '150-196'], ['PR', 'Puerto Rico', '006-007 009'], ['RI', 'Rhode Island', '028-029'],
  ['SC', 'South Carolina', '290-299'], ['SD', 'South Dakota', '570-577'], ['TN', 'Tennessee', '370-385'], ['TX', 'Texas', '733 750-799 885'], ['UT', 'Utah', '840-847'], ['VT', 'Vermont', '050-054 056-059'],
  ['VI', 'Virgin Islands', '008'], ['VA', 'Virginia', '201 220-246'], ['WA', 'Washington', '980-994'], ['WV', 'West Virginia', '247-268'], ['WI', 'Wisconsin', '530-549'], ['WY', 'Wyoming', '820-831'],
];

/** Single codes whose area is of another state. */
const exceptions: ReadonlyMap<string, string> = new Map([
  ['06390', 'NY'], ['20588', 'MD'], ['20598', 'VA'], ['73960', 'TX'], ['83414', 'WY'], ['96799', 'AS'], ['96939', 'PW'], ['96940', 'PW'], ['96941', 'FM'], ['96942', 'FM'], ['96943', 'FM'], ['96944', 'FM'],
  ['96950', 'MP'], ['96951', 'MP'], ['96952', 'MP'], ['96960', 'MH'], ['96970', 'MH'],
]);

const byArea: ReadonlyMap<string, string> = new Map(areas.flatMap(([code, , ranges]) => ranges.split(' ').filter(range => range !== '').flatMap(range => {
  const [first, last = first] = range.split('-').map(Number);
  return Array.from({length: last! - first! + 1}, (_, i) => [String(first! + i).padStart(3, '0'), code] as const);
})));

const byName: ReadonlyMap<string, string> = new Map([
  ...areas.flatMap(([code, name]) => [[code.toLowerCase(), code], [name.toLowerCase(), code]] as const),
  ['washington dc', 'DC'], ['us virgin islands', 'VI'], ['washington state', 'WA'], ['new york state', 'NY'],
]);

/** The two letters of the state of a five-digit ZIP code; undefined when it is of none. */
export const stateOfZip = (zip: string): string | undefined => exceptions.get(zip) ?? byArea.get(zip.slice(0, 3));

/** The two letters of a state by its name or its letters, in any case. */
export const stateOfName = (text: string): string | undefined =>
  text.length > LONGEST ? undefined : byName.get(text.trim().replace(/\s+/gu, ' ').replace(/^(?:the )?(?:state|commonwealth) of /iu, '').replaceAll('.', '').toLowerCase());

/** Characters of a name that are looked at. */
const LONGEST = 100;
