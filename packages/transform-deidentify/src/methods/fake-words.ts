/** What made-up values are put together from: common words and names of no particular person, and numbers that are set aside for examples. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/u);

export const givenNames = words(`
  Ada Alan Alice Amir Ana Andre Anita Anton Arthur Astrid Aya Basil Bea Ben Bianca Boris Carla Cecil Chloe Clara Cora Cyrus Dana Daniel Daria David Delia Diego Dora Edgar Edith Elena
  Eli Elsa Emil Emma Erik Esther Eva Ezra Faye Felix Fiona Flora Frank Freya Gail George Gina Grace Greta Hana Hank Harriet Hector Helen Henry Hugo Ida Igor Ines Ingrid Iris Isaac
  Ivan Ivy Jack Jana Jasper Jean Joel Jonas Julia June Kai Karen Kira Klara Kofi Kurt Lars Laura Lena Leo Lila Linda Louis Lucy Luis Mabel Maia Marco Maria Mark Martha Max Maya
  Mei Milo Mina Mira Nadia Nell Nico Nina Noah Nora Olga Oliver Omar Oscar Otto Paula Pavel Petra Philip Priya Quentin Rafael Raj Ralph Rita Robin Rosa Ruben Ruth Sam Sara Selma
  Simon Sofia Sonia Stella Sven Tania Tara Theo Tina Tomas Uma Vera Victor Viola Wanda Walter Willa Xenia Yara Yusuf Zara Zoe
`);

export const familyNames = words(`
  Abbott Adler Albright Archer Atwood Baker Barlow Becker Bell Benson Birch Blake Boone Bower Brandt Brewer Brooks Burns Calder Carver Castle Chandler Clay Cole Conway Cooper Cross
  Dale Dalton Dawson Decker Dixon Doyle Drake Dunn Eaton Elliot Ellis Emery Falk Farmer Fenn Finch Fisher Fleming Foley Forester Fowler Frost Garner Gibbs Glover Grant Greer Grove
  Hale Harding Hart Hayes Heath Hobbs Holm Hooper Hurst Irving Jansen Keller Kemp Kerr Knox Lambert Lane Larsen Lindner Locke Lowe Mason Marsh Mercer Miller Monroe Moss Nash Nolan
  Norris North Novak Odell Olsen Osborn Palmer Parrish Peck Penn Perry Porter Potter Quinn Ramsey Reed Rhodes Rivers Roth Rowe Sadler Sawyer Shaw Shepherd Slater Snow Stein Stone
  Swift Tanner Taylor Thorne Tyler Vance Vogel Wagner Walker Ward Weaver Webb West Wheeler Winter Wolfe Wren Yates York Zeller
`);

export const streetNames = words('Alder Beech Birch Cedar Chestnut Elm Hazel Hickory Juniper Larch Linden Maple Oak Olive Pine Poplar Spruce Sycamore Walnut Willow');
export const streetKinds = words('Avenue Court Drive Lane Road Street Way');
export const townBeginnings = words('Ash Brook Clear Elm Fair Glen Green High Lake Maple Mill North Oak Pine Red River Rose Spring Stone West White Wood');
export const townEndings = words('bridge brook bury dale field ford gate ham haven mont port side ton vale view ville wood worth');
