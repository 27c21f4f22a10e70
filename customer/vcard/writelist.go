package vcard

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

func (e *encoder) nicknames() {
	place := 0
	for i := range e.c.Nicknames {
		n := &e.c.Nicknames[i]
		eachVariant(e, "nicknames/"+escapePointer(n.ID), n.ID, n, &n.Kept, func(n *Nickname, _ bool) {
			e.open("NICKNAME", &n.Kept, "")
			e.id(n.ID, &place)
			e.usage(n.Contexts, nil, n.Pref)
			e.kept(&n.Kept)
			e.text(n.Name)
		})
	}
}

func (e *encoder) organizations() {
	place := 0
	for i := range e.c.Organizations {
		o := &e.c.Organizations[i]
		eachVariant(e, "organizations/"+escapePointer(o.ID), o.ID, o, &o.Kept, func(o *Organization, _ bool) {
			e.organization(o, &place)
		})
	}
}

func (e *encoder) organization(o *Organization, place *int) {
	e.group = e.firms[o.ID]
	e.open("ORG", &o.Kept, "")
	e.id(o.ID, place)
	e.usage(o.Contexts, nil, 0)
	sorts := []string{o.SortAs}
	for _, u := range o.Units {
		sorts = append(sorts, u.SortAs)
	}
	for len(sorts) > 1 && sorts[len(sorts)-1] == "" {
		sorts = sorts[:len(sorts)-1]
	}
	if o.SortAs != "" {
		e.param("SORT-AS", sorts...)
	}
	e.kept(&o.Kept)
	e.val = e.escape(e.val, o.Name)
	for _, u := range o.Units {
		e.val = e.escape(append(e.val, ';'), u.Name)
	}
	e.end()
}

func (e *encoder) titles() {
	place := 0
	for i := range e.c.Titles {
		t := &e.c.Titles[i]
		eachVariant(e, "titles/"+escapePointer(t.ID), t.ID, t, &t.Kept, func(t *Title, _ bool) {
			name := "TITLE"
			if t.Kind == "role" {
				name = "ROLE"
			}
			e.group = e.firms[t.OrganizationID]
			e.open(name, &t.Kept, "")
			e.id(t.ID, &place)
			e.kept(&t.Kept)
			e.text(t.Name)
		})
	}
}

func (e *encoder) pronouns() {
	place := 0
	for i := range e.c.SpeakToAs.Pronouns {
		p := &e.c.SpeakToAs.Pronouns[i]
		eachVariant(e, "speakToAs/pronouns/"+escapePointer(p.ID), p.ID, p, &p.Kept, func(p *Pronouns, _ bool) {
			e.open("PRONOUNS", &p.Kept, "")
			e.id(p.ID, &place)
			e.usage(p.Contexts, nil, p.Pref)
			e.kept(&p.Kept)
			e.text(p.Pronouns)
		})
	}
}

func (e *encoder) emails() {
	place := 0
	for i := range e.c.Emails {
		m := &e.c.Emails[i]
		group := e.open("EMAIL", &m.Kept, m.Label)
		e.id(m.ID, &place)
		e.usage(m.Contexts, nil, m.Pref)
		e.kept(&m.Kept)
		e.text(m.Address)
		e.label(group, m.Label)
	}
}

func (e *encoder) phones() {
	place := 0
	for i := range e.c.Phones {
		p := &e.c.Phones[i]
		group := e.open("TEL", &p.Kept, p.Label)
		e.id(p.ID, &place)
		e.usage(p.Contexts, p.Features, p.Pref)
		uri := e.v == V40 && (strings.HasPrefix(p.Number, "tel:") || strings.HasPrefix(p.Number, "sip:"))
		if uri {
			e.param("VALUE", "uri")
		}
		e.kept(&p.Kept)
		if uri {
			e.raw(p.Number)
		} else {
			e.text(p.Number)
		}
		e.label(group, p.Label)
	}
}

