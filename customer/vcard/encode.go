package vcard

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Version is a version of vCard. The zero value is 4.0.
type Version uint8

// The versions.
const (
	V21 Version = iota + 1 // versit vCard 2.1
	V30                    // RFC 2426
	V40                    // RFC 6350
)

// String is "2.1", "3.0" or "4.0"; "4.0" for the zero value.
func (v Version) String() string {
	switch v {
	case V21:
		return "2.1"
	case V30:
		return "3.0"
	case 0, V40:
		return "4.0"
	}
	return "unknown"
}

// MarshalText writes the version; a value that is none is ErrVersion.
func (v Version) MarshalText() ([]byte, error) {
	if v > V40 {
		return nil, ErrVersion
	}
	return []byte(v.String()), nil
}

// UnmarshalText reads what String writes; anything else is ErrVersion.
func (v *Version) UnmarshalText(text []byte) error {
	for _, known := range []Version{V21, V30, V40} {
		if known.String() == string(text) {
			*v = known
			return nil
		}
	}
	return ErrVersion
}

// EncodeOptions say how to write cards. Nil is the same as the zero value.
type EncodeOptions struct {
	Version Version // default 4.0
}

// Encode writes cards. Each reads back as the same card (up to [Card.Equal]) in every
// version: what no property of vCard holds goes into JSPROP (RFC 9555), and every card
// is read back before it is given out. A card that [Card.Check] refuses is an error, and
// nothing is written then; the faults of all cards are joined.
//
// Lines are folded at 75 octets and end in CRLF, and no code point is split. Values of
// 2.1 are ASCII: other text is quoted-printable UTF-8; a single parameter of 2.1 that is
// longer than a line is not folded.
func Encode(cards []Card, o *EncodeOptions) ([]byte, error) {
	v := V40
	if o != nil && o.Version != 0 {
		v = o.Version
	}
	if v > V40 {
		return nil, ErrVersion
	}
	var f faults
	var out []byte
	e := encoder{v: v}
	for i := range cards {
		if out = e.card(out, &cards[i], &f); f.any() && len(cards) > 1 {
			f.put(fmt.Errorf("vcard: in card %d of %d", i+1, len(cards)))
		}
	}
	if f.any() {
		return nil, f.join()
	}
	return out, nil
}

// encoder writes properties into out.
type encoder struct {
	v     Version
	out   []byte
	buf   []byte
	val   []byte
	c     *Card
	held  map[string][]string // kept properties that a scalar's line came from, by name
	used  map[string]bool     // groups
	item  int
	group string // of the next line, if it has none of its own

	variants map[string][]variant // of entries, by their path
	tie      tie
	firms    map[string]string // groups of organisations that titles name, by their ID
}

// card writes one card, reads it back and adds what was lost.
func (e *encoder) card(out []byte, c *Card, f *faults) []byte {
	e.c, e.out, e.item, e.used, e.held = c, nil, 0, nil, nil
	for _, p := range c.Properties {
		if e.held == nil {
			e.held = map[string][]string{}
		}
		e.held[p.Name] = append(e.held[p.Name], p.Value)
	}
	e.findVariants()
	e.findFirms()
	e.out = append(e.out, "BEGIN:VCARD\r\nVERSION:"+e.v.String()+"\r\n"...)
	e.properties()
	end := len(e.out)
	e.out = append(e.out, "END:VCARD\r\n"...)
	got, equal := e.readBack(c)
	if equal && reflect.DeepEqual(&got, c) { // which no card that Check refuses can be
		return append(out, e.out...)
	}
	if err := c.Check(); err != nil {
		f.put(err)
		return out
	}
	if equal {
		return append(out, e.out...)
	}
	want, have := c.tree(), got.tree()
	body := append([]byte(nil), e.out[:end]...)
	whole := make([]difference, 0, len(want.Members))
	for _, m := range want.Members {
		if h, ok := have.Lookup(m.Key); !ok || !same(h, &m.Value) {
			whole = append(whole, difference{escapePointer(m.Key), m.Value})
		}
	}
	for _, diffs := range [][]difference{differences(&want, &have), append(whole, surplus(&want, &have)...)} {
		e.out = append([]byte(nil), body...)
		for _, d := range diffs {
			e.begin("", "JSPROP")
			e.param("JSPTR", d.path)
			e.text(string(appendJSON(nil, &d.value)))
		}
		e.out = append(e.out, "END:VCARD\r\n"...)
		if _, equal = e.readBack(c); equal {
			return append(out, e.out...)
		}
	}
	f.add(ErrValue, 0, "", "the card cannot be written so that it reads back the same")
	return out
}

