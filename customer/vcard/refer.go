package vcard

import "strings"

// referring reads the properties whose value is a URI or data.
func (d *decoder) referring(l *line) bool {
	binary := false
	if enc, ok := l.has("ENCODING"); ok {
		if e := upper(enc); e != "B" && e != "BASE64" {
			return false
		}
		binary = true
	}
	switch l.kind {
	case "", "uri", "text":
	case "binary":
		if !binary {
			return false
		}
	default:
		return false
	}
	if l.value == "" {
		return false
	}
	c := d.c
	switch l.name {
	case "TEL":
		d.phone(l, d.uri(l.value))
		return true
	case "IMPP", "SOCIALPROFILE":
		if l.kind == "text" {
			return false
		}
		d.service(l, d.uri(l.value), "")
		return true
	case "RELATED":
		return d.related(l, d.uri(l.value))
	}
	into, kind := d.resources(l.name)
	if into == nil || l.kind == "text" {
		return false
	}
	if l.name == "KEY" && l.kind == "" && d.version == V21 && !binary {
		return false
	}
	uri := ""
	if binary {
		if uri = dataURI(l); uri == "" {
			return false
		}
		l.take("ENCODING")
	} else if uri = d.uri(l.value); !hasScheme(uri) && into != &c.Links {
		return false // as PHOTO:bare base64, which says no encoding
	}
	r := Resource{Kind: kind, URI: uri, MediaType: l.take("MEDIATYPE")}
	u := d.types(l, nil)
	r.Contexts, r.Pref = u.contexts, u.pref
	r.ID = d.id(l, len(*into))
	if into == &c.Directories {
		r.ListAs = d.index(l)
	}
	r.Label = d.label(l)
	r.Params = l.rest()
	*into = append(*into, r)
	return true
}

// resources gives the list and the kind of a property.
func (d *decoder) resources(name string) (into *List[Resource], kind string) {
	c := d.c
	switch name {
	case "URL":
		return &c.Links, ""
	case "CONTACT-URI":
		return &c.Links, "contact"
	case "PHOTO":
		return &c.Media, "photo"
	case "LOGO":
		return &c.Media, "logo"
	case "SOUND":
		return &c.Media, "sound"
	case "KEY":
		return &c.CryptoKeys, ""
	case "CALURI":
		return &c.Calendars, "calendar"
	case "FBURL":
		return &c.Calendars, "freeBusy"
	case "CALADRURI":
		return &c.SchedulingAddresses, ""
	case "SOURCE":
		return &c.Directories, "entry"
	case "ORG-DIRECTORY":
		return &c.Directories, "directory"
	}
	return nil, ""
}

// dataURI makes a data URI of binary data of 2.1 and 3.0, whose TYPE is the format. It
// is empty where the format is not said in one word.
func dataURI(l *line) string {
	family := ""
	switch l.name {
	case "PHOTO", "LOGO":
		family = "image/"
	case "SOUND":
		family = "audio/"
	case "KEY":
		family = "application/"
	default:
		return ""
	}
	format := ""
	for _, p := range l.params {
		if p.Name != "TYPE" {
			continue
		}
		if format != "" || len(p.Values) != 1 || !isMediaWord(p.Values[0]) {
			return ""
		}
		format = strings.ToLower(p.Values[0])
	}
	l.take("TYPE")
	if format == "" {
		return "data:;base64," + l.value
	}
	if strings.Contains(format, "/") {
		return "data:" + format + ";base64," + l.value
	}
	if family == "application/" {
		switch format {
		case "pgp":
			format = "pgp-keys"
		case "x509":
			format = "pkix-cert"
		}
	}
	return "data:" + family + format + ";base64," + l.value
}

// isMediaWord reports whether s is a media type or the latter half of one.
func isMediaWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; !strings.ContainsRune("/+-._", rune(c)) && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return s != ""
}

// hasScheme reports whether text begins as a URI does (RFC 3986 section 3.1).
func hasScheme(s string) bool {
	scheme, _, ok := strings.Cut(s, ":")
	if !ok || scheme == "" || scheme[0]|0x20 < 'a' || scheme[0]|0x20 > 'z' {
		return false
	}
	for i := range len(scheme) {
		if c := scheme[i]; c != '+' && c != '-' && c != '.' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}