func (e *encoder) services() {
	place := 0
	for i := range e.c.OnlineServices {
		s := &e.c.OnlineServices[i]
		name := "SOCIALPROFILE"
		if s.PropertyName == "impp" {
			name = "IMPP"
		}
		group := e.open(name, &s.Kept, s.Label)
		e.id(s.ID, &place)
		e.usage(s.Contexts, nil, s.Pref)
		if s.Service != "" {
			e.param("SERVICE-TYPE", s.Service)
		}
		if s.URI == "" {
			e.param("VALUE", "text")
			e.kept(&s.Kept)
			e.text(s.User)
		} else {
			if s.User != "" {
				e.param("USERNAME", s.User)
			}
			e.kept(&s.Kept)
			e.raw(s.URI)
		}
		e.label(group, s.Label)
	}
}

func (e *encoder) languages() {
	place := 0
	for i := range e.c.Languages {
		l := &e.c.Languages[i]
		e.open("LANG", &l.Kept, "")
		e.id(l.ID, &place)
		e.usage(l.Contexts, nil, l.Pref)
		e.kept(&l.Kept)
		e.text(l.Language)
	}
}

func (e *encoder) addresses() {
	place := 0
	for i := range e.c.Addresses {
		a := &e.c.Addresses[i]
		bare := len(a.Components) == 0 && a.Full == "" && a.CountryCode == "" && len(a.Contexts) == 0
		switch {
		case bare && a.TimeZone != "" && a.Coordinates == "":
			e.open("TZ", &a.Kept, "")
			e.id(a.ID, &place)
			e.usage(nil, nil, 0)
			if a.Pref > 0 {
				e.param("PREF", strconv.Itoa(a.Pref))
			}
			e.kept(&a.Kept)
			e.text(a.TimeZone)
		case bare && a.Coordinates != "" && a.TimeZone == "":
			e.geo(a, &place)
		default:
			e.addressLines(a, &place)
		}
	}
}

func (e *encoder) geo(a *Address, place *int) {
	e.open("GEO", &a.Kept, "")
	e.id(a.ID, place)
	if a.Pref > 0 {
		e.param("PREF", strconv.Itoa(a.Pref))
	}
	e.kept(&a.Kept)
	value := a.Coordinates
	if lat, lon, ok := strings.Cut(strings.TrimPrefix(value, "geo:"), ","); ok && isNumber(lat) && isNumber(lon) {
		switch e.v {
		case V30:
			value = lat + ";" + lon
		case V21:
			value = lon + "," + lat
		}
	}
	e.raw(value)
}

func (e *encoder) addressLines(base *Address, place *int) {
	eachVariant(e, "addresses/"+escapePointer(base.ID), base.ID, base, &base.Kept, func(a *Address, own bool) {
		line := own || !sameAddress(a, base)
		if line {
			e.address(a, place)
		}
		if a.reads() && e.v == V40 && (line || !reflect.DeepEqual(a.Components, base.Components)) {
			e.readingLine("ADR", &a.Kept, a.ID, a.PhoneticSystem, a.PhoneticScript)
			kinds, wide := a.places()
			parts, _ := e.parts(kinds, a.items(), "", true)
			if wide {
				parts[1], parts[2] = "", ""
			}
			e.structured(parts, oldParts)
		}
	})
}

// sameAddress reports whether two addresses differ in their readings only.
func sameAddress(a, b *Address) bool {
	x, y := *a, *b
	for _, v := range []*Address{&x, &y} {
		v.PhoneticScript, v.PhoneticSystem = "", ""
		v.Components = slices.Clone(v.Components)
		for i := range v.Components {
			v.Components[i].Phonetic = ""
		}
	}
	return reflect.DeepEqual(x, y)
}

func (a *Address) reads() bool {
	return slices.ContainsFunc(a.Components, func(c AddressComponent) bool { return c.Phonetic != "" })
}

func (a *Address) items() []item {
	items := make([]item, 0, len(a.Components))
	for _, c := range a.Components {
		items = append(items, item{c.Kind, c.Value, c.Phonetic})
	}
	return items
}

