package vcard

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// properties writes what vCard has properties for, in a fixed order.
func (e *encoder) properties() {
	c := e.c
	e.scalar("PRODID", c.ProdID, false)
	e.scalar("UID", c.UID, true)
	e.scalar("KIND", c.Kind, false)
	e.scalar("LANGUAGE", c.Language, false)
	e.instant("CREATED", c.Created)
	e.instant("REV", c.Updated)
	e.fullName()
	e.name()
	e.nicknames()
	e.organizations()
	e.titles()
	e.gender()
	e.pronouns()
	e.emails()
	e.phones()
	e.services()
	e.languages()
	e.addresses()
	e.anniversaries()
	e.keywords()
	e.notes()
	e.personal()
	e.resources(c.Calendars, func(kind string) string {
		return map[string]string{"calendar": "CALURI", "freeBusy": "FBURL"}[kind]
	})
	e.resources(c.SchedulingAddresses, func(kind string) string { return map[string]string{"": "CALADRURI"}[kind] })
	e.resources(c.CryptoKeys, func(kind string) string { return map[string]string{"": "KEY"}[kind] })
	e.resources(c.Directories, func(kind string) string {
		return map[string]string{"entry": "SOURCE", "directory": "ORG-DIRECTORY"}[kind]
	})
	e.resources(c.Links, func(kind string) string {
		return map[string]string{"": "URL", "contact": "CONTACT-URI"}[kind]
	})
	e.resources(c.Media, func(kind string) string {
		return map[string]string{"photo": "PHOTO", "logo": "LOGO", "sound": "SOUND"}[kind]
	})
	for _, uid := range c.MemberUIDs {
		e.begin("", "MEMBER")
		e.raw(uid)
	}
	e.relations()
	for i := range c.Properties {
		e.property(&c.Properties[i])
	}
	if altid := e.heldParam("fn", "altid"); altid != "" && e.holds("fn", c.Name.Full) {
		e.otherNames(altid)
	}
}

// holds reports whether a kept property already says a value.
func (e *encoder) holds(name, value string) bool {
	for _, raw := range e.held[name] {
		u := unescape(raw)
		if e.v == V21 {
			u = unescape21(raw)
		}
		if u == value {
			return true
		}
	}
	return false
}

// heldParam gives a parameter of the first kept property of a name.
func (e *encoder) heldParam(name, param string) string {
	for _, p := range e.c.Properties {
		if p.Name == name {
			value, _ := (Kept{Params: p.Params}).Param(param)
			return value
		}
	}
	return ""
}

func (e *encoder) scalar(name, value string, uri bool) {
	if value == "" || e.holds(strings.ToLower(name), value) {
		return
	}
	e.begin("", name)
	if uri && hasScheme(value) {
		e.raw(value)
		return
	}
	if uri && e.v == V40 {
		e.param("VALUE", "text")
	}
	e.text(value)
}

func (e *encoder) instant(name, utc string) {
	if s, ok := instant(utc, e.v); ok {
		e.begin("", name)
		e.raw(s)
	}
}

// property writes a kept property.
func (e *encoder) property(p *Property) {
	if !isToken(p.Name) {
		return
	}
	kept := Kept{Params: p.Params}
	e.open(upper(p.Name), &kept, "")
	if p.Type != "unknown" && isToken(p.Type) {
		e.param("VALUE", p.Type)
	}
	e.kept(&kept)
	e.raw(p.Value)
}

// fullName writes FN; where there is none, 3.0 and 4.0 want one, which is marked as made
// from the rest (DERIVED of RFC 9554).
func (e *encoder) fullName() {
	n := &e.c.Name
	if n.Full != "" {
		if e.holds("fn", n.Full) {
			return // with the kept properties
		}
		e.begin("", "FN")
		if len(e.variants["name/full"]) > 0 {
			e.param("ALTID", canonicalAltID(""))
		}
		e.text(n.Full)
		e.otherNames(canonicalAltID(""))
		return
	}
	if len(e.held["fn"]) > 0 || e.v == V21 {
		return
	}
	var words []string
	for _, c := range n.Components {
		if c.Kind != "separator" {
			words = append(words, c.Value)
		}
	}
	if len(words) == 0 && len(e.c.Organizations) > 0 {
		words = append(words, e.c.Organizations[0].Name)
	}
	e.begin("", "FN")
	e.param("DERIVED", "TRUE")
	e.text(strings.Join(words, " "))
}

