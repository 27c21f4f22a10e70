package phrase

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/internal/strictjson"
	"github.com/rapport-go/rapport/internal/visible"
)

// The schemas of a pack's files.
const (
	framesSchema   = "phrase-scenarios/1"
	phrasesSchema  = "phrases/1"
	reviewsSchema  = "phrase-reviews/1"
	glossarySchema = "phrase-glossary/1"
)

// Limits of a pack.
const (
	maxFile  = 1 << 20 // bytes of one file
	maxFiles = 100     // locales
	maxPacks = 20
)

// The files of a pack. All are optional, but one there must be.
const (
	framesFile   = "scenarios.json"
	reviewsFile  = "reviews.json"
	glossaryFile = "glossary.json"
	phrasesDir   = "phrases"
)

// rawFrames is the form of scenarios.json.
type rawFrames struct {
	Schema    string                `json:"schema" strictjson:"required"`
	Scenarios map[Scenario]rawFrame `json:"scenarios" strictjson:"required"`
}

type rawFrame struct {
	About string          `json:"about" strictjson:"required"`
	Args  map[string]Kind `json:"args" strictjson:"required"`
	Acts  []culture.Act   `json:"acts"`
}

// rawLocale is the form of phrases/<locale>.json.
type rawLocale struct {
	Schema   string                                     `json:"schema" strictjson:"required"`
	Locale   string                                     `json:"locale" strictjson:"required"`
	Status   Status                                     `json:"status" strictjson:"required"`
	Review   *rawReview                                 `json:"review"`
	Note     string                                     `json:"note"`
	Joiner   *string                                    `json:"joiner"`
	Singular []culture.Register                         `json:"singular"`
	Orders   map[Scenario]rawOrder                      `json:"orders"`
	Terms    map[string]rawTerm                         `json:"terms"`
	Phrases  map[Scenario]map[culture.Register]rawMedia `json:"phrases"`
	Lint     rawLexicon                                 `json:"lint"`
}

type rawMedia map[Medium]rawCell

type rawReview struct {
	By string `json:"by" strictjson:"required"`
	On string `json:"on" strictjson:"required"`
}

type rawOrder struct {
	Acts  []culture.Act    `json:"acts" strictjson:"required"`
	Basis []culture.FactID `json:"basis" strictjson:"required"`
	Why   string           `json:"why" strictjson:"required"`
}

type rawTerm struct {
	By        string  `json:"by" strictjson:"required"`
	Feminine  *string `json:"feminine"`
	Masculine *string `json:"masculine"`
	Many      *string `json:"many"`
	Unknown   *string `json:"unknown" strictjson:"required"`
}

// rawCell is one place of the grid: a text, acts, variants, or null, which takes away
// the phrase of the layer below.
type rawCell struct {
	removed  bool
	variants []rawVariant
}

type rawVariant struct {
	Speaker   Gender                 `json:"speaker"`
	Addressee Gender                 `json:"addressee"`
	Readers   Readers                `json:"readers"`
	Text      string                 `json:"text"`
	Acts      map[culture.Act]string `json:"acts"`
}

// UnmarshalNode reads a string, null, or an object that is either acts or a neutral
// text with variants.
func (c *rawCell) UnmarshalNode(n *strictjson.Node, at string, faults *strictjson.Faults) {
	switch n.Kind {
	case strictjson.Null:
		c.removed = true
	case strictjson.String:
		c.variants = []rawVariant{{Text: n.Text}}
	default:
		var form struct {
			Text     string                 `json:"text"`
			Acts     map[culture.Act]string `json:"acts"`
			Variants []rawVariant           `json:"variants"`
		}
		strictjson.Into(n, &form, at, faults)
		c.variants = append([]rawVariant{{Text: form.Text, Acts: form.Acts}}, form.Variants...)
	}
}

// key is one place of the grid within a locale.
type key struct {
	scenario Scenario
	register culture.Register
	medium   Medium
}

// id is the phrase's name within a book.
func (k key) id(locale string) ID {
	return ID(locale + "/" + string(k.scenario) + "/" + k.register.String() + "/" + k.medium.String())
}

// cell is what stands at a key; one without variants takes away what is below.
type cell struct {
	variants []variant // the first is the neutral one
	digest   string
}

type variant struct {
	when     when
	segments []segment
}

// segment is the template of one act; of the act zero where the phrase is one.
type segment struct {
	act  culture.Act
	text Template
}

