package vcard

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// nameKind is the kind of a component by its place in N: RFC 6350 section 6.2.2, and
// RFC 9554 section 2.2 for the last two.
func nameKind(at int) string {
	return [...]string{"surname", "given", "given2", "title", "credential", "surname2", "generation"}[at]
}

const nameParts = 7

// nameOrder is the order of components where JSCOMPS states none.
func nameOrder(i int) int { return [...]int{3, 1, 2, 0, 5, 6, 4}[i] }

// name reads N. A further N without PHONETIC is another way to write the name, kept as
// it is, and a fault unless ALTID says so.
func (d *decoder) name(l *line) bool {
	n := &d.c.Name
	if len(n.Components) > 0 || len(n.Params) > 0 {
		if _, alternative := l.has("ALTID"); !alternative {
			d.faults.add(ErrDuplicate, l.no, "N", "the first one counts")
		}
		return false
	}
	var parts [nameParts]string
	if !cutParts(l.value, parts[:]) {
		d.faults.add(ErrValue, l.no, "N", "more than %d components", nameParts)
		return false
	}
	if comps, ok := l.has("JSCOMPS"); ok {
		if list, sep, ok := ordered(comps, parts[:], d.unescape); ok {
			l.take("JSCOMPS")
			n.Ordered, n.DefaultSeparator = true, sep
			for _, p := range list {
				c := NameComponent{Kind: "separator", Value: p.value}
				if p.at >= 0 {
					c.Kind = nameKind(p.at)
				}
				n.Components = append(n.Components, c)
			}
		} else {
			d.faults.add(ErrValue, l.no, "N", "JSCOMPS does not fit the components")
		}
	}
	if !n.Ordered {
		ownParts(&parts)
		n.Components = make(List[NameComponent], 0, 1+strings.Count(l.value, ",")+filled(parts[:]))
		for i := range nameParts {
			d.values4(parts[nameOrder(i)], func(_ int, v string) {
				n.Components = append(n.Components, NameComponent{Kind: nameKind(nameOrder(i)), Value: v})
			})
		}
		if len(n.Components) == 0 {
			n.Components = nil
		}
	}
	d.sortAs(l)
	n.Params = l.rest()
	return true
}

func filled(parts []string) (n int) {
	for _, p := range parts {
		if p != "" {
			n++
		}
	}
	return n
}

// cutParts cuts a value at its semicolons; what follows the last part must be empty.
func cutParts(s string, parts []string) bool {
	for i := range parts {
		var more bool
		if parts[i], s, more = cutAt(s, ';'); !more {
			return true
		}
	}
	return strings.Trim(s, ";") == ""
}

// values4 gives the values of one component that are not empty, with their place.
func (d *decoder) values4(part string, add func(at int, value string)) {
	if part == "" {
		return
	}
	for i, more := 0, true; more; i++ {
		var head string
		head, part, more = cutAt(part, ',')
		if head != "" {
			add(i, d.unescape(head))
		}
	}
}

// ownParts takes from the surnames the second ones, and from the credentials the
// generations, that RFC 9554 writers repeat there for older readers (RFC 9555 section
// 2.5.5, table 1). A surname is always left.
func ownParts(parts *[nameParts]string) {
	parts[0] = without(parts[0], parts[5], true)
	parts[4] = without(parts[4], parts[6], false)
}

// without takes each value of again once from a list, the last ones first.
func without(list, again string, leave bool) string {
	if again == "" || list == "" {
		return list
	}
	cut := func(s string) (out []string) {
		for more := true; more; {
			var head string
			head, s, more = cutAt(s, ',')
			out = append(out, head)
		}
		return out
	}
	count := map[string]int{}
	for _, v := range cut(again) {
		count[v]++
	}
	values := cut(list)
	left := len(values)
	own := make([]string, 0, left)
	for _, v := range slices.Backward(values) {
		if v != "" && count[v] > 0 && (left > 1 || !leave) {
			count[v]--
			left--
			continue
		}
		own = append(own, v)
	}
	slices.Reverse(own)
	return strings.Join(own, ",")
}

