// Names and places are made up for this study; where one exists, that is chance. None of the family
// names, first names or street names is a common English word, so that finding one of them in a
// de-identified file means a leak.

const words = (text: string): readonly string[] => text.trim().split(/\s+/u);

export const womensNames = words(`
  Adaeze Agnieszka Amalia Annika Aurelia Beatriz Brigitta Camille Chanelle Chiara Corinne Daniela Delphine Dorothea
  Ebony Elżbieta Esperanza Fatima Florence Freya Gabriela Genevieve Giselle Gretchen Hadiya Halima Henrietta Ifeoma
  Imani Ingeborg Isadora Jacinta Jasmeet Joséphine Kamala Katarina Keisha Kirsten LaTonya Leilani Lorraine Lucinda
  Maiyer Marisol Mathilde Mei-Ling Minerva Nadezhda Ngozi Nokomis Odalys Paloma Pahoua Priyanka Rosalind Saoirse
  Shanelle Siobhán Solveig Svetlana Tamika Thandiwe Valentina Veronika Wilhelmina Xiomara Yolanda Zainab Zuzanna`);

export const mensNames = words(`
  Abdirahman Alejandro Anders Aurelio Bartholomew Benedikt Bogdan Caleb Cedric Chidi Cornelius Dashiell DeShawn
  Dietrich Diarmuid Eduardo Emeka Ezekiel Fabian Farhan Fernando Florian Gareth Giovanni Gottfried Guillermo
  Gunnar Hamza Hiroshi Ignacio Isaiah Jamal Jarosław Joaquín Kareem Kazimierz Keanu Kwabena Lamont Laszlo Leopold
  Lorenzo Magnus Malachi Marquis Mohamud Nathaniel Nikolai Octavio Oluwaseun Pheng Quentin Rajesh Reinhold Rodrigo
  Sanjay Sebastian Stellan Tadeusz Terrence Thaddeus Tou-Ger Tyrone Ulysses Vang-Pao Vikram Wendell Xavier Zbigniew`);

export const familyNames = words(`
  Abendroth Achterberg Adeyemi-Cole Aguirreche Alvestad Amundrud Anakwe Arriolaga Asplundh Bajwani Balderrama
  Bartoszek Bergqvist Bialostocki Birnschein Blackdeer-Hayes Bodnarchuk Bouchardeau Brandvold Brzezicki Buchholtz
  Cerrillo-Vega Chakrapani Chinwendu Cloudwalker Corvallen Cywinska Dahlstrøm Darboven Decorah-Lund Delacruzado
  Deshmukhi Dombrowiak Drăgulescu Duquesnay Ebersold Eichelberg Ekwueme Engebretsen Escalona-Ruiz Fagerholm
  Faraxle Fitzhollen Forsmark Friedlaender Frydrychowicz Gaertling Galarneau Ghebremariam Gjerdrum Gołębiewska
  Greendeer-Ross Grünewaldt Gulbrandson Gutknecht Haugerud Heimgartner Hernándezlara Hillesheim Holmquistad
  Huizenveld Ibarrondo Igwebuike Imhofer Isaksdotter Jagodzinski Jankowitz Jaramilla Jørgenrud Kaczmarowski
  Kaltenbrunn Karunaratna Keezhigo Kettelkamp Khamvongsa Kirchgessner Klabunder Kowalczewska Kristoffersen-Yang
  Kwiatkowiak Lachenmeier Laframboise Laurentides Leszczynska Lindqvistad Lofthusen Lomelino Loyalsdotter
  Machutski Mahamoud-Ali Maldonadez Mbachukwu Meierhofer Mikkelborg Moua-Thaoxa Mukherjeera Mwangithu Müllenbach
  Nachtsheim Navarrotes Ndukwevu Neuenschwander Nordahlen Núñez-Ibarra Obregonez Oconomowitz Odegaarden Okonkwu
  Olechnowicz Opperhauser Osterhagen Ouellettier Oyelaranti Paszkiewicz Pellegrinotti Pfefferkorn Phommasith
  Plamondeau Przybylak Quackenbosch Quintanero Rademachers Ragnarsen Rajagopalu Reinholtsen Rosenkvist Różańska
  Ruppenthal Rzepeckis Saldívarez Sandvolden Schellhammer Schmittdiel Sepúlvedas Siyadovar Skogstrand Sobczynski
  Soukhamneuth Stavlund Steinkraus Stoltenow Strzelczykowa Sundbergsen Svenningdal Szymborowicz Tchakarova
  Teigenberg Thorvaldsrud Tollefsgaard Trzebiatowska Tsosie-Brandt Turgesonne Uchechukwu Ueberroth Ulvestad
  Urquidez Vandersluis Vangpaoyer Vasquelle Veldkampe Vinogradowa Voelkerding Wachholz Waldschmitt Wenzelowski
  Whitecrane-Moe Wierzbinski Wojtkowska Xiongmoua Xochihua Yablonskaya Yellowbank Yoshimurata Zabrowskie
  Zamarripaz Zielinskaya Zimmerbach Żurawczyk`);

