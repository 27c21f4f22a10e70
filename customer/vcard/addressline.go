package vcard

import (
	"strconv"
	"strings"
)

// addressKind is the kind of a component by its place in ADR: RFC 6350 section 6.3.1, and
// RFC 9554 section 2.1 from the eighth on.
func addressKind(at int) string {
	return [...]string{
		"postOfficeBox", "apartment", "name", "locality", "region", "postcode", "country",
		"room", "apartment", "floor", "number", "name", "building", "block", "subdistrict", "district", "landmark", "direction",
	}[at]
}

const (
	addressParts = 18
	oldParts     = 7
)

func (d *decoder) address(l *line) bool {
	var parts [addressParts]string
	if _, reads := l.has("PHONETIC"); reads {
		return false // a reading of no address of this card
	}
	if !cutParts(l.value, parts[:]) {
		d.faults.add(ErrValue, l.no, "ADR", "more than %d components", addressParts)
		return false
	}
	if filled(parts[oldParts:]) > 0 {
		parts[1], parts[2] = "", "" // said again for readers of RFC 6350
	}
	var a Address
	if comps, ok := l.has("JSCOMPS"); ok {
		if list, sep, ok := ordered(comps, parts[:], d.unescape); ok {
			l.take("JSCOMPS")
			a.Ordered, a.DefaultSeparator = true, sep
			for _, p := range list {
				c := AddressComponent{Kind: "separator", Value: p.value}
				if p.at >= 0 {
					c.Kind = addressKind(p.at)
				}
				a.Components = append(a.Components, c)
			}
		} else {
			d.faults.add(ErrValue, l.no, "ADR", "JSCOMPS does not fit the components")
		}
	}
	if n := filled(parts[:]); !a.Ordered && n > 0 {
		a.Components = make(List[AddressComponent], 0, n+strings.Count(l.value, ","))
		for at := range addressParts {
			d.values4(parts[at], func(_ int, v string) {
				a.Components = append(a.Components, AddressComponent{Kind: addressKind(at), Value: v})
			})
		}
	}
	u := d.types(l, addressContext)
	a.Contexts, a.Pref = u.contexts, u.pref
	if label := l.take("LABEL"); label != "" {
		a.Full = strings.ReplaceAll(label, `\n`, "\n") // as RFC 6350 section 6.3.1 shows
	}
	a.CountryCode = l.take("CC")
	if geo, ok := l.has("GEO"); ok && strings.HasPrefix(geo, "geo:") {
		a.Coordinates = l.take("GEO")
	}
	if tz, ok := l.has("TZ"); ok {
		if name, ok := zoneName(tz); ok {
			a.TimeZone = name
			l.take("TZ")
		}
	}
	a.ID = d.id(l, len(d.c.Addresses))
	if a.Params = l.rest(); len(a.Components) == 0 && a.Full == "" && a.CountryCode == "" && a.Coordinates == "" && a.TimeZone == "" {
		return l.value == "" || strings.Trim(l.value, ";") == "" && len(a.Params) == 0 && len(a.Contexts) == 0 // an empty address says nothing
	}
	d.c.Addresses = append(d.c.Addresses, a)
	return true
}

// fullAddress reads LABEL of 3.0 and 2.1: the address of the same types as it is printed.
func (d *decoder) fullAddress(l *line) bool {
	value := d.unescape(l.value)
	if value == "" || l.kind != "" && l.kind != "text" {
		return false
	}
	u := d.types(l, addressContext)
	left := l.rest()
	for i := range min(len(d.c.Addresses), 64) { // a bound, so that the work stays linear
		a := &d.c.Addresses[i]
		if a.Full == "" && len(a.Components) > 0 && equalWords(a.Contexts, u.contexts) && sameParams(a.Params, left) {
			a.Full = value
			return true
		}
	}
	a := Address{ID: strconv.Itoa(len(d.c.Addresses) + 1), Full: value, Contexts: u.contexts, Pref: u.pref}
	d.explicit = true // its number may be taken
	a.Params = left
	d.c.Addresses = append(d.c.Addresses, a)
	return true
}

func equalWords(a, b []string) bool { return strings.Join(a, ",") == strings.Join(b, ",") }

func sameParams(a, b []Param) bool {
	x, y := paramsNode(a), paramsNode(b)
	return same(&x, &y)
}

