// Sentences of words that a co-op writes about.

package corpus

import "strings"

var words = strings.Fields(`
acorn almond apron bakery barley barn basil basket batch bean bicycle board bottle bowl box branch bread breakfast
bridge broth brush bucket cabbage candle carrot cart cheese chestnut churn clover coat coffee corner counter cream crust
currant damson dairy delivery dough eel elder fence fennel field fig flax flour fork garden garlic gate goat
gooseberry hamper harvest hay hazel hedge herb hive honey hook house invoice jam jar kettle knife ladder lamb lantern
larder lemon lentil letter loaf market meadow medlar member milk mill millet morning mushroom mustard neighbour oat
onion orchard oven parsley pasture peach pear pickle pie plate plum pot potato pump quince rack rain rhubarb river road
rope rosemary rye sack sage salt scale seed shed shelf shovel soil soup sourdough spade spelt spoon spring squash
stall starter stone stool string summer table tart thyme tide timber tomato tray trowel turnip village vinegar wagon
walnut water wheat wheel whey window winter wool yard yeast
ask bake bring build carry choose clean count cover cut dig draw drive dry eat fetch fill find fold gather give grow
hang hold keep knead learn leave lift light load lock make mark measure meet mend mix open order pack pay pick plan
plant plough pour prune raise reach repair rinse roast roll save scatter sell send serve share sharpen sift sort sow
stack steam stir store sweep swap taste teach turn use visit vote wait walk wash weigh wrap write
bitter bright brown busy clean coarse cold common cool crisp dark deep dry early even fair fine fresh full gentle
green hard heavy honest late level light little local long low new old open plain quick quiet red ripe rough round
salted sharp short slow small soft sour spare steady strong sweet tall tender thick thin warm whole wide wild young
a about above after again all along also always and another any are around as at back because been before below between
both but by can could down each either enough every few for from had has have here how if in into is it its just last
less many may more most much must near never next no nobody not now of often on once one only or other our out over own
per rather same seldom should since so some soon still such than that the their them then there these they this those
three through to together too two under until up upon very was we were what when where which while who with without
would yet you`)

func (w *writer) word() string { return words[w.IntN(len(words))] }

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// title is four to seven words.
func (w *writer) title() string {
	title := make([]string, 4+w.IntN(4))
	for i := range title {
		title[i] = capital(w.word())
	}
	return strings.Join(title, " ")
}

// plain is a sentence without marks.
func (w *writer) plain() string {
	return w.words(func(word string) string { return word })
}

// sentence is eight to 21 words; one in ten is strong, emphasised, a link or code.
func (w *writer) sentence() string {
	return w.words(func(word string) string {
		switch w.IntN(40) {
		case 0:
			return "**" + word + "**"
		case 1:
			return "*" + word + "*"
		case 2:
			return "[" + word + "](https://example.org/" + strings.ToLower(word) + ")"
		case 3:
			return "`" + word + "`"
		}
		return word
	})
}

func (w *writer) words(mark func(string) string) string {
	sentence := make([]string, 8+w.IntN(14))
	for i := range sentence {
		word := w.word()
		if i == 0 {
			word = capital(word)
		}
		sentence[i] = mark(word)
	}
	return strings.Join(sentence, " ") + "."
}

func (w *writer) paragraph(sentences int) {
	for i := range sentences {
		if i > 0 {
			w.body.WriteByte(' ')
		}
		w.body.WriteString(w.sentence())
	}
	w.body.WriteString("\n\n")
}