// locale is one file of phrases, checked.
type locale struct {
	tag      language.Tag
	name     string
	status   Status
	review   Review
	joiner   string
	rtl      bool
	singular [4]bool // by register
	orders   map[Scenario]Order
	terms    map[string]*term
	cells    map[key]*cell
	lexicon  lexicon
}

// layer is a pack, checked.
type layer struct {
	name    string
	frames  map[Scenario]Frame
	locales map[string]*locale
	reviews []rawVouch
}

// faults collects what is wrong with a pack.
type faults struct {
	pack string
	list []error
}

func (f *faults) add(at, format string, args ...any) {
	f.list = append(f.list, &culture.PackError{Pack: f.pack, Path: at, Detail: fmt.Sprintf(format, args...)})
}

// decode reads a document strictly, and its faults under the file's name.
func (f *faults) decode(file string, data []byte, into any) bool {
	err := strictjson.Decode(data, into, &strictjson.Limits{Bytes: maxFile})
	if err != nil {
		f.list = append(f.list, &culture.PackError{Pack: f.pack, Path: file, Detail: err.Error(), Err: err})
	}
	return err == nil
}

// file reads one file of a pack; absent is nothing.
func (f *faults) file(files fs.FS, name string) ([]byte, bool) {
	data, err := readLimited(files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false
	}
	if err != nil {
		f.list = append(f.list, &culture.PackError{Pack: f.pack, Path: name, Detail: err.Error(), Err: err})
	}
	return data, err == nil
}

// readLimited reads at most one byte more than a file may have.
func readLimited(files fs.FS, name string) ([]byte, error) {
	file, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	return data, errors.Join(err, file.Close())
}

// readLayer reads a host's pack. Frames are those of the layers below; the pack's own
// are added.
func readLayer(name string, files fs.FS, below map[Scenario]Frame) (*layer, error) {
	f := &faults{pack: name}
	l := &layer{name: name, frames: maps.Clone(below), locales: map[string]*locale{}}
	found := false
	if data, ok := f.file(files, framesFile); ok {
		found = true
		f.frames(framesFile, data, l.frames)
	}
	entries, err := fs.ReadDir(files, phrasesDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.list = append(f.list, &culture.PackError{Pack: name, Path: phrasesDir, Detail: err.Error(), Err: err})
	}
	if len(entries) > maxFiles {
		f.add(phrasesDir, "%d files, at most %d", len(entries), maxFiles)
		entries = entries[:maxFiles]
	}
	for _, e := range entries {
		found = true
		file := path.Join(phrasesDir, e.Name())
		if data, ok := f.file(files, file); ok {
			if loc := f.locale(file, data, l.frames); loc != nil {
				l.locales[loc.name] = loc
			}
		}
	}
	if data, ok := f.file(files, reviewsFile); ok {
		found = true
		l.reviews = f.reviews(reviewsFile, data)
	}
	if data, ok := f.file(files, glossaryFile); ok {
		found = true
		f.glossary(glossaryFile, data)
	}
	if !found {
		f.add("", "holds none of %s, %s, %s and %s/*.json", framesFile, reviewsFile, glossaryFile, phrasesDir)
	}
	return l, errors.Join(f.list...)
}

// frames reads scenarios.json and adds its scenarios to those that are known.
func (f *faults) frames(file string, data []byte, into map[Scenario]Frame) {
	var raw rawFrames
	if !f.decode(file, data, &raw) {
		return
	}
	if raw.Schema != framesSchema {
		f.add(file+": schema", "want %q, have %.40q", framesSchema, raw.Schema)
	}
	for _, name := range slices.Sorted(maps.Keys(raw.Scenarios)) {
		at := file + ": scenarios." + string(name)
		frame := Frame{Scenario: name, About: raw.Scenarios[name].About, Acts: raw.Scenarios[name].Acts}
		if !isName(string(name)) {
			f.add(at, "a scenario's name is of a-z, 0-9 and _, at most %d bytes", maxName)
		}
		if _, twice := into[name]; twice {
			f.add(at, "is declared already; its arguments cannot change")
			continue
		}
		if !visible.Any(frame.About) {
			f.add(at+".about", "is empty")
		}
		for _, arg := range slices.Sorted(maps.Keys(raw.Scenarios[name].Args)) {
			if !isName(arg) {
				f.add(at+".args", "the name %.40q is not of a-z, 0-9 and _", arg)
			}
			frame.Parameters = append(frame.Parameters, Parameter{arg, raw.Scenarios[name].Args[arg]})
		}
		if len(frame.Parameters) > maxArgs {
			f.add(at+".args", "%d arguments, at most %d", len(frame.Parameters), maxArgs)
		}
		if len(frame.Acts) == 1 || hasTwice(frame.Acts) {
			f.add(at+".acts", "want none, or at least two different ones")
		}
		into[name] = frame
	}
}

