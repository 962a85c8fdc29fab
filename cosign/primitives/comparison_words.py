"""The words of a comparison (docs/spec.md, "Comparing").

1,024 words, so that one stands for ten bits. They were chosen for this list, to be said on a
telephone by people whose mother tongue is another one:

- common, of four to eight letters, spelled alike in Britain and America, none a name of a number
  or a word of this protocol;
- no two that differ by one typing mistake (a letter exchanged, added or left out, or two
  neighbours swapped) and no two with the same first four letters, which a test checks;
- no two whose sounds differ in one phoneme of the CMU Pronouncing Dictionary, or only in a vowel,
  a voiced for an unvoiced consonant, L for R or M for N, which was checked when they were chosen.

A digest binds the words themselves, not their places, but the list is part of the protocol: a
word that only one of two programs knows cannot be compared.
"""

from typing import Final

WORD_LIST: Final = """
academy account acorn active adapter admiral advice agent airport album alert almanac almond
alphabet amaze amber anchor ancient angle animal answer antenna anthem antique antler apology
appear apple april aquarium arcade archive arena armchair arrow artist aspen assist asteroid
athlete atlas august author avenue average avocado awake award baby backpack bacon baker balance
balcony balloon bamboo banana bandage banjo banner bargain barista basement basil basket bath
battery beaver bedroom beetle begin belong belt bench bicycle biology birthday blade blanket
blender blizzard blossom boat bonfire bonus book border bottom bounce boxer boxing bracelet branch
bridge brief bright broccoli bronze brother brown brush bubble budget buffalo builder bulb bungalow
burger butcher butter cabbage cabinet cactus cadet calendar camera campus canal candy canoe canvas
canyon captain caravan carbon cardigan careful cargo carnival carpet castle casual catfish cave
celery cement century chair champion channel chapter charcoal cheese chemist cherish chestnut chew
chicken chimney chin chipmunk chorus cider cinema citizen citrus city clarinet classic cliff
climate clinic clock cloth cloud club coach coast cobweb cockpit coconut coffee college comedy
comfort comic company concert confetti connect consult contest cookie copilot copper corner costume
cotton country couple courage cousin cover cowboy crab cradle crayon crescent cricket crisp
crossing crystal cucumber culture cupboard cupcake curious currency cushion customer cute cutlery
cycle cypress dairy dance daytime december decide declare decorate degree deliver delta denim
dentist deposit describe design detail detour develop device diamond diesel dignity dinner dinosaur
diploma direct discuss distance dive dizzy doctor dolly dolphin domain domino donate donkey door
dragon drama dress drift drill drink drop drum dumpling duty eager eagle early earring earth east
eclipse edge editor educate effort elastic elbow elder elephant elevator elite emerald empire
energy engine enjoy episode equal equip eraser escort espresso essay estate evening example excite
exercise exotic export express eyebrow eyelid fabric falcon family famous fantasy farmer fashion
father faucet february fence festival fiction field figure film filter final finish fireman fish
flag flamingo flight flip floor floppy fluffy fluid flush focus folklore food football force forest
formula fortress forward fossil fragile frame freezer fresh friday friend frog front frozen fruit
fudge future fuzzy galaxy gallery game garage garden garlic garment gazelle gecko genius gesture
geyser giant gift giggle giraffe glacier glass glider glimpse glory glue goal goldfish gondola
goose grandma gravy green grid grocery guard guitar habit hallway hammer hamster handle happy
hardware harmony harness harvest haystack hazel head heart heavy hedgehog helmet help hero herring
hidden high hiker hill hinge history hockey holiday home hoof horizon hornet hospital hotel house
huge hungry hurry hydrogen iceberg ideal ignition iguana image imitate impact improve inch include
income index indoor industry infinity input insect inside inspire install interest invent invite
iron island item ivory jacket jaguar january jasmine jeans jelly jersey joke journal juggler july
jumper june jungle junior kangaroo karate kayak kebab kennel ketchup keyboard keyhole kingdom
kitchen kiwi knee knife knock koala lady lagoon lamb land language laptop large laundry lavender
layer leader leaf leather lecture lemon length lens lentil leopard level library lifeboat lilac
lion liquid list little lobby lobster local logic logo lollipop lonely loop lotus lounge love lucky
luggage lullaby lumber lunar lunch luxury machine magazine magic magnet magpie mailbox major make
mammal manager mandarin mango mansion manual maple marathon marble march margin marine market
matchbox material matrix mattress maximum meadow measure medicine melody memory mentor menu mercury
merge metal meteor method midnight milk millet mineral minimum miracle mirror mitten mixer mobile
model modify moisture moment money monitor mortar mosaic mother motor mountain movie muffin
mulberry multiply museum mushroom music mustard mutual napkin nation navy necklace network nickel
nimble nitrogen normal north nose notebook november nugget nursery nutmeg oasis oatmeal observe
ocean october office olympic onion opera opinion option orange orchard ordinary organ original
ostrich otter outdoor outfit outside oval oven overcoat owner oxygen oyster package paddock page
pagoda painter palace palm pamphlet pancake panorama paper paprika parade parcel parent park
parsley party pass pasta patient patrol pattern peacock peanut pearl pelican pencil penguin penny
people perfect person pharmacy phone photo physics piano picnic picture pigeon piglet pillow pilot
pink pioneer pipe pizza planet plaster platform play plaza please plural plywood pocket poem poetry
polar polish polygon pond popcorn poppy popular porch position postcard potato pottery powder
powerful pretty primary print private prize problem process promise proof proper protein proud
proverb public pudding pulse pumpkin pupil puppet push puzzle pyramid quail quality quarter queen
question quiet quiz race radio railway rainbow raisin ramp random raven razor reach recipe recycle
referee regular reindeer relax release remember remind remove repair repeat replace rescue research
return reward ride rival river robin robot romance rooftop room rotate routine rubber ruler saddle
safari safe saffron sailor salmon salt sandwich sapphire sardine satisfy saturday saucer sausage
scarf school science scissors scooter scorpion scratch screen sculptor search season seaweed
section seed segment service sesame shadow shaft shampoo shell shine shirt shoelace shop shortcut
shoulder shovel shower shrimp sidewalk signal silver simple singer siren sister skate sketch skip
skyline sleeve slice slim slipper slogan smart smile smooth snake snorkel snow soap soccer social
soda software soil solid solution sonata song sound south soybean sparrow speaker spend spinach
spirit splash sponge spoon sport spray spread spring spruce square squid stack stadium stamp staple
star station steam stencil stereo sticker stomach stone storm street strong studio subway sugar
suit summer sunday sunlight sunset super supply surprise survey swallow swan sweater swift swing
symphony syrup system table tackle talent talk tape target taste teacher teapot teaspoon tennis
tent textbook theory thermos thread throat thumb thunder thursday ticket tidal tiger tile timber
tiny tissue token tomato tornado tortoise total town tractor traffic train travel treasure tree
triangle tricycle trip trombone trophy trout truck trumpet tube tulip tumble tuna tunnel turkey
turnip tutor twin umbrella uncle uncover unicorn uniform unique unlock update upper upstairs vacuum
valley vanilla velvet vessel vibrant victory video view village vinegar vintage violet visitor
vitamin voice volcano voyage waffle wagon wallet walrus wardrobe warm wasp watch water wedding
weekend west whistle white width wildcat winter wizard wolf woodland work writer year yellow yoga
young zebra zeppelin zigzag zipper zodiac
"""

WORDS: Final = tuple(WORD_LIST.split())
"""Ascending."""
