/** Short forms of given names in English and some other languages; each line is one group, any of which may stand for any other. Folded. */
const groups = `
abigail abby gail
albert al bert bertie
alexander alexandra alex al sandy xander sasha lex alejandro alejandra
alfred alf fred
andrew andy drew andrea
anne ann anna annie nan nancy hannah ana
anthony antonio tony anton
arthur art artie
barbara barb babs bobbie
benjamin ben benny benji
bernard bernie
bradley brad
caroline carolyn carol carrie lynn
catherine katherine kathryn cathy kathy kate katie kat kitty kay katya
charles charlie chuck chas carlos
christopher chris kit topher
christine christina chris tina chrissy kristin kristina kris
cynthia cindy
daniel danielle dan danny
david dave davey
deborah debra deb debbie
dennis denny
dmitri dima mitya
donald don donnie
dorothy dot dottie dolly
douglas doug
edward ed eddie ted teddy ned eduardo
eleanor ellie nora nell
elizabeth liz lizzie beth betty betsy eliza lisa libby bess elisa
emily emma em
eugene gene
evelyn eve evie
frances fran frannie
francis frank frankie francisco paco pancho franz
frederick fred freddy
gabriel gabriela gabrielle gabe gabby
george georgie jorge
gerald jerry gerry
gregory greg
guadalupe lupe
harold harry hal
henry hank harry enrique
ignacio nacho
isabella isabel izzy bella
jacob jake
jacqueline jackie
james jim jimmy jamie jaime
jane janie jean janet
jeffrey geoffrey jeff
jennifer jen jenny
jessica jess jessie
jesus chuy
joanna joanne jo
john jack johnny jon juan ivan hans
jonathan jon nathan
jose joseph joe joey pepe josef giuseppe
joshua josh
judith judy
kenneth ken kenny
kimberly kim
larry lawrence laurence
leonard leo len lenny
luis louis lou
magdalena lena magda
manuel manny manolo
margaret maggie meg peggy marge margie greta rita
maria mary marie mia
martha marty
martin marty
matthew matt matty mateo
melissa missy mel
michael mike mick mickey miguel misha mikhail
nathaniel nathan nate
nicholas nick nicky nico nikolai kolya
olivia liv ollie
pamela pam
patricia pat patty trish tricia
patrick pat paddy
paul pablo pavel
peter pete pedro petya pyotr
philip phil felipe
rachel rae
raymond ray
rebecca becky becca
richard rick rich dick ricky ricardo
robert rob bob bobby robbie roberto
ronald ron ronnie
rosemary rose rosie
samuel samantha sam sammy
sandra sandy
sergei seryozha
sharon shari
sophia sophie sofia
stephen steven steve
stephanie steph
susan sue susie suzanne
tatiana tanya
teresa theresa terry tess tessa
theodore ted teddy theo
thomas tom tommy tomas
timothy tim timmy
valerie val
veronica ronnie vera
victoria vicky tori
vincent vince vinny
virginia ginny
vladimir vova volodya
walter walt wally
william will bill billy willie liam guillermo
zachary zach zack
yevgeny evgeny zhenya
aleksandr alexey alyosha sasha
`.trim().split('\n').map(line => line.split(' '));

const byName = new Map<string, Set<string>>();
for (const group of groups) {
  for (const name of group) {
    const others = byName.get(name) ?? new Set<string>();
    for (const other of group) if (other !== name) others.add(other);
    byName.set(name, others);
  }
}

/** Other forms of a folded given name; none for a name that has no usual ones. */
export function nicknamesOf(folded: string): readonly string[] {
  return [...byName.get(folded) ?? []];
}