func surplus(want, have *node) (out []difference) {
	for _, m := range have.Members {
		if _, ok := want.Lookup(m.Key); !ok {
			out = append(out, difference{escapePointer(m.Key), node{}})
		}
	}
	return out
}

// readBack decodes what was written for a card.
func (e *encoder) readBack(c *Card) (got Card, equal bool) {
	const most = 1 << 30
	cards, _ := Decode(e.out, &DecodeOptions{Tolerant: true, Bytes: most, Line: most, Properties: most, Params: most, Depth: 1000})
	if len(cards) != 1 {
		return got, false
	}
	return cards[0], cards[0].Equal(c)
}

// begin starts a property.
func (e *encoder) begin(group, name string) {
	e.buf, e.val = e.buf[:0], e.val[:0]
	if group != "" {
		e.buf = append(append(e.buf, group...), '.')
	}
	e.buf = append(e.buf, name...)
}

// param writes a parameter, quoted where it has to be, and encoded after RFC 6868.
func (e *encoder) param(name string, values ...string) {
	e.buf = append(append(append(e.buf, ';'), name...), '=')
	for i, v := range values {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		quoted := v == "" || strings.ContainsAny(v, ",;: \t\"")
		if quoted {
			e.buf = append(e.buf, '"')
		}
		for j := range len(v) {
			switch c := v[j]; {
			case c == '^':
				e.buf = append(e.buf, '^', '^')
			case c == '\n':
				e.buf = append(e.buf, '^', 'n')
			case c == '"':
				e.buf = append(e.buf, '^', '\'')
			case c < ' ' && c != '\t' || c == 0x7f:
			default:
				e.buf = append(e.buf, c)
			}
		}
		if quoted {
			e.buf = append(e.buf, '"')
		}
	}
}

// open begins a property of an object with a label and kept parameters.
func (e *encoder) open(name string, kept *Kept, label string) (group string) {
	group, _ = kept.Param("group")
	if !isToken(group) {
		group = ""
	}
	if label != "" && group == "" {
		group = e.freeGroup()
	}
	if group == "" {
		group, e.group = e.group, ""
	}
	e.begin(group, name)
	if e.tie.altid != "" {
		e.param("ALTID", e.tie.altid)
	}
	if e.tie.language != "" {
		e.param("LANGUAGE", e.tie.language)
	}
	return group
}

// findFirms gives the organisations that titles name a group, by which a vCard says so.
func (e *encoder) findFirms() {
	e.firms, e.group = nil, ""
	for i := range e.c.Titles {
		if id := e.c.Titles[i].OrganizationID; id != "" {
			if e.firms == nil {
				e.firms = map[string]string{}
			}
			e.firms[id] = ""
		}
	}
	if e.firms == nil {
		return
	}
	for i := range e.c.Organizations {
		o := &e.c.Organizations[i]
		if _, named := e.firms[o.ID]; !named {
			continue
		}
		group, ok := o.Param("group")
		if !ok || !isToken(group) {
			group = e.freeGroup()
		}
		e.firms[o.ID] = group
	}
}

// kept writes the kept parameters.
func (e *encoder) kept(kept *Kept) {
	for _, p := range kept.Params {
		if e.tie.language != "" && (p.Name == "altid" || p.Name == "language" || p.Name == "prop-id") {
			continue
		}
		if p.Name != "group" && len(p.Values) > 0 {
			e.param(upper(p.Name), p.Values...)
		}
	}
}

func (e *encoder) label(group, label string) {
	if label != "" {
		e.begin(group, "X-ABLabel")
		e.text(label)
	}
}