// otherNames writes FN in other languages.
func (e *encoder) otherNames(altid string) {
	for _, v := range e.variants["name/full"] {
		if s := v.text(); s != "" {
			e.begin("", "FN")
			e.param("ALTID", altid)
			e.param("LANGUAGE", v.language)
			e.text(s)
		}
	}
}

func (e *encoder) name() {
	n := &e.c.Name
	if len(n.Components) == 0 && len(n.Params) == 0 && len(n.SortAs) == 0 {
		if e.v != V40 && len(e.held["n"]) == 0 {
			e.begin("", "N")
			e.raw(";;;;")
		}
		return
	}
	eachVariant(e, "name", "", n, &n.Kept, func(n *Name, own bool) {
		if own || !sameValues(n, &e.c.Name) {
			e.nameLine(n)
			e.nameReading(n)
		} else if reads(n) && !reflect.DeepEqual(n.Components, e.c.Name.Components) {
			e.nameReading(n)
		}
	})
}

// sameValues reports whether two names differ in their readings only.
func sameValues(a, b *Name) bool {
	x, y := *a, *b
	for _, n := range []*Name{&x, &y} {
		n.Full, n.PhoneticScript, n.PhoneticSystem = "", "", ""
		n.Components = slices.Clone(n.Components)
		for i := range n.Components {
			n.Components[i].Phonetic = ""
		}
	}
	return reflect.DeepEqual(x, y)
}

func reads(n *Name) bool {
	return slices.ContainsFunc(n.Components, func(c NameComponent) bool { return c.Phonetic != "" })
}

func (n *Name) items() []item {
	items := make([]item, 0, len(n.Components))
	for _, c := range n.Components {
		items = append(items, item{c.Kind, c.Value, c.Phonetic})
	}
	return items
}

func nameKinds() []string {
	kinds := make([]string, nameParts)
	for i := range kinds {
		kinds[i] = nameKind(i)
	}
	return kinds
}

func (e *encoder) nameLine(n *Name) {
	_, own := n.Param("altid")
	e.open("N", &n.Kept, "")
	if reads(n) && !own && e.tie.altid == "" {
		e.param("ALTID", canonicalAltID(""))
	}
	if len(n.SortAs) > 0 && n.SortAs[0].Key == "surname" {
		sorts := []string{n.SortAs[0].Value}
		if len(n.SortAs) == 2 && n.SortAs[1].Key == "given" {
			sorts = append(sorts, n.SortAs[1].Value)
		}
		e.param("SORT-AS", sorts...)
	}
	parts, comps := e.parts(nameKinds(), n.items(), n.DefaultSeparator, false)
	if n.Ordered {
		e.param("JSCOMPS", comps)
	}
	e.kept(&n.Kept)
	if e.v != V21 { // for readers of RFC 6350, which know no second surname and no generation
		for _, p := range [...]struct{ all, again int }{{0, 5}, {4, 6}} {
			if parts[p.again] != "" {
				parts[p.all] = strings.TrimPrefix(parts[p.all]+","+parts[p.again], ",")
			}
		}
	}
	e.structured(parts, 5)
}

// nameReading writes the readings of a name as an N of their own.
func (e *encoder) nameReading(n *Name) {
	if !reads(n) {
		return
	}
	e.readingLine("N", &n.Kept, "", n.PhoneticSystem, n.PhoneticScript)
	readings, _ := e.parts(nameKinds(), n.items(), "", true)
	e.structured(readings, 5)
}