// places gives the kinds of the parts of ADR, by place; wide is true where those of RFC
// 9554 are needed.
func (a *Address) places() (kinds []string, wide bool) {
	kinds = make([]string, oldParts, addressParts)
	for i := range kinds {
		kinds[i] = addressKind(i)
	}
	for _, c := range a.Components {
		switch c.Kind {
		case "room", "floor", "number", "building", "block", "subdistrict", "district", "landmark", "direction":
			wide = true
		}
	}
	if wide { // apartment and street have a place of their own among the parts of RFC 9554
		kinds[1], kinds[2] = "", ""
		for i := oldParts; i < addressParts; i++ {
			kinds = append(kinds, addressKind(i))
		}
	}
	return kinds, wide
}

func (e *encoder) address(a *Address, place *int) {
	kinds, wide := a.places()
	parts, comps := e.parts(kinds, a.items(), a.DefaultSeparator, false)
	_, own := a.Param("altid")
	e.open("ADR", &a.Kept, "")
	if a.reads() && !own && e.tie.altid == "" && e.v == V40 {
		e.param("ALTID", canonicalAltID(a.ID))
	}
	e.id(a.ID, place)
	e.usage(a.Contexts, nil, a.Pref)
	if a.Ordered {
		e.param("JSCOMPS", comps)
	}
	for _, p := range []struct{ name, value string }{{"CC", a.CountryCode}, {"GEO", a.Coordinates}, {"TZ", a.TimeZone}, {"LABEL", a.Full}} {
		if p.value != "" {
			e.param(p.name, p.value)
		}
	}
	e.kept(&a.Kept)
	if wide {
		parts[1] = joinParts(parts[12], parts[9], parts[8], parts[7])
		parts[2] = joinParts(parts[10], parts[11], parts[13])
	}
	e.structured(parts, oldParts)
}

// joinParts joins the parts that are not empty.
func joinParts(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ",")
}

func (e *encoder) anniversaries() {
	place := 0
	for i := range e.c.Anniversaries {
		a := &e.c.Anniversaries[i]
		name, placeName := "", ""
		switch a.Kind {
		case "birth":
			name, placeName = "BDAY", "BIRTHPLACE"
		case "death":
			name, placeName = "DEATHDATE", "DEATHPLACE"
		case "wedding":
			name = "ANNIVERSARY"
		default:
			continue
		}
		d := a.Date
		value, isInstant := instant(d.UTC, e.v)
		if !isInstant && (d.UTC != "" || !d.check()) {
			continue
		}
		e.open(name, &a.Kept, "")
		e.id(a.ID, &place)
		if d.CalendarScale != "" {
			e.param("CALSCALE", d.CalendarScale)
		}
		if !isInstant {
			if e.v != V40 && d.Year == 0 && d.Day > 0 { // 3.0 has no date without a year; this is what Apple writes
				e.param("X-APPLE-OMIT-YEAR", "1604")
				d.Year = 1604
			}
			value = d.vcard(e.v)
		}
		e.kept(&a.Kept)
		e.raw(value)
		e.place(placeName, &a.Place)
	}
}

func (e *encoder) place(name string, a *Address) {
	if name == "" || a.Full == "" && a.Coordinates == "" {
		return
	}
	e.open(name, &a.Kept, "")
	if a.Full != "" {
		e.kept(&a.Kept)
		e.text(a.Full)
		return
	}
	e.param("VALUE", "uri")
	e.kept(&a.Kept)
	e.raw(a.Coordinates)
}

func (e *encoder) keywords() {
	if len(e.c.Keywords) == 0 {
		return
	}
	e.begin("", "CATEGORIES")
	for i, k := range e.c.Keywords {
		if i > 0 {
			e.val = append(e.val, ',')
		}
		e.val = e.escape(e.val, k)
	}
	e.end()
}

func (e *encoder) notes() {
	place := 0
	for i := range e.c.Notes {
		n := &e.c.Notes[i]
		eachVariant(e, "notes/"+escapePointer(n.ID), n.ID, n, &n.Kept, func(n *Note, _ bool) {
			e.open("NOTE", &n.Kept, "")
			e.id(n.ID, &place)
			if s, ok := instant(n.Created, V40); ok {
				e.param("CREATED", s)
			}
			if n.Author.URI != "" {
				e.param("AUTHOR", n.Author.URI)
			}
			if n.Author.Name != "" {
				e.param("AUTHOR-NAME", n.Author.Name)
			}
			e.kept(&n.Kept)
			e.text(n.Note)
		})
	}
}