// freeGroup numbers a group as Apple does, and takes no name that a kept one has.
func (e *encoder) freeGroup() string {
	if e.used == nil {
		e.used = map[string]bool{}
		e.c.eachKept(func(k *Kept) {
			if g, ok := k.Param("group"); ok {
				e.used[g] = true
			}
		})
	}
	for {
		e.item++
		if g := "item" + strconv.Itoa(e.item); !e.used[g] {
			return g
		}
	}
}

// eachKept visits the kept parameters of all that has a line with a group.
func (c *Card) eachKept(visit func(*Kept)) {
	for i := range c.Properties {
		visit(&Kept{Params: c.Properties[i].Params})
	}
	tree := c.tree()
	var walk func(n *node)
	walk = func(n *node) {
		for i := range n.Members {
			m := &n.Members[i]
			if m.Key == "vCardParams" {
				params, _ := readParams(&m.Value)
				visit(&Kept{Params: params})
			}
			walk(&m.Value)
		}
		for i := range n.Items {
			walk(&n.Items[i])
		}
	}
	walk(&tree)
}

// text ends a property with an escaped text.
func (e *encoder) text(s string) {
	e.val = e.escape(e.val, s)
	e.end()
}

// raw ends a property with a value that is not escaped, such as a URI.
func (e *encoder) raw(s string) {
	e.val = clean(e.val, s)
	e.end()
}

func (e *encoder) escape(b []byte, s string) []byte {
	if e.v != V21 {
		return escape(b, s)
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c == ',' || c == ';' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ' && c != '\t' && c != '\n' || c == 0x7f:
		default:
			b = append(b, c)
		}
	}
	return b
}

// end writes the property.
func (e *encoder) end() {
	if e.v == V21 {
		switch encoded := strings.Contains(string(e.buf), ";ENCODING="); {
		case encoded: // by a kept parameter: a line break here would begin another line
			e.val = clean(e.val[:0], string(e.val))
		case len(e.buf)+1+len(e.val) > 75 || !printable(e.val):
			e.quotedPrintable()
			return
		}
	}
	e.buf = append(append(e.buf, ':'), e.val...)
	e.out = fold(e.out, e.buf)
}

func printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// quotedPrintable writes a line of 2.1 with soft line breaks. A line never begins like
// a line of the frame.
func (e *encoder) quotedPrintable() {
	const hexDigits = "0123456789ABCDEF"
	column := e.foldHeader()
	head := ";ENCODING=QUOTED-PRINTABLE:"
	if !isASCII(e.val) {
		head = ";CHARSET=UTF-8" + head
	}
	if column+len(head) > 74 {
		e.out = append(e.out, "\r\n "...)
		column = 1
	}
	e.out = append(e.out, head...)
	column += len(head)
	put := func(b ...byte) {
		if column+len(b) > 74 {
			e.out = append(e.out, "=\r\n"...)
			column = 0
		}
		e.out = append(e.out, b...)
		column += len(b)
	}
	for i, c := range e.val {
		switch {
		case c == '\n':
			put('=', '0', 'D', '=', '0', 'A')
		case c < ' ' || c > '~' || c == '=' || (c == ' ' && i+1 == len(e.val)) || (column == 0 || column+1 > 74) && strings.IndexByte("BbEe \t", c) >= 0:
			put('=', hexDigits[c>>4], hexDigits[c&15])
		default:
			put(c)
		}
	}
	e.out = append(e.out, "\r\n"...)
}

// foldHeader writes name and parameters of 2.1, with a line break before a parameter
// that does not fit, where a blank changes nothing.
func (e *encoder) foldHeader() (column int) {
	quoted, from := false, 0
	put := func(part []byte) {
		if column > 0 && column+len(part) > 75 {
			e.out = append(e.out, "\r\n "...)
			column = 1
		}
		e.out = append(e.out, part...)
		column += len(part)
	}
	for i, c := range e.buf {
		if c == '"' {
			quoted = !quoted
		}
		if c == ';' && !quoted && i > from {
			put(e.buf[from:i])
			from = i
		}
	}
	put(e.buf[from:])
	return column
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
