package vcard

import (
	"slices"
	"strconv"
	"strings"
)

// group counts the lines of a group that an X-ABLabel belongs to.
type group struct {
	lines, labels, labelled int
	label                   int // index of the X-ABLabel
	used                    bool
}

// interpret turns the lines into the card. A line without a place is kept.
func (d *decoder) interpret() {
	d.findLabels()
	if d.altids {
		d.findAlternatives()
	}
	for i := range d.lines {
		l := &d.lines[i]
		switch l.part {
		case otherLine, readingLine:
			continue
		case baseLine:
			if !d.baseProperty(l) {
				d.keep(l)
			}
			continue
		}
		switch l.name {
		case "VERSION":
			d.stated(l)
			continue
		case malformedName:
			d.broken = append(d.broken, i)
			continue
		case "BIRTHPLACE", "DEATHPLACE", "LABEL", "X-ABLABEL", "X-PHONETIC-FIRST-NAME", "X-PHONETIC-MIDDLE-NAME", "X-PHONETIC-LAST-NAME", "SORT-STRING":
			d.later = append(d.later, i)
			continue
		case "GEO", "TZ":
			if l.group != "" {
				d.later = append(d.later, i)
				continue
			}
		case "GRAMGENDER":
			if d.otherGender(l) {
				continue
			}
		case "N":
			if _, phonetic := l.has("PHONETIC"); phonetic {
				d.later = append(d.later, i)
				continue
			}
		case "JSPROP":
			d.patches = append(d.patches, i)
			continue
		}
		if !d.property(l) {
			d.keep(l)
		}
	}
	for _, i := range d.later {
		if l := &d.lines[i]; !d.second(l, i) {
			d.keep(l)
		}
	}
	if !d.seen("FN") && d.version != V21 {
		d.faults.add(ErrMissing, d.firstLine(), "FN", "a card of 3.0 or 4.0 has one")
	}
	if d.explicit {
		d.c.uniqueIDs()
	}
	if len(d.alternatives)+len(d.genders) > 0 {
		d.localize()
	}
	if d.titled {
		d.employers()
	}
	for _, i := range d.broken {
		d.keep(&d.lines[i])
	}
	for _, text := range d.malformed {
		d.c.Properties = append(d.c.Properties, malformed(text))
	}
	if len(d.patches) > 0 {
		d.patch()
	}
}

// stated keeps a VERSION that is not the one by which the card was read.
func (d *decoder) stated(l *line) {
	value := strings.TrimSpace(l.value)
	if value != d.version.String() {
		if d.versions > 0 {
			d.faults.add(ErrDuplicate, l.no, l.name, "the first one counts")
		}
		d.malformed = append(d.malformed, "VERSION:"+l.value)
	}
	d.versions++
}

func (d *decoder) seen(name string) bool {
	return slices.ContainsFunc(d.lines, func(l line) bool { return l.name == name })
}

func (d *decoder) firstLine() int {
	if len(d.lines) > 0 {
		return d.lines[0].no
	}
	return 0
}

// keep puts a line into Card.Properties as it is.
func (d *decoder) keep(l *line) {
	p := Property{Name: strings.ToLower(l.name), Type: "unknown", Value: l.value, Params: l.rest()}
	if l.kind != "" && isToken(l.kind) {
		p.Type = l.kind
	}
	if strings.IndexByte(p.Value, '\n') >= 0 {
		p.Value = strings.ReplaceAll(p.Value, "\n", `\n`)
	}
	d.c.Properties = append(d.c.Properties, p)
}

// labelled reports whether objects of a property have a Label.
func labelled(name string) bool {
	switch name {
	case "TEL", "EMAIL", "URL", "IMPP", "SOCIALPROFILE", "CONTACT-URI", "PHOTO", "LOGO", "SOUND", "KEY", "CALURI", "FBURL",
		"CALADRURI", "SOURCE", "ORG-DIRECTORY", "EXPERTISE", "HOBBY", "INTEREST":
		return true
	}
	return false
}

