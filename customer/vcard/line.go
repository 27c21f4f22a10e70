package vcard

import (
	"strings"
	"unicode/utf8"
)

// line is one content line, unfolded: [group.]name *(;param):value.
type line struct {
	no     int // of its first physical line
	group  string
	name   string  // upper case
	params []Param // names in upper case; a name that was taken is empty
	kind   string  // what VALUE says, lower case; empty: not said
	value  string  // decoded from its transfer encoding and character set, escapes kept
	part   uint8   // among the lines of its ALTID; 0: none
	bare   bool    // a base that needs no kept line beside its field as long as it has alternatives
	alt    *alternatives
}

// take gives the first value of a parameter and marks all of that name as used.
func (l *line) take(name string) string {
	value := ""
	for i := range l.params {
		if l.params[i].Name == name {
			if value == "" {
				value = l.params[i].Values[0]
			}
			l.params[i].Name = ""
		}
	}
	return value
}

// has gives the first value of a parameter without using it.
func (l *line) has(name string) (string, bool) {
	for i := range l.params {
		if l.params[i].Name == name {
			return l.params[i].Values[0], true
		}
	}
	return "", false
}

// put gives a parameter another value, or adds it.
func (l *line) put(name, value string) {
	l.params = append(l.params, Param{Name: name, Values: []string{value}})
}

// rest copies what was not taken.
func (l *line) rest() []Param {
	var out []Param
	if l.group != "" {
		out = append(out, Param{Name: "group", Values: []string{l.group}})
	}
	for _, p := range l.params {
		if p.Name == "" {
			continue
		}
		out = addParam(out, strings.ToLower(p.Name), p.Values)
	}
	return out
}

// addParam appends values to the parameter of a name, so that no name stands twice.
func addParam(params []Param, name string, values []string) []Param {
	for i := range params {
		if params[i].Name == name {
			params[i].Values = append(params[i].Values, values...)
			return params
		}
	}
	return append(params, Param{Name: name, Values: append([]string(nil), values...)})
}

// upper is strings.ToUpper for ASCII that is mostly upper case already.
func upper(s string) string {
	for i := range len(s) {
		if s[i] >= 'a' && s[i] <= 'z' {
			return strings.ToUpper(s)
		}
	}
	return s
}

// header reads everything before the value into l and returns the value as it stands.
// Values of parameters are decoded after RFC 6868 and may be quoted.
func (d *decoder) header(l *line, s string) (value, wrong string) {
	i := 0
	for i < len(s) && s[i] != ':' && s[i] != ';' {
		i++
	}
	name := s[:i]
	if i == len(s) {
		return "", "no colon"
	}
	if dot := strings.IndexByte(name, '.'); dot >= 0 {
		if l.group, name = name[:dot], name[dot+1:]; !isToken(l.group) {
			return "", "a group that is not letters, digits and hyphens"
		}
	}
	name = strings.TrimRight(name, " \t") // written so by some 2.1 devices
	if !isToken(name) {
		return "", "a name that is not letters, digits and hyphens"
	}
	l.name = upper(name)
	from := len(d.params)
	for s[i] == ';' {
		if len(d.params)-from >= d.limits.Params {
			return "", limitWord
		}
		i++
		start := i
		for i < len(s) && s[i] != '=' && s[i] != ';' && s[i] != ':' {
			i++
		}
		if i == len(s) {
			return "", "no colon"
		}
		key := strings.Trim(s[start:i], " \t")
		first := len(d.values)
		if s[i] != '=' {
			if key != "" { // a bare value, as 2.1 writes it; two semicolons in a row say nothing
				d.values = append(d.values, key)
				d.params = append(d.params, Param{bareName(key), d.values[first:len(d.values):len(d.values)]})
			}
			continue
		}
		if !isToken(key) || len(key) > maxKey {
			return "", "a parameter that is not letters, digits and hyphens"
		}
		if i, wrong = d.paramValues(s, i+1); wrong != "" {
			return "", wrong
		}
		d.params = append(d.params, Param{upper(key), d.values[first:len(d.values):len(d.values)]})
	}
	l.params = d.params[from:len(d.params):len(d.params)]
	return s[i+1:], ""
}