func (e *encoder) personal() {
	place := 0
	for i := range e.c.PersonalInfo {
		p := &e.c.PersonalInfo[i]
		switch p.Kind {
		case "expertise", "hobby", "interest":
		default:
			continue
		}
		group := e.open(upper(p.Kind), &p.Kept, p.Label)
		e.id(p.ID, &place)
		if p.Level != "" {
			level := p.Level
			if p.Kind == "expertise" {
				level = map[string]string{"low": "beginner", "medium": "average", "high": "expert"}[level]
			}
			if level != "" {
				e.param("LEVEL", level)
			}
		}
		if p.ListAs > 0 {
			e.param("INDEX", strconv.Itoa(p.ListAs))
		}
		e.kept(&p.Kept)
		e.text(p.Value)
		e.label(group, p.Label)
	}
}

// resources writes a list; kinds without a property are left to JSPROP.
func (e *encoder) resources(list List[Resource], property func(kind string) string) {
	place := 0
	for i := range list {
		r := &list[i]
		name := property(r.Kind)
		if name == "" {
			continue
		}
		group := e.open(name, &r.Kept, r.Label)
		e.id(r.ID, &place)
		value, format, binary := r.URI, "", false
		if e.v != V40 && len(r.Contexts) == 0 {
			value, format, binary = inlineData(name, r.URI)
		}
		switch {
		case binary && e.v == V30:
			e.param("ENCODING", "b")
		case binary:
			e.param("ENCODING", "BASE64")
		case e.v == V30 && (name == "PHOTO" || name == "LOGO" || name == "SOUND" || name == "KEY"):
			e.param("VALUE", "uri")
		case e.v == V21 && (name == "PHOTO" || name == "LOGO" || name == "SOUND" || name == "KEY"):
			e.param("VALUE", "URL")
		}
		if format != "" {
			e.param("TYPE", format)
		}
		if r.MediaType != "" {
			e.param("MEDIATYPE", r.MediaType)
		}
		pref := r.Pref
		if binary && pref > 0 { // TYPE is the format here
			e.param("PREF", strconv.Itoa(pref))
			pref = 0
		}
		e.usage(r.Contexts, nil, pref)
		if r.ListAs > 0 {
			e.param("INDEX", strconv.Itoa(r.ListAs))
		}
		e.kept(&r.Kept)
		e.raw(value)
		e.label(group, r.Label)
	}
}

// inlineData turns a data URI into the binary value of 3.0 and 2.1.
func inlineData(name, uri string) (value, format string, binary bool) {
	rest, ok := strings.CutPrefix(uri, "data:")
	if !ok {
		return uri, "", false
	}
	media, data, ok := strings.Cut(rest, ";base64,")
	if !ok || !isBase64(data) || media != "" && !isMediaWord(media) {
		return uri, "", false
	}
	l := line{name: name, value: data}
	for _, prefix := range []string{"image/", "audio/", "application/"} {
		if word, ok := strings.CutPrefix(media, prefix); ok {
			media = word
		}
	}
	switch media {
	case "pgp-keys":
		media = "pgp"
	case "pkix-cert":
		media = "x509"
	}
	if media != "" {
		l.put("TYPE", media)
	}
	if dataURI(&l) != uri {
		return uri, "", false
	}
	return data, upper(media), true
}

func (e *encoder) relations() {
	for i := range e.c.RelatedTo {
		r := &e.c.RelatedTo[i]
		e.begin("", "RELATED")
		if len(r.Relations) > 0 {
			e.param("TYPE", r.Relations...)
		}
		if hasScheme(r.UID) {
			e.raw(r.UID)
			continue
		}
		e.param("VALUE", "text")
		e.text(r.UID)
	}
}