// zoneName reads a zone as JSContact has it: an IANA name, or Etc/GMT for offsets of
// whole hours (whose sign is the other way round there).
func zoneName(s string) (name string, ok bool) {
	if s == "" {
		return "", false
	}
	if s[0] == '+' || s[0] == '-' {
		digits := strings.Replace(s[1:], ":", "", 1)
		if len(digits) == 2 {
			digits += "00"
		}
		hours, err := strconv.Atoi(digits)
		switch {
		case len(digits) != 4 || err != nil || hours < 0 || hours%100 != 0 || hours > 1400 || s[0] == '-' && hours > 1200:
			return "", false
		case hours == 0:
			return "Etc/UTC", true
		case s[0] == '+':
			return "Etc/GMT-" + strconv.Itoa(hours/100), true
		}
		return "Etc/GMT+" + strconv.Itoa(hours/100), true
	}
	for i := range len(s) {
		if c := s[i]; c != '/' && c != '_' && c != '-' && c != '+' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return "", false
		}
	}
	return s, s == "UTC" || s == "GMT" || strings.Contains(s, "/") && s[0] != '/'
}

// ofAddress puts GEO and TZ of a group into the one address of that group (RFC 9555
// section 2.8.3); else they are an address of their own.
func (d *decoder) ofAddress(l *line) bool {
	if d.places == nil {
		d.places = map[string]int{}
		for i := range d.c.Addresses {
			if g, ok := d.c.Addresses[i].Param("group"); ok {
				if _, twice := d.places[g]; twice {
					i = -1
				}
				d.places[g] = i
			}
		}
	}
	if i, ok := d.places[l.group]; ok && i >= 0 && len(l.params) == 0 {
		a := &d.c.Addresses[i]
		if name, ok := zoneName(d.unescape(l.value)); l.name == "TZ" && ok && a.TimeZone == "" && l.kind != "uri" {
			a.TimeZone = name
			return true
		}
		if uri, ok := d.coordinates(l); l.name == "GEO" && ok && a.Coordinates == "" {
			a.Coordinates = uri
			return true
		}
	}
	d.explicit = true // its number may be taken
	if l.name == "TZ" {
		return d.zone(l)
	}
	return d.geo(l)
}

func (d *decoder) zone(l *line) bool {
	name, ok := zoneName(d.unescape(l.value))
	if !ok || l.kind != "" && l.kind != "text" && l.kind != "utc-offset" {
		return false
	}
	a := Address{ID: d.id(l, len(d.c.Addresses)), TimeZone: name, Pref: d.pref(l)}
	a.Params = l.rest()
	d.c.Addresses = append(d.c.Addresses, a)
	return true
}

// coordinates reads GEO: a geo URI, or the two numbers of 3.0 and 2.1.
func (d *decoder) coordinates(l *line) (uri string, ok bool) {
	uri = d.uri(l.value)
	if lat, lon, ok := strings.Cut(uri, ";"); ok && isNumber(lat) && isNumber(lon) {
		uri = "geo:" + lat + "," + lon
	} else if lat, lon, ok := strings.Cut(uri, ","); ok && d.version == V21 && isNumber(lat) && isNumber(lon) {
		uri = "geo:" + lon + "," + lat // 2.1 has the longitude first
	}
	return uri, strings.HasPrefix(uri, "geo:") && (l.kind == "" || l.kind == "uri")
}

func (d *decoder) geo(l *line) bool {
	value, ok := d.coordinates(l)
	if !ok {
		return false
	}
	a := Address{ID: d.id(l, len(d.c.Addresses)), Coordinates: value, Pref: d.pref(l)}
	a.Params = l.rest()
	d.c.Addresses = append(d.c.Addresses, a)
	return true
}

// isNumber reports whether text is a decimal number as GEO has them.
func isNumber(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	whole, part, dotted := strings.Cut(s, ".")
	for _, c := range whole + part {
		if c < '0' || c > '9' {
			return false
		}
	}
	return whole != "" && (!dotted || part != "")
}

