package vcard

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// The parts that a line plays among those of its ALTID.
const (
	baseLine    = iota + 1 // the one that the card's own field holds
	otherLine              // the same in another language: a localization
	readingLine            // how the base, or the line of its language, is read
)

// Bounds of one ALTID, so that the work stays linear.
const (
	maxOthers     = 64
	maxReadings   = 16
	maxComponents = 256 // of a name or an address that has readings
)

// alternatives are the lines of one property with one ALTID (RFC 6350 section 5.4).
type alternatives struct {
	name, altid string
	lines       []int
	base        int // line
	language    string
	place       int // of the base in its list; below zero: the base has none
	others      []int
	readings    []int
	claimed     bool  // a line was read as an alternative of the base
	tree        *node // the base, once it is needed
}

// localizable reports whether lines of a property that share an ALTID become
// localizations (RFC 9555 section 2.3.11).
func localizable(name string) bool {
	switch name {
	case "FN", "N", "NICKNAME", "ORG", "TITLE", "ROLE", "PRONOUNS", "ADR", "NOTE":
		return true
	}
	return false
}

// findAlternatives groups lines by ALTID and gives each its part. The base is the line in
// the language of the card, else one without a language, else the first.
func (d *decoder) findAlternatives() {
	d.spoken = d.cardLanguage()
	type key struct{ name, altid string }
	groups := map[key]*alternatives{}
	for i := range d.lines {
		l := &d.lines[i]
		altid, ok := l.has("ALTID")
		if !ok || !localizable(l.name) {
			continue
		}
		g := groups[key{l.name, altid}]
		if g == nil {
			g = &alternatives{name: l.name, altid: altid, base: -1, place: -1}
			groups[key{l.name, altid}] = g
			d.alternatives = append(d.alternatives, g)
		}
		g.lines = append(g.lines, i)
	}
	kept := d.alternatives[:0]
	for _, g := range d.alternatives {
		if d.assign(g); len(g.others)+len(g.readings) > 0 {
			d.lines[g.base].part = baseLine
			d.lines[g.base].alt = g
			kept = append(kept, g)
		}
	}
	d.alternatives = kept
}

// cardLanguage is the value of LANGUAGE, before it is read.
func (d *decoder) cardLanguage() string {
	for i := range d.lines {
		if d.lines[i].name == "LANGUAGE" {
			return d.unescape(d.lines[i].value)
		}
	}
	return ""
}

func (d *decoder) assign(g *alternatives) {
	own := d.spoken
	rank := func(i int) int {
		switch lang, _ := d.lines[i].has("LANGUAGE"); {
		case lang != "" && strings.EqualFold(lang, own):
			return 0
		case lang == "":
			return 1
		}
		return 2
	}
	for _, i := range g.lines {
		if _, reads := d.lines[i].has("PHONETIC"); !reads && (g.base < 0 || rank(i) < rank(g.base)) {
			g.base = i
		}
	}
	if g.base < 0 {
		return
	}
	g.language, _ = d.lines[g.base].has("LANGUAGE")
	if g.language == "" {
		g.language = own
	}
	seen := map[string]bool{strings.ToLower(g.language): true}
	for _, i := range g.lines {
		l := &d.lines[i]
		lang, _ := l.has("LANGUAGE")
		if _, reads := l.has("PHONETIC"); reads {
			foreign := lang != "" && g.language != "" && !strings.EqualFold(lang, g.language)
			if (foreign || g.name == "ADR") && len(g.readings) < maxReadings && len(lang) <= maxKey {
				g.readings, l.part = append(g.readings, i), readingLine
			}
			continue
		}
		if i != g.base && lang != "" && len(lang) <= maxKey && !seen[strings.ToLower(lang)] && len(g.others) < maxOthers {
			seen[strings.ToLower(lang)] = true
			g.others, l.part = append(g.others, i), otherLine
		}
	}
}