func (d *decoder) findLabels() {
	if !d.seen("X-ABLABEL") {
		return
	}
	d.groups = map[string]*group{}
	for i := range d.lines {
		l := &d.lines[i]
		if l.group == "" {
			continue
		}
		g := d.groups[l.group]
		if g == nil {
			g = &group{}
			d.groups[l.group] = g
		}
		g.lines++
		if l.name == "X-ABLABEL" {
			g.labels++
			g.label = i
		} else if labelled(l.name) {
			g.labelled++
		}
	}
}

// label gives the X-ABLabel of a line's group where it can be no other's. A group that
// says nothing more, named as Apple numbers them, goes: the encoder numbers anew.
func (d *decoder) label(l *line) string {
	g := d.groups[l.group]
	if l.group == "" || g == nil || g.labels != 1 || g.labelled != 1 {
		return ""
	}
	x := &d.lines[g.label]
	if len(x.params) > 0 && len(x.rest()) > 1 || x.kind != "" || x.value == "" {
		return ""
	}
	g.used = true
	if isItem(l.group) && g.lines == 2 {
		l.group = ""
	}
	return d.unescape(x.value)
}

func (d *decoder) unescape(s string) string {
	if d.version == V21 {
		return unescape21(s)
	}
	return unescape(s)
}

// uri undoes what some writers of 3.0 escape in a URI, where nothing is to be escaped.
func (d *decoder) uri(s string) string {
	s = d.unescape(s)
	if d.version != V40 && strings.Contains(s, `\:`) {
		s = strings.ReplaceAll(s, `\:`, ":")
	}
	return s
}

// id is the PROP-ID of a line, or its place among n others.
func (d *decoder) id(l *line, n int) string {
	if id, ok := l.has("PROP-ID"); ok && id != "" && len(id) <= maxKey {
		l.take("PROP-ID")
		d.explicit = true
		return id
	}
	return strconv.Itoa(n + 1)
}

// pref reads PREF; what is no number from 1 to 100 is kept as it is.
func (d *decoder) pref(l *line) int {
	s, ok := l.has("PREF")
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 100 || strconv.Itoa(n) != s {
		d.faults.add(ErrValue, l.no, l.name, "PREF is a number from 1 to 100")
		return 0
	}
	l.take("PREF")
	return n
}

// usage is what TYPE and PREF say.
type usage struct {
	contexts, features []string
	pref               int
}

// types reads TYPE and PREF. What TYPE says beyond is kept.
func (d *decoder) types(l *line, feature func(string) string) (u usage) {
	u.pref = d.pref(l)
	var left []string
	found := false
	for i := range l.params {
		if l.params[i].Name != "TYPE" {
			continue
		}
		found = true
		l.params[i].Name = ""
		for _, values := range l.params[i].Values {
			for more := true; more; {
				var v string
				v, values, more = strings.Cut(values, ",")
				if v = strings.Trim(v, " "); !u.add(typeWord(v), feature) && v != "" {
					left = append(left, v)
				}
			}
		}
	}
	if found && len(left) > 0 {
		l.params = append(l.params, Param{"TYPE", left})
	}
	return u
}

// typeWord is a value of TYPE in upper case, without an allocation for the common ones.
func typeWord(v string) string {
	for _, w := range [...]string{"WORK", "HOME", "CELL", "VOICE", "PREF", "FAX"} {
		if len(w) == len(v) && strings.EqualFold(w, v) {
			return w
		}
	}
	return upper(v)
}

func (u *usage) add(word string, feature func(string) string) bool {
	into := func(list *[]string, s string) bool {
		if !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
		return true
	}
	switch word {
	case "WORK":
		return into(&u.contexts, "work")
	case "HOME":
		return into(&u.contexts, "private")
	case "PREF":
		if u.pref == 0 {
			u.pref = 1
			return true
		}
		return u.pref == 1
	}
	if feature == nil {
		return false
	}
	if f := feature(word); f == "billing" || f == "delivery" {
		return into(&u.contexts, f)
	} else if f != "" {
		return into(&u.features, f)
	}
	return false
}