// sortAs reads SORT-AS of a name: surname, then given name.
func (d *decoder) sortAs(l *line) {
	for i := range l.params {
		p := &l.params[i]
		if p.Name != "SORT-AS" || len(d.c.Name.SortAs) > 0 {
			continue
		}
		var values []string
		for _, v := range p.Values {
			values = append(values, strings.Split(v, ",")...)
		}
		if len(values) > 2 || values[0] == "" {
			continue
		}
		p.Name = ""
		for j, v := range values {
			if v = strings.TrimSpace(v); v != "" {
				d.c.Name.SortAs = append(d.c.Name.SortAs, Text{nameKind(j), v})
			}
		}
	}
}

// placed is a component by its place, or a separator (at < 0).
type placed struct {
	at, index int
	value     string
}

// ordered reads JSCOMPS (RFC 9555 section 3.3.1): a default separator, then places and
// separators in the order of the name or address. Every value must be named once, but for
// those that stand in two places (see ownParts), which may be.
func ordered(comps string, parts []string, unescape func(string) string) (list []placed, sep string, ok bool) {
	values := make([][]string, len(parts))
	total := 0
	for i, p := range parts {
		for more := p != ""; more; {
			var head string
			head, p, more = cutAt(p, ',')
			values[i] = append(values[i], unescape(head))
			total++
		}
	}
	again := repeated(values)
	head, rest, more := cutAt(comps, ';')
	if head != "" {
		text, isSep := strings.CutPrefix(head, "s,")
		if !isSep {
			return nil, "", false
		}
		sep = unescapeSeparator(text)
	}
	for more {
		head, rest, more = cutAt(rest, ';')
		if text, isSep := strings.CutPrefix(head, "s,"); isSep {
			list = append(list, placed{at: -1, value: unescapeSeparator(text)})
			continue
		}
		place, index, _ := strings.Cut(head, ",")
		at, err := strconv.Atoi(place)
		i := 0
		if err == nil && index != "" {
			i, err = strconv.Atoi(index)
		}
		if err != nil || at < 0 || at >= len(parts) || i < 0 || i >= len(values[at]) || values[at][i] == "" {
			return nil, "", false
		}
		list = append(list, placed{at, i, values[at][i]})
		values[at][i] = ""
		total--
	}
	return list, sep, total == 0 || total == again
}

// repeated counts the values of a name that stand in a place for older readers too.
func repeated(values [][]string) (n int) {
	if len(values) != nameParts {
		return 0
	}
	for _, p := range [...]struct{ all, again int }{{0, 5}, {4, 6}} {
		count := map[string]int{}
		for _, v := range values[p.again] {
			count[v]++
		}
		for _, v := range values[p.all] {
			if v != "" && count[v] > 0 {
				count[v]--
				n++
			}
		}
	}
	return n
}

// unescapeSeparator undoes the escapes of a separator in JSCOMPS.
func unescapeSeparator(s string) string { return unescape(s) }

// phonetic puts the readings of a second N onto the components of the first. It reports
// false where they do not fit, or the line says more.
func (d *decoder) phonetic(l *line) bool {
	n := &d.c.Name
	var parts [nameParts]string
	if n.PhoneticScript != "" || n.PhoneticSystem != "" || !cutParts(l.value, parts[:]) {
		return false
	}
	altid, _ := l.has("ALTID")
	if own, ok := n.Param("altid"); ok && own != altid {
		return false
	}
	system, script, whole := phoneticOf(l)
	if lang, there := l.has("LANGUAGE"); there {
		own, ok := n.Param("language")
		whole = whole && ok && strings.EqualFold(lang, own) // else the line is kept beside the reading
	}
	if l.group != "" || system == "" && script == "" || !d.read(n, parts) {
		return false
	}
	n.PhoneticSystem, n.PhoneticScript = system, script
	if altid == canonicalAltID("") { // the encoder says it again
		n.dropParam("altid")
	}
	return whole
}

// read sets the readings of a name by place; nothing is set where one has no component.
func (d *decoder) read(n *Name, parts [nameParts]string) bool {
	ownParts(&parts)
	return d.readings4(parts[:], nameKind, len(n.Components), func(i int) (string, *string) {
		return n.Components[i].Kind, &n.Components[i].Phonetic
	})
}