// entries counts what a property has put into a card.
func entries(c *Card, name string) int {
	one := func(there bool) int {
		if there {
			return 1
		}
		return 0
	}
	switch name {
	case "FN":
		return one(c.Name.Full != "")
	case "N":
		return one(len(c.Name.Components) > 0)
	case "NICKNAME":
		return len(c.Nicknames)
	case "ORG":
		return len(c.Organizations)
	case "TITLE", "ROLE":
		return len(c.Titles)
	case "PRONOUNS":
		return len(c.SpeakToAs.Pronouns)
	case "ADR":
		return len(c.Addresses)
	}
	return len(c.Notes)
}

// object of an entry, its path, and its place among the properties in the order in which
// they are written.
func entryOf(c *Card, name string, i int) (v reflect.Value, path string, rank int) {
	at := func(member string, list reflect.Value, rank int) (reflect.Value, string, int) {
		e := list.Index(i)
		return e, member + "/" + escapePointer(idOf(e).String()), rank
	}
	switch name {
	case "FN":
		return reflect.ValueOf(&c.Name).Elem(), "name", 0
	case "N":
		return reflect.ValueOf(&c.Name).Elem(), "name", 1
	case "NICKNAME":
		return at("nicknames", reflect.ValueOf(c.Nicknames), 2)
	case "ORG":
		return at("organizations", reflect.ValueOf(c.Organizations), 3)
	case "TITLE", "ROLE":
		return at("titles", reflect.ValueOf(c.Titles), titleRank)
	case "PRONOUNS":
		return at("speakToAs/pronouns", reflect.ValueOf(c.SpeakToAs.Pronouns), 5)
	case "ADR":
		return at("addresses", reflect.ValueOf(c.Addresses), 6)
	}
	return at("notes", reflect.ValueOf(c.Notes), 7)
}

const (
	genderPath = "speakToAs/grammaticalGender"
	titleRank  = 4 // the genders are written behind the titles
)

// mainMember is the member of an entry that its line is there for.
func mainMember(name string) string {
	switch name {
	case "FN":
		return "full"
	case "N", "ADR":
		return "components"
	case "PRONOUNS":
		return "pronouns"
	case "NOTE":
		return "note"
	}
	return "name"
}

// baseProperty reads the base of an ALTID and notes where it went.
func (d *decoder) baseProperty(l *line) bool {
	before := entries(d.c, l.name)
	ok := d.property(l)
	if entries(d.c, l.name) == before+1 {
		l.alt.place = before
	}
	return ok
}

// localize turns the lines in other languages into localizations, in the order in which
// they are written again. A line that does not fit is kept as it is.
func (d *decoder) localize() {
	rank := func(g *alternatives) int {
		if g.place < 0 {
			return -1
		}
		_, _, rank := entryOf(d.c, g.name, g.place)
		return rank
	}
	slices.SortStableFunc(d.alternatives, func(a, b *alternatives) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.place, b.place))
	})
	patches := map[string][]Member{}
	genders := d.genders
	say := func() {
		for _, g := range genders {
			patches[g.Key] = append(patches[g.Key], Member{genderPath, string(appendQuoted(nil, g.Value))})
		}
		genders = nil
	}
	for _, g := range d.alternatives {
		if rank(g) > titleRank {
			say()
		}
		read := map[int]bool{}
		for _, i := range g.others {
			l := &d.lines[i]
			if !d.localized(g, l, read, patches) {
				d.keep(l)
			}
		}
		for _, i := range g.readings {
			if l := &d.lines[i]; !read[i] && !d.foreignReading(g, l, patches) {
				d.keep(l)
			}
		}
		switch base := &d.lines[g.base]; {
		case g.claimed:
			d.dropAltID(g)
		case base.bare:
			d.keep(base)
		}
	}
	if say(); len(patches) == 0 {
		return
	}
	languages := make([]string, 0, len(patches))
	for lang := range patches {
		languages = append(languages, lang)
	}
	slices.Sort(languages)
	for _, lang := range languages {
		d.c.Localizations = append(d.c.Localizations, Localization{Language: lang, Kept: Kept{Extra: patches[lang]}})
	}
}

