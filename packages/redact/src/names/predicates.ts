import type {Scan} from '../text/scan.ts';
import {personActs} from '../words/people.ts';

/** Nouns that stand as subject without an article: before "is" they are no sign of a person. Folded. */
export const bareNouns: ReadonlySet<string> = new Set(`baby hope faith grace joy patience charity mercy prudence art love peace honor harmony destiny heaven summer autumn winter spring dawn ocean chance luck music history english math science trust wisdom glory liberty justice freedom promise
  temple heart head hand foot arm leg neck skin iris pupil belly port case line drain price page field hall ward wall bone cane rice bread salt sugar pepper honey ginger olive basil sage rosemary clay stone steel wood silver gold rain snow frost storm rose lily violet ivy daisy jasmine heather hazel holly fern willow
  story park bell read word drug law long short well good best strong smart gross small smalls rash ball bay lake hill rivers street pain care case cases day days may march august april june mark read speech gait vision hearing sleep appetite mood affect insight judgment judgement memory coffee tea wine beer bond bill cash cost sales`.trim().split(/\s+/));

/** What only a person is, behind "is", "was", "remains". Folded. */
const animateStates: ReadonlySet<string> = new Set(`refusing asking requesting doing feeling walking resting sleeping vomiting eating complaining crying seeking trying hoping worried anxious tearful tired afraid pregnant allergic hospitalized afebrile npo dnr dni married divorced single
  retired unemployed homeless deceased alert oriented unable unwilling willing happy sad late concerned upset angry confused sober interested overweight obese diabetic hypertensive hypotensive tachycardic bradycardic febrile intubated extubated admitted discharged readmitted seen transferred vaccinated immunized
  enrolled scheduled accompanied brought told advised counseled diagnosed referred prescribed hungry thirsty nauseated nauseous dizzy drowsy lethargic sick ill breastfeeding lactating menopausal postpartum ambulating wheezing coughing sneezing bleeding drinking smoking using taking working living
  wanting needing planning thinking having getting going coming leaving moving staying planning traveling travelling recovering struggling losing gaining suffering experiencing following wearing due ready eligible compliant noncompliant nonverbal verbal depressed suicidal agitated combative cooperative pleasant friendly
  born raised homebound bedbound wheelchair caring staring waiting sitting lying here back home asleep awake out my our her his undergoing receiving septic on post s ok okay fine better worse stable pale jaundiced frail dehydrated asymptomatic wheezy toxic unwell weak malnourished cachectic delirious`.trim().split(/\s+/));
/** Verbs with a person as subject; "has" and "is" are looked at apart. Folded. */
export const animateVerbs: ReadonlySet<string> = new Set([...personActs, ...`admitted fell missed lost weighs hates loves likes keeps kept tried tries forgot fainted vomited cried ate slept left picked texted emailed identifies identified wears wore prefers preferred stays stayed spiked sustained turned
  brings brought bought visits wakes woke broke wonders wondered worries hopes hoped plans knows knew heard understands understood attends attended speaks spoke swallowed cut hurt burned bit drove drives rides plays played requests
  requested consented injured twisted slipped passed quit noticed developed delivered`.trim().split(/\s+/)]);
const beings = new Set(['is', 'was', 'remains', 'seems', 'looks', 'became', 'got', 'isnt', 'wasnt', 's']);
const kinds = new Set(['my', 'our', 'her', 'his', 'their', 'your']);
const negated = new Set(['didnt', 'doesnt', 'cant', 'couldnt', 'wont', 'wouldnt', 'hasnt', 'hadnt', 'isnt', 'wasnt', 'cannot']);
const adverbs = new Set(['not', 'still', 'also', 'now', 'just', 'currently', 'never', 'always', 'only', 'already', 'again', 'very', 'no', 'really', 'recently', 'usually', 'often', 'finally', 'then', 'later', 'today', 'being', 'been', 'too', 'so', 'quite', 'hardly']);

/** How much what begins at `at` says that its subject is a person: 2 nobody else does it, 1 a verb in the third person, 0 nothing. */
export function predicate(scan: Scan, at: number): 0 | 1 | 2 {
  let index = at;
  let first = scan.tokens[index];
  if (first === undefined || first.breaks > 0) return 0;
  while (first !== undefined && adverbs.has(first.folded) && index < at + 2) first = scan.tokens[++index];
  if (first === undefined || first.breaks > 0 || first.shape !== 'lower') return 0;
  if (negated.has(first.folded) && !beings.has(first.folded)) return 2;
  if (animateVerbs.has(first.folded) && first.folded !== 'had') return 2;
  if (first.folded === 'has' || first.folded === 'had') {
    return 1;
  }
  if (!beings.has(first.folded)) return 0;
  let next = scan.tokens[++index];
  while (next !== undefined && next.breaks === 0 && adverbs.has(next.folded) && index < at + 5) next = scan.tokens[++index];
  if (next === undefined || next.breaks > 0) return 1;
  if (animateStates.has(next.folded) || kinds.has(next.folded)) return 2;
  if (/^\d{1,3}(?:yo|y|yr|m|f|mo|w|wk)?$/iu.test(next.text)) return 2;
  const noun = scan.tokens[index + 1];
  return (next.folded === 'a' || next.folded === 'an') && (/^\d/u.test(noun?.text ?? '') || noun !== undefined && (persons.has(noun.folded) || persons.has(scan.tokens[index + 2]?.folded ?? ''))) ? 2 : 1;
}
/** Nurses leave the auxiliary out: "Pearl up in chair", "Hazel combative", "Earl transferred". Folded. */
const noted: ReadonlySet<string> = new Set(`refusing resting sleeping vomiting eating complaining crying wandering yelling screaming walking ambulating wheezing coughing sitting lying tolerating requesting asking awake asleep alert combative agitated tearful incontinent continent lethargic confused anxious calm cooperative restless
  ambulated transferred repositioned medicated admitted discharged extubated intubated vomited fell voided toileted bathed turned weaned redirected reoriented refused declined tolerated oob up npo tol aox4 ox3 ambulates voiding afebrile nonverbal sedated unresponsive oriented pleasant drowsy irritable fussy feeding nursing latching crawling teething`.trim().split(/\s+/));

/** Whether what begins at `at` is what a nurse writes right behind a name. */
export function noteFollows(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  return token !== undefined && token.breaks === 0 && (token.shape === 'lower' || token.shape === 'upper' && scan.writing(at) === 'upper') && noted.has(token.folded);
}

const persons = new Set(['patient', 'pt', 'man', 'woman', 'boy', 'girl', 'male', 'female', 'child', 'infant', 'nurse', 'teacher', 'student', 'smoker', 'vegetarian', 'vegan', 'candidate', 'widow', 'widower', 'veteran', 'resident', 'twin', 'friend', 'runner', 'diabetic', 'survivor', 'gentleman', 'lady', 'toddler', 'teenager', 'newborn', 'mother', 'father']);