func hasTwice[E comparable](list []E) bool {
	for i, e := range list {
		if slices.Contains(list[:i], e) {
			return true
		}
	}
	return false
}

// locale reads one file of phrases; nil where it cannot be used at all.
func (f *faults) locale(file string, data []byte, frames map[Scenario]Frame) *locale {
	var raw rawLocale
	if !f.decode(file, data, &raw) {
		return nil
	}
	if raw.Schema != phrasesSchema {
		f.add(file+": schema", "want %q, have %.40q", phrasesSchema, raw.Schema)
	}
	tag, err := language.Parse(raw.Locale)
	if err != nil || tag == language.Und || tag.String() != raw.Locale || len(tag.Extensions()) > 0 {
		f.add(file+": locale", "want a language tag such as ja or zh-Hant, as the name of the file")
		return nil
	}
	if path.Base(file) != raw.Locale+".json" {
		f.add(file+": locale", "is %s, so the file must be called %s.json", raw.Locale, raw.Locale)
	}
	loc := &locale{
		tag: tag, name: raw.Locale, status: raw.Status, joiner: " ", rtl: rtlScript(tag),
		orders: map[Scenario]Order{}, terms: map[string]*term{}, cells: map[key]*cell{},
	}
	if raw.Joiner != nil {
		loc.joiner = *raw.Joiner
		if loc.joiner != "" && loc.joiner != " " && loc.joiner != "\n" {
			f.add(file+": joiner", "want nothing, a blank or a new line")
		}
	}
	for _, r := range raw.Singular {
		loc.singular[r] = true
	}
	loc.review = f.review(file, raw.Status, raw.Review)
	f.orders(file, raw.Orders, frames, loc)
	f.terms(file, raw.Terms, loc)
	f.cells(file, raw.Phrases, frames, loc)
	loc.lexicon = f.lexicon(file, raw.Lint, loc)
	return loc
}

// rtlScript reports a language that is written to the left.
func rtlScript(tag language.Tag) bool {
	script, _ := tag.Script()
	return slices.Contains([]string{"Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm"}, script.String())
}

// orders reads the order of the acts in a locale.
func (f *faults) orders(file string, raw map[Scenario]rawOrder, frames map[Scenario]Frame, loc *locale) {
	for _, s := range slices.Sorted(maps.Keys(raw)) {
		at, o := file+": orders."+string(s), raw[s]
		frame, ok := frames[s]
		if !ok {
			f.add(at, "no such scenario")
			continue
		}
		if hasTwice(o.Acts) || len(o.Acts) != len(frame.Acts) || slices.ContainsFunc(o.Acts, func(a culture.Act) bool { return !slices.Contains(frame.Acts, a) }) {
			f.add(at+".acts", "want each of %v once", frame.Acts)
		}
		if !visible.Any(o.Why) {
			f.add(at+".why", "is empty")
		}
		loc.orders[s] = Order(o)
	}
}