// readAddress does the same for an address.
func (d *decoder) readAddress(a *Address, parts [addressParts]string) bool {
	if filled(parts[oldParts:]) > 0 {
		parts[1], parts[2] = "", ""
	}
	return d.readings4(parts[:], addressKind, len(a.Components), func(i int) (string, *string) {
		return a.Components[i].Kind, &a.Components[i].Phonetic
	})
}

// readings4 gives each component the reading that stands at its place.
func (d *decoder) readings4(parts []string, kind func(at int) string, n int, component func(i int) (kind string, phonetic *string)) bool {
	if n > maxComponents {
		return false
	}
	found := make([]string, n)
	some := false
	for at := range parts {
		if parts[at] == "" {
			continue
		}
		var places []int
		for i := range n {
			if k, _ := component(i); k == kind(at) {
				places = append(places, i)
			}
		}
		fits := true
		d.values4(parts[at], func(i int, v string) {
			if i >= len(places) {
				fits = false
				return
			}
			found[places[i]], some = v, true
		})
		if !fits {
			return false
		}
	}
	for i := range found {
		_, phonetic := component(i)
		*phonetic = found[i]
	}
	return some
}

// apple reads X-PHONETIC-FIRST-NAME and its kin. The script is the one that all its
// letters are of; where there is no such one, the line is kept as it is.
func (d *decoder) apple(l *line, kind string) bool {
	n := &d.c.Name
	value := d.unescape(l.value)
	script := scriptOf(value)
	if len(l.rest()) > 0 || script == "" || n.PhoneticSystem != "" || n.PhoneticScript != "" && n.PhoneticScript != script {
		return false
	}
	for i := range n.Components {
		if c := &n.Components[i]; c.Kind == kind && c.Phonetic == "" {
			c.Phonetic, n.PhoneticScript = value, script
			return true
		}
	}
	return false
}

// scriptOf names the script that all letters of a text are of; empty: there is none.
func scriptOf(s string) string {
	tables := [...]struct {
		name  string
		table *unicode.RangeTable
	}{
		{"Kana", unicode.Katakana},
		{"Hira", unicode.Hiragana},
		{"Latn", unicode.Latin},
		{"Hang", unicode.Hangul},
		{"Bopo", unicode.Bopomofo},
		{"Cyrl", unicode.Cyrillic},
	}
	for _, t := range tables {
		letters, all := 0, true
		for _, r := range s {
			switch {
			case unicode.Is(t.table, r):
				letters++
			case unicode.IsLetter(r) && r != 'ー' && r != 'ｰ':
				all = false
			}
		}
		if all && letters > 0 {
			return t.name
		}
	}
	return ""
}

// second reads the lines that add to what others said.
func (d *decoder) second(l *line, at int) bool {
	if l.name == "N" || strings.HasPrefix(l.name, "X-PHONETIC") {
		if d.readings++; d.readings > 16 {
			return false // a bound, so that the work stays linear
		}
	}
	switch l.name {
	case "N":
		return d.phonetic(l)
	case "X-PHONETIC-FIRST-NAME":
		return d.apple(l, "given")
	case "X-PHONETIC-MIDDLE-NAME":
		return d.apple(l, "given2")
	case "X-PHONETIC-LAST-NAME":
		return d.apple(l, "surname")
	case "SORT-STRING":
		if len(l.rest()) > 0 || len(d.c.Name.SortAs) > 0 || l.value == "" || len(d.c.Name.Components) == 0 || strings.Contains(l.value, ",") {
			return false
		}
		d.c.Name.SortAs = []Text{{"surname", d.unescape(l.value)}}
		return true
	case "GEO", "TZ":
		return d.ofAddress(l)
	case "X-ABLABEL":
		g := d.groups[l.group]
		return l.group != "" && g != nil && g.label == at && g.used
	case "LABEL":
		return d.fullAddress(l)
	case "BIRTHPLACE":
		return d.place(l, "birth")
	case "DEATHPLACE":
		return d.place(l, "death")
	}
	return false
}