// readingLine begins a line with PHONETIC.
func (e *encoder) readingLine(name string, kept *Kept, id, system, script string) {
	altid, own := kept.Param("altid")
	language, _ := kept.Param("language")
	if !own {
		altid = canonicalAltID(id)
	}
	if e.tie.altid != "" {
		altid = e.tie.altid
	}
	if e.tie.language != "" {
		language = e.tie.language
	}
	e.begin("", name)
	e.param("ALTID", altid)
	if language != "" {
		e.param("LANGUAGE", language)
	}
	if system == "" {
		system = "script"
	}
	e.param("PHONETIC", system)
	if script != "" {
		e.param("SCRIPT", script)
	}
}

func (e *encoder) gender() {
	s := &e.c.SpeakToAs
	if s.GrammaticalGender == "" {
		return
	}
	e.open("GRAMGENDER", &s.Kept, "")
	e.kept(&s.Kept)
	e.text(s.GrammaticalGender)
	for _, v := range e.variants[genderPath] {
		if g := v.text(); g != "" {
			e.begin("", "GRAMGENDER")
			e.param("LANGUAGE", v.language)
			e.text(g)
		}
	}
}

// item is a component of a name or an address.
type item struct{ kind, value, phonetic string }

// parts puts components into their places, escaped, and describes their order as
// JSCOMPS does.
func (e *encoder) parts(kinds []string, items []item, sep string, phonetic bool) (parts []string, comps string) {
	built := make([][]byte, len(kinds))
	count := make([]int, len(kinds))
	var order strings.Builder
	if sep != "" {
		order.WriteString("s," + string(escape(nil, sep)))
	}
	for _, it := range items {
		at := slices.Index(kinds, it.kind)
		if at < 0 {
			if it.kind == "separator" {
				order.WriteString(";s," + string(escape(nil, it.value)))
			}
			continue
		}
		value := it.value
		if phonetic {
			value = it.phonetic
		}
		if count[at] > 0 {
			built[at] = append(built[at], ',')
		}
		built[at] = e.escape(built[at], value)
		order.WriteString(";" + strconv.Itoa(at))
		if count[at] > 0 {
			order.WriteString("," + strconv.Itoa(count[at]))
		}
		count[at]++
	}
	parts = make([]string, len(kinds))
	for i := range built {
		parts[i] = string(built[i])
	}
	return parts, order.String()
}

// structured ends a property with parts; those beyond least that are empty go.
func (e *encoder) structured(parts []string, least int) {
	for len(parts) > least && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	if len(parts) > least {
		full := make([]string, 0, addressParts)
		parts = append(full, parts...)
		for len(parts) < nameParts || len(parts) > nameParts && len(parts) < addressParts {
			parts = append(parts, "")
		}
	}
	e.val = append(e.val, strings.Join(parts, ";")...)
	e.end()
}

// id writes PROP-ID unless the entry gets the same ID by its place; place counts the
// entries written.
func (e *encoder) id(id string, place *int) {
	if e.tie.language != "" { // its base says it
		return
	}
	if *place++; id != strconv.Itoa(*place) && id != "" {
		e.param("PROP-ID", id)
	}
}

// usage writes contexts, features and the preference.
func (e *encoder) usage(contexts, features []string, pref int) {
	var words []string
	for _, w := range contexts {
		switch w {
		case "private":
			words = append(words, "home")
		case "work", "billing", "delivery":
			words = append(words, w)
		}
	}
	for _, w := range features {
		if w == "mobile" {
			w = "cell"
		}
		if phoneFeature(upper(w)) != "" {
			words = append(words, w)
		}
	}
	old := e.v != V40
	if old && pref == 1 {
		words, pref = append(words, "pref"), 0
	}
	if old {
		for i := range words {
			words[i] = upper(words[i])
		}
	}
	switch {
	case e.v == V21: // which has no lists of values
		for _, w := range words {
			e.param("TYPE", w)
		}
	case len(words) > 0:
		e.param("TYPE", words...)
	}
	if pref > 0 {
		e.param("PREF", strconv.Itoa(pref))
	}
}