// anniversary reads BDAY, DEATHDATE and ANNIVERSARY. A text, or a time without a zone,
// has no place in JSContact and is kept as it is.
func (d *decoder) anniversary(l *line) bool {
	kind := "birth"
	switch l.name {
	case "DEATHDATE":
		kind = "death"
	case "ANNIVERSARY":
		kind = "wedding"
	}
	switch l.kind {
	case "", "date", "date-and-or-time", "date-time", "timestamp":
	case "text":
		return false
	default:
		d.faults.add(ErrValue, l.no, l.name, "a kind of value that is no date")
		return false
	}
	if l.value == "" {
		return false
	}
	date, ok := parseDate(l.value)
	if !ok {
		if date.UTC, ok = parseInstant(l.value); !ok {
			if day, _, timed := strings.Cut(l.value, "T"); !isDay(day) && (!timed || day != "") {
				d.faults.add(ErrValue, l.no, l.name, "not a date")
			}
			return false
		}
	}
	if date.monthOnly() {
		return false // JSContact has no such date (RFC 9553 section 2.8.1)
	}
	for i := range d.c.Anniversaries {
		if d.c.Anniversaries[i].Kind == kind {
			if _, alternative := l.has("ALTID"); !alternative {
				d.faults.add(ErrDuplicate, l.no, l.name, "the first one counts")
			}
			return false
		}
	}
	a := Anniversary{ID: d.id(l, len(d.c.Anniversaries)), Kind: kind}
	if omit, has := l.has("X-APPLE-OMIT-YEAR"); has && omit == strconv.Itoa(date.Year) {
		l.take("X-APPLE-OMIT-YEAR")
		date.Year = 0
	}
	if date.UTC == "" {
		date.CalendarScale = strings.ToLower(l.take("CALSCALE"))
	}
	a.Date = date
	a.Params = l.rest()
	d.c.Anniversaries = append(d.c.Anniversaries, a)
	return true
}

func isDay(s string) bool {
	if s == "---" {
		return false
	}
	_, ok := parseDate(s)
	return ok || len(s) == 5 && strings.HasPrefix(s, "---") && s[3:] >= "01" && s[3:] <= "31"
}

// place adds the place of a birth or a death to its day; alone it is kept as it is.
func (d *decoder) place(l *line, kind string) bool {
	for i := range d.c.Anniversaries {
		a := &d.c.Anniversaries[i]
		if a.Kind != kind || a.Place.Full != "" || a.Place.Coordinates != "" || l.value == "" {
			continue
		}
		switch value := d.uri(l.value); {
		case (l.kind == "uri" || l.kind == "") && strings.HasPrefix(value, "geo:"):
			a.Place.Coordinates = value
		case l.kind == "uri":
			return false
		default:
			a.Place.Full = d.unescape(l.value)
		}
		a.Place.Params = l.rest()
		return true
	}
	return false
}

func (d *decoder) nickname(l *line) bool {
	c := d.c
	u := d.types(l, nil)
	id, there := l.has("PROP-ID")
	if there = there && id != "" && len(id) <= maxKey; there {
		l.take("PROP-ID")
	}
	params := l.rest()
	before := len(c.Nicknames)
	d.values4(l.value, func(_ int, v string) {
		n := Nickname{ID: strconv.Itoa(len(c.Nicknames) + 1), Name: v, Contexts: append([]string(nil), u.contexts...), Pref: u.pref}
		if there && len(c.Nicknames) == before {
			n.ID, d.explicit = id, true
		}
		for _, p := range params {
			n.Params = addParam(n.Params, p.Name, p.Values)
		}
		c.Nicknames = append(c.Nicknames, n)
	})
	return len(c.Nicknames) > before
}

func (d *decoder) organization(l *line) bool {
	head, rest, more := cutAt(l.value, ';')
	u := d.types(l, nil)
	o := Organization{ID: d.id(l, len(d.c.Organizations)), Name: d.unescape(head), Contexts: u.contexts}
	if u.pref > 0 {
		l.put("PREF", strconv.Itoa(u.pref)) // an organisation has none in JSContact
	}
	for more {
		head, rest, more = cutAt(rest, ';')
		if head != "" {
			o.Units = append(o.Units, OrgUnit{Name: d.unescape(head)})
		}
	}
	if o.Name == "" && len(o.Units) == 0 {
		return false
	}
	for i := range l.params {
		p := &l.params[i]
		if p.Name != "SORT-AS" || o.SortAs != "" {
			continue
		}
		var sorts []string
		for _, v := range p.Values {
			sorts = append(sorts, strings.Split(v, ",")...)
		}
		if len(sorts) > 1+len(o.Units) || sorts[0] == "" {
			continue
		}
		p.Name, o.SortAs = "", sorts[0]
		for j, s := range sorts[1:] {
			o.Units[j].SortAs = strings.TrimSpace(s)
		}
	}
	o.Params = l.rest()
	d.c.Organizations = append(d.c.Organizations, o)
	return true
}