// paramValues reads values up to the next semicolon or colon, whose place it returns.
func (d *decoder) paramValues(s string, i int) (int, string) {
	for {
		start := i
		if i < len(s) && s[i] == '"' {
			end := strings.IndexByte(s[i+1:], '"')
			if end < 0 {
				return i, "a quotation mark is not closed"
			}
			start, i = i+1, i+1+end
			d.values = append(d.values, decodeParam(s[start:i]))
			i++
		} else {
			for i < len(s) && s[i] != ',' && s[i] != ';' && s[i] != ':' {
				i++
			}
			d.values = append(d.values, decodeParam(strings.Trim(s[start:i], " \t")))
		}
		if i == len(s) {
			return i, "no colon"
		}
		switch s[i] {
		case ',':
			i++
		case ';', ':':
			return i, ""
		default:
			return i, "text after a closing quotation mark"
		}
	}
}

// bareName says what a bare parameter value of 2.1 belongs to.
func bareName(v string) string {
	switch upper(v) {
	case "7BIT", "8BIT", "QUOTED-PRINTABLE", "BASE64":
		return "ENCODING"
	case "INLINE", "URL", "CONTENT-ID", "CID":
		return "VALUE"
	}
	return "TYPE"
}

// decodeParam undoes RFC 6868: ^n is a line break, ^' a quotation mark, ^^ a circumflex.
func decodeParam(s string) string {
	if strings.IndexByte(s, '^') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '^' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		switch i++; s[i] {
		case 'n':
			b.WriteByte('\n')
		case '\'':
			b.WriteByte('"')
		case '^':
			b.WriteByte('^')
		default:
			b.WriteByte('^')
			i--
		}
	}
	return b.String()
}

// unescape undoes \n, \N, \, \; and \\. A backslash before anything else is itself.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		switch i++; s[i] {
		case 'n', 'N':
			b.WriteByte('\n')
		case ',', ';', '\\':
			b.WriteByte(s[i])
		default:
			b.WriteByte('\\')
			i--
		}
	}
	return b.String()
}

// unescape21 leaves \n as it is: 2.1 writes line breaks in quoted-printable, and a path
// such as C:\new is text.
func unescape21(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == ',' || s[i+1] == ';' || s[i+1] == '\\') {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// cutAt cuts at the first separator that is not escaped.
func cutAt(s string, sep byte) (head, tail string, found bool) {
	i := strings.IndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	if strings.IndexByte(s[:i], '\\') < 0 { // never beyond the separator: a list is cut in linear time
		return s[:i], s[i+1:], true
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case sep:
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// escape writes text so that unescape gives it back.
func escape(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == ',' || c == ';' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ' && c != '\t' || c == 0x7f:
			// no vCard can hold it; JSPROP says what is lost here
		default:
			b = append(b, c)
		}
	}
	return b
}

// clean is text as an unescaped value can hold it: without control characters.
func clean(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; (c >= ' ' || c == '\t') && c != 0x7f {
			b = append(b, c)
		}
	}
	return b
}

// fold writes a line of any length in lines of at most 75 octets, ended by CRLF, and
// never splits a code point (RFC 6350 section 3.2).
func fold(out, l []byte) []byte {
	limit := 75
	for len(l) > limit {
		at := limit
		for at > 0 && !utf8.RuneStart(l[at]) {
			at--
		}
		if at == 0 {
			at = limit
		}
		out = append(out, l[:at]...)
		out = append(out, "\r\n "...)
		l, limit = l[at:], 74
	}
	out = append(out, l...)
	return append(out, "\r\n"...)
}