func phoneFeature(word string) string {
	switch word {
	case "CELL":
		return "mobile"
	case "VOICE":
		return "voice"
	case "TEXT":
		return "text"
	case "FAX":
		return "fax"
	case "PAGER":
		return "pager"
	case "VIDEO":
		return "video"
	case "TEXTPHONE":
		return "textphone"
	case "MAIN-NUMBER":
		return "main-number"
	}
	return ""
}

func addressContext(word string) string {
	switch word {
	case "BILLING":
		return "billing"
	case "DELIVERY":
		return "delivery"
	}
	return ""
}

// scalar sets a field that stands once. It reports false, so that the line is kept
// beside, where the line said more than the value or the field is taken.
func (d *decoder) scalar(l *line, field *string, value string) bool {
	if *field != "" || value == "" {
		if value != "" && l.name != "FN" {
			d.faults.add(ErrDuplicate, l.no, l.name, "the first one counts")
		}
		return false
	}
	*field = value
	for i := range l.params {
		switch p := &l.params[i]; {
		case p.Name == "":
		case l.part == baseLine && (p.Name == "ALTID" && p.Values[0] == canonicalAltID("") || p.Name == "LANGUAGE" && strings.EqualFold(p.Values[0], d.spoken)):
			l.bare = true
		default:
			l.bare = false
			return false
		}
	}
	return l.group == "" && (l.kind == "" || l.kind == "text" || l.kind == "uri")
}

// property takes a line into the card and reports whether it has a place there.
func (d *decoder) property(l *line) bool {
	switch l.name {
	case "FN":
		if derived, _ := l.has("DERIVED"); strings.EqualFold(derived, "true") {
			return true
		}
		return d.scalar(l, &d.c.Name.Full, d.unescape(l.value))
	case "UID":
		return d.scalar(l, &d.c.UID, d.unescape(l.value))
	case "KIND":
		return d.scalar(l, &d.c.Kind, strings.ToLower(d.unescape(l.value)))
	case "PRODID":
		return d.scalar(l, &d.c.ProdID, d.unescape(l.value))
	case "LANGUAGE":
		return d.scalar(l, &d.c.Language, d.unescape(l.value))
	case "REV":
		return d.instant(l, &d.c.Updated)
	case "CREATED":
		return d.instant(l, &d.c.Created)
	case "BDAY", "DEATHDATE", "ANNIVERSARY":
		return d.anniversary(l)
	case "CATEGORIES":
		return d.keywords(l)
	case "MEMBER":
		uid := d.uri(l.value)
		if len(l.params) > 0 || l.group != "" || uid == "" || len(uid) > maxKey || !d.first('m', uid, len(d.c.MemberUIDs)) {
			return false
		}
		d.c.MemberUIDs = append(d.c.MemberUIDs, uid)
		return true
	case "GEO":
		return d.geo(l)
	case "TZ":
		return d.zone(l)
	}
	if l.kind == "" || l.kind == "text" {
		if done, ok := d.textual(l); done {
			return ok
		}
	}
	return d.referring(l)
}

func (d *decoder) instant(l *line, field *string) bool {
	if l.kind == "text" {
		return false
	}
	utc, ok := parseInstant(l.value)
	return ok && d.scalar(l, field, utc)
}

func (d *decoder) keywords(l *line) bool {
	if len(l.params) > 0 || l.group != "" || l.kind != "" && l.kind != "text" {
		return false
	}
	for rest, more := l.value, true; more; {
		var head string
		if head, rest, more = cutAt(rest, ','); len(head) > maxKey {
			return false
		}
	}
	have := len(d.c.Keywords)
	for rest, more := l.value, true; more; {
		var head string
		head, rest, more = cutAt(rest, ',')
		if k := d.unescape(head); k != "" && d.first('k', k, len(d.c.Keywords)) {
			d.c.Keywords = append(d.c.Keywords, k)
		}
	}
	return len(d.c.Keywords) > have || have > 0
}