// plain copies a line without what ties it to its base.
func (d *decoder) plain(g *alternatives, l *line) line {
	out := *l
	out.params = nil
	base := &d.lines[g.base]
	for _, p := range l.params {
		switch {
		case p.Name == "ALTID" || p.Name == "LANGUAGE":
		case p.Name == "PROP-ID" && g.place >= 0 && g.name != "N" && g.name != "FN" && d.sameID(g, p.Values[0]):
		default:
			out.params = append(out.params, p)
		}
	}
	if out.group == base.group {
		out.group = ""
	}
	return out
}

func (d *decoder) sameID(g *alternatives, id string) bool {
	v, _, _ := entryOf(d.c, g.name, g.place)
	return idOf(v).String() == id
}

// localized reads a line in another language, with its reading, as the entry that it
// would be, and notes what differs from the base.
func (d *decoder) localized(g *alternatives, l *line, read map[int]bool, patches map[string][]Member) bool {
	if g.place < 0 {
		return false
	}
	lang, _ := l.has("LANGUAGE")
	alt := d.plain(g, l)
	if _, ok := alt.has("PROP-ID"); ok {
		return false
	}
	base, path, _ := entryOf(d.c, g.name, g.place)
	var scratch Card
	card := d.c
	d.c = &scratch
	ok := d.property(&alt) && entries(&scratch, g.name) == 1
	for _, i := range g.readings {
		r := &d.lines[i]
		if own, _ := r.has("LANGUAGE"); ok && !read[i] && strings.EqualFold(own, lang) && d.readingOf(g.name, &scratch, 0, r) {
			read[i] = true
		}
	}
	d.c = card
	if !ok {
		return false
	}
	other, _, _ := entryOf(&scratch, g.name, 0)
	if g.tree == nil {
		tree := object(base)
		g.tree = &tree
	}
	want := object(other)
	g.claimed = true
	patches[lang] = append(patches[lang], differ(g.name, path, &want, g.tree)...)
	return true
}

// differ says what makes an entry what it is in another language. The main member is
// always said.
func differ(name, path string, want, have *node) (out []Member) {
	put := func(key string, value *node) {
		out = append(out, Member{path + "/" + escapePointer(key), string(appendJSON(nil, value))})
	}
	if name == "FN" {
		full, _ := want.Lookup("full")
		put("full", full)
		return out
	}
	skip := func(key string) bool {
		return key == "vCardParams" || name == "N" && key == "full"
	}
	for i := range want.Members {
		m := &want.Members[i]
		if old, ok := have.Lookup(m.Key); !skip(m.Key) && (m.Key == mainMember(name) || !ok || !same(old, &m.Value)) {
			put(m.Key, &m.Value)
		}
	}
	gone := node{Kind: strictjson.Null}
	for i := range have.Members {
		key := have.Members[i].Key
		if _, ok := want.Lookup(key); !ok && !skip(key) && key != "phoneticScript" && key != "phoneticSystem" {
			put(key, &gone)
		}
	}
	own, others := paramsOf(want), paramsOf(have)
	if same(&own, &others) {
		return out
	}
	if len(own.Members) == 0 {
		put("vCardParams", &gone)
	} else {
		put("vCardParams", &own)
	}
	return out
}

// paramsOf gives the kept parameters of an entry without those that tie alternatives.
func paramsOf(n *node) node {
	out := node{Kind: strictjson.Object}
	if params, ok := n.Lookup("vCardParams"); ok {
		for _, m := range params.Members {
			if m.Key != "altid" && m.Key != "language" && m.Key != "group" {
				out.Members = append(out.Members, m)
			}
		}
	}
	return out
}

// readingOf puts a line with PHONETIC onto an entry.
func (d *decoder) readingOf(name string, c *Card, i int, l *line) bool {
	system, script, whole := phoneticOf(l)
	if !whole || system == "" && script == "" {
		return false
	}
	if name == "N" {
		var parts [nameParts]string
		if !cutParts(l.value, parts[:]) || c.Name.PhoneticSystem+c.Name.PhoneticScript != "" || !d.read(&c.Name, parts) {
			return false
		}
		c.Name.PhoneticSystem, c.Name.PhoneticScript = system, script
		return true
	}
	var parts [addressParts]string
	a := &c.Addresses[i]
	if !cutParts(l.value, parts[:]) || a.PhoneticSystem+a.PhoneticScript != "" || !d.readAddress(a, parts) {
		return false
	}
	a.PhoneticSystem, a.PhoneticScript = system, script
	return true
}