export const streets = words(`
  Alderbrook Ashwillet Balsamlake Bittersweetgrass Bluestemway Bobolinkton Burrwood Caddisfly Chokecherry Copperbeech
  Cranehollow Deerpathe Driftlessridge Elderpoint Fernwillow Foxgloven Glacierdrum Goldenrodde Hackberrie Halfmoon
  Hazelfen Heronmarsh Ironoak Junipergate Kettlemoraine Kinnikinnick Larkspurre Loonhaven Maplecrest Marshhawke
  Meadowrue Millracer Nighthawke Oldquarry Orchardview Paintbrush Pasqueflower Prairieclover Quarterline Redpinery
  Sandcherry Sedgewren Shootingstar Sumachill Tamarackside Thimbleberry Trilliumdale Upperbluff Wahoowood Yarrowfield`);

export const streetKinds = ['St', 'Ave', 'Ct', 'Rd', 'Ln', 'Dr', 'Trail', 'Way'] as const;

/** Town, state and the first three digits of its ZIP codes. */
export const towns: readonly (readonly [string, string, string])[] = [
  ['Alder Falls', 'WI', '537'], ['Bad Elk', 'WI', '548'], ['Blue Heron Lake', 'WI', '545'], ['Castlemound', 'WI', '546'],
  ['Door Harbor', 'WI', '542'], ['Fort Marais', 'WI', '531'], ['Glenmoraine', 'WI', '530'], ['Kettle Rapids', 'WI', '530'],
  ['Lac Vermeil', 'WI', '549'], ['Little Wolf Bend', 'WI', '549'], ['Mazoma', 'WI', '535'], ['New Gausdal', 'WI', '535'],
  ['North Pecan', 'WI', '541'], ['Oshkanaw', 'WI', '549'], ['Portage des Pins', 'WI', '539'], ['Prairie du Lac', 'WI', '538'],
  ['Saint Ansgar Bluff', 'WI', '540'], ['Shawanigan', 'WI', '541'], ['Spring Coulee', 'WI', '546'], ['Three Lakes Point', 'WI', '545'],
  ['Upper Rock', 'WI', '535'], ['Waukemoor', 'WI', '531'], ['West Pewabic', 'WI', '532'], ['Whitewillow', 'WI', '531'],
  ['Dubois Landing', 'IA', '520'], ['Galesford', 'IL', '610'], ['Iron Summit', 'MI', '498'], ['Red Cedar Wing', 'MN', '550'],
];

/** Area codes; every number made with them is 555-0100 to 555-0199, the range kept free for fiction. */
export const areaCodes = ['608', '608', '608', '414', '262', '920', '715', '534', '563', '815', '906', '651'] as const;

export const occupations = [
  'nurse', 'dairy farmer', 'teacher', 'welder', 'bus driver', 'software tester', 'home maker', 'electrician', 'cheese maker',
  'librarian', 'paper mill operator', 'student', 'between jobs', 'county clerk', 'cook', 'veterinary technician', 'lawyer',
] as const;

export const staffRoles = ['interviewer', 'coder', 'project manager', 'data manager', 'lab technician', 'recruiter'] as const;