// terms reads the words that agree.
func (f *faults) terms(file string, raw map[string]rawTerm, loc *locale) {
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		at, t := file+": terms."+name, raw[name]
		if !isName(name) {
			f.add(at, "a term's name is of a-z, 0-9 and _, at most %d bytes", maxName)
		}
		if t.By != "speaker" && t.By != "addressee" {
			f.add(at+".by", "want speaker or addressee")
		}
		if (t.Feminine == nil) != (t.Masculine == nil) {
			f.add(at, "has one gender without the other")
		}
		if t.Feminine == nil && t.Many == nil {
			f.add(at, "agrees with nothing")
		}
		if t.By == "speaker" && t.Many != nil {
			f.add(at+".many", "goes with addressee only")
		}
		built := &term{speaker: t.By == "speaker", hasGender: t.Feminine != nil && t.Masculine != nil, hasMany: t.Many != nil}
		for _, word := range [...]struct {
			from *string
			into *string
		}{{t.Feminine, &built.feminine}, {t.Masculine, &built.masculine}, {t.Many, &built.many}, {t.Unknown, &built.unknown}} {
			if word.from == nil {
				continue
			}
			*word.into = *word.from
			if p, err := ParseTemplate(*word.from); err != nil || len(p.Args())+len(p.Terms()) > 0 || len(*word.from) > 100 || strings.ContainsAny(*word.from, `\`+"\n") {
				f.add(at, "a word is plain text of at most 100 bytes")
			}
		}
		loc.terms[name] = built
	}
}

// cells reads the phrases.
func (f *faults) cells(file string, raw map[Scenario]map[culture.Register]rawMedia, frames map[Scenario]Frame, loc *locale) {
	for _, s := range slices.Sorted(maps.Keys(raw)) {
		frame, ok := frames[s]
		if !ok {
			f.add(file+": phrases."+string(s), "no such scenario")
			continue
		}
		if raw[s] == nil {
			f.add(file+": phrases."+string(s), "null takes away a single phrase: say which, as {\"formal\": {\"letter\": null}}")
		}
		for _, r := range slices.Sorted(maps.Keys(raw[s])) {
			if raw[s][r] == nil {
				f.add(fmt.Sprintf("%s: phrases.%s.%s", file, s, r), "null takes away a single phrase: say which, as {\"letter\": null}")
			}
			for _, m := range slices.Sorted(maps.Keys(raw[s][r])) {
				k := key{s, r, m}
				at := fmt.Sprintf("%s: phrases.%s.%s.%s", file, s, r, m)
				c := &cell{}
				rc := raw[s][r][m]
				for i := range rc.variants {
					f.variant(at, i, &rc.variants[i], &frame, loc, c)
				}
				c.digest = digest(k.id(loc.name), rc.variants, wordsOf(c.variants, loc))
				loc.cells[k] = c
			}
		}
	}
}

// variant reads one wording.
func (f *faults) variant(at string, i int, raw *rawVariant, frame *Frame, loc *locale, c *cell) {
	if i > 0 {
		at = fmt.Sprintf("%s.variants[%d]", at, i-1)
	}
	v := variant{when: when{raw.Speaker, raw.Addressee, raw.Readers}}
	for j := range c.variants {
		if c.variants[j].when == v.when {
			f.add(at, "is for the same agreement as another")
		}
	}
	switch {
	case raw.Speaker == NeutralForms || raw.Addressee == NeutralForms:
		f.add(at, "neutral forms are the text without conditions")
	case len(frame.Acts) == 0 && (raw.Text == "" || raw.Acts != nil):
		f.add(at, "want a text")
		return
	case len(frame.Acts) > 0 && (raw.Text != "" || len(raw.Acts) != len(frame.Acts)):
		f.add(at, "want a text for each of the acts %v", frame.Acts)
		return
	}
	if len(frame.Acts) == 0 {
		v.segments = []segment{{text: f.template(at, raw.Text, loc)}}
	}
	for _, a := range frame.Acts {
		text, ok := raw.Acts[a]
		if !ok {
			f.add(at, "has no text for %s", a)
		}
		v.segments = append(v.segments, segment{a, f.template(at+"."+a.String(), text, loc)})
	}
	f.places(at, &v, frame)
	c.variants = append(c.variants, v)
}

// template reads one text and looks up its terms.
func (f *faults) template(at, text string, loc *locale) Template {
	t, err := ParseTemplate(text)
	if err != nil {
		f.list = append(f.list, &culture.PackError{Pack: f.pack, Path: at, Detail: err.Error(), Err: err})
	}
	if strings.TrimFunc(text, unicode.IsSpace) != text || strings.Contains(text, "  ") {
		f.add(at, "a blank at an end, or two in a row")
	}
	for _, name := range t.Terms() {
		if loc.terms[name] == nil {
			f.add(at, "no term is called %s", name)
		}
	}
	return t
}

// places checks that a wording has exactly the arguments of its scenario.
func (f *faults) places(at string, v *variant, frame *Frame) {
	var have []string
	for i := range v.segments {
		have = append(have, v.segments[i].text.Args()...)
	}
	for _, p := range frame.Parameters {
		if !slices.Contains(have, p.Name) {
			f.add(at, "lacks {$%s}", p.Name)
		}
	}
	for i, name := range have {
		if _, ok := frame.kind(name); !ok && !slices.Contains(have[:i], name) {
			f.add(at, "{$%s} is not an argument of %s", name, frame.Scenario)
		}
	}
}

// sortedKeys are the keys of a map, in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