// phoneticOf gives what PHONETIC and SCRIPT say; whole is false where the line says more.
func phoneticOf(l *line) (system, script string, whole bool) {
	system, _ = l.has("PHONETIC")
	script, _ = l.has("SCRIPT")
	if system = strings.ToLower(system); system == "script" {
		system = ""
	}
	whole = l.kind == "" || l.kind == "text"
	for _, p := range l.params {
		switch p.Name {
		case "", "PHONETIC", "SCRIPT", "ALTID", "LANGUAGE":
		default:
			whole = false
		}
	}
	return system, script, whole
}

// foreignReading reads a line with PHONETIC that has no line of its language to be the
// reading of: it is how the base is read in that language, or, without another language,
// how it is read.
func (d *decoder) foreignReading(g *alternatives, l *line, patches map[string][]Member) bool {
	base := &d.lines[g.base]
	if g.place < 0 || l.group != "" && l.group != base.group {
		return false
	}
	lang, _ := l.has("LANGUAGE")
	if lang == "" || g.language == "" || strings.EqualFold(lang, g.language) {
		if !d.readingOf(g.name, d.c, g.place, l) {
			return false
		}
		g.claimed = true
		return lang == "" || g.language != ""
	}
	if g.name == "N" && len(d.c.Name.Components) > maxComponents || g.name == "ADR" && len(d.c.Addresses[g.place].Components) > maxComponents {
		return false
	}
	var scratch Card
	place, kind := 0, "name"
	var phonetics []string
	if g.name == "N" {
		for _, c := range d.c.Name.Components {
			scratch.Name.Components = append(scratch.Name.Components, NameComponent{Kind: c.Kind, Value: c.Value})
		}
	} else {
		scratch.Addresses = List[Address]{{ID: d.c.Addresses[g.place].ID}}
		for _, c := range d.c.Addresses[g.place].Components {
			scratch.Addresses[0].Components = append(scratch.Addresses[0].Components, AddressComponent{Kind: c.Kind, Value: c.Value})
		}
		kind = "addresses/" + escapePointer(scratch.Addresses[0].ID)
	}
	if !d.readingOf(g.name, &scratch, place, l) {
		return false
	}
	system, script := scratch.Name.PhoneticSystem, scratch.Name.PhoneticScript
	for _, c := range scratch.Name.Components {
		phonetics = append(phonetics, c.Phonetic)
	}
	if g.name == "ADR" {
		a := &scratch.Addresses[0]
		system, script = a.PhoneticSystem, a.PhoneticScript
		for _, c := range a.Components {
			phonetics = append(phonetics, c.Phonetic)
		}
	}
	put := func(path, value string) {
		if value != "" {
			patches[lang] = append(patches[lang], Member{kind + "/" + path, string(appendQuoted(nil, value))})
		}
	}
	put("phoneticSystem", system)
	put("phoneticScript", script)
	for i, p := range phonetics {
		put("components/"+strconv.Itoa(i)+"/phonetic", p)
	}
	g.claimed = true
	return true
}

// canonicalAltID is the ALTID that the encoder writes where the card keeps none.
func canonicalAltID(id string) string {
	if id == "" {
		return "1"
	}
	return id
}

// dropAltID takes a base's ALTID from its kept parameters where the encoder would write
// the same.
func (d *decoder) dropAltID(g *alternatives) {
	if g.name == "FN" {
		return // see scalar
	}
	v, _, _ := entryOf(d.c, g.name, g.place)
	id := ""
	if g.name != "N" {
		id = idOf(v).String()
	}
	if g.altid != canonicalAltID(id) {
		return
	}
	keptOf(v).dropParam("altid")
}

// dropParam takes a parameter away.
func (k *Kept) dropParam(name string) {
	var left []Param
	for _, p := range k.Params {
		if p.Name != name {
			left = append(left, p)
		}
	}
	k.Params = left
}