// textual reads the properties whose value is text. done is false for others.
func (d *decoder) textual(l *line) (done, ok bool) {
	c := d.c
	switch l.name {
	case "N":
		return true, d.name(l)
	case "ADR":
		return true, d.address(l)
	case "NICKNAME":
		return true, d.nickname(l)
	case "ORG":
		return true, d.organization(l)
	}
	value := d.unescape(l.value)
	if value == "" {
		return labelled(l.name) || l.name == "NOTE" || l.name == "TITLE", false
	}
	switch l.name {
	case "TITLE", "ROLE":
		t := Title{ID: d.id(l, len(c.Titles)), Name: value}
		if l.name == "ROLE" {
			t.Kind = "role"
		}
		d.titled = d.titled || l.group != ""
		t.Params = l.rest()
		c.Titles = append(c.Titles, t)
	case "NOTE":
		n := Note{ID: d.id(l, len(c.Notes)), Note: value}
		if s, there := l.has("CREATED"); there {
			if utc, ok := parseInstant(s); ok {
				n.Created = utc
				l.take("CREATED")
			}
		}
		n.Author.Name, n.Author.URI = l.take("AUTHOR-NAME"), l.take("AUTHOR")
		n.Params = l.rest()
		c.Notes = append(c.Notes, n)
	case "EMAIL":
		u := d.types(l, nil)
		e := Email{ID: d.id(l, len(c.Emails)), Address: value, Contexts: u.contexts, Pref: u.pref, Label: d.label(l)}
		e.Params = l.rest()
		c.Emails = append(c.Emails, e)
	case "TEL":
		d.phone(l, value)
	case "GRAMGENDER":
		return true, d.gender(l, strings.ToLower(value))
	case "PRONOUNS":
		u := d.types(l, nil)
		p := Pronouns{ID: d.id(l, len(c.SpeakToAs.Pronouns)), Pronouns: value, Contexts: u.contexts, Pref: u.pref}
		p.Params = l.rest()
		c.SpeakToAs.Pronouns = append(c.SpeakToAs.Pronouns, p)
	case "LANG":
		d.language(l, value)
	case "EXPERTISE", "HOBBY", "INTEREST":
		d.personal(l, value)
	case "SOCIALPROFILE":
		if l.kind != "text" {
			return false, false
		}
		d.service(l, "", value)
	case "RELATED":
		if l.kind != "text" {
			return false, false
		}
		return true, d.related(l, value)
	default:
		return false, false
	}
	return true, true
}

// isItem reports whether a group is named as Apple and the encoder number them.
func isItem(group string) bool {
	n, ok := strings.CutPrefix(group, "item")
	_, err := strconv.Atoi(n)
	return ok && err == nil
}

func (d *decoder) phone(l *line, number string) {
	u := d.types(l, phoneFeature)
	p := Phone{ID: d.id(l, len(d.c.Phones)), Number: number, Features: u.features, Contexts: u.contexts, Pref: u.pref, Label: d.label(l)}
	p.Params = l.rest()
	d.c.Phones = append(d.c.Phones, p)
}

func (d *decoder) language(l *line, tag string) {
	u := d.types(l, nil)
	p := Language{ID: d.id(l, len(d.c.Languages)), Language: tag, Contexts: u.contexts, Pref: u.pref}
	p.Params = l.rest()
	d.c.Languages = append(d.c.Languages, p)
}

func (d *decoder) service(l *line, uri, user string) {
	u := d.types(l, nil)
	s := Service{ID: d.id(l, len(d.c.OnlineServices)), URI: uri, User: user, Contexts: u.contexts, Pref: u.pref, Service: l.take("SERVICE-TYPE"), Label: d.label(l)}
	if name := l.take("USERNAME"); name != "" {
		s.User = name
	}
	if l.name == "IMPP" {
		s.PropertyName = "impp"
	}
	s.Params = l.rest()
	d.c.OnlineServices = append(d.c.OnlineServices, s)
}
