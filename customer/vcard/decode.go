package vcard

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// DecodeOptions say how to read cards. Nil is the same as the zero value.
type DecodeOptions struct {
	// Tolerant keeps what can be kept of a faulty input. By default an input with a
	// fault gives no card.
	Tolerant bool
	// Charset is the character set of values of 2.1 cards that are not UTF-8 and name
	// none, and of a table of CSV that is not UTF-8; empty: such values are a fault. It is
	// never guessed.
	Charset string
	// Charsets decodes character sets beyond those built in (UTF-8, ASCII, ISO 8859-1,
	// -2 and -15, windows-1250 to -1252, KOI8-R, Shift_JIS, EUC-JP, ISO-2022-JP).
	Charsets func(name string, data []byte) (string, error)

	Bytes      int // of the whole input, or of one card of a stream; default 64 MiB
	Line       int // bytes of one unfolded line; default 8 MiB
	Properties int // of one card; default 5,000
	Params     int // of one property; default 64
	Cards      int // default 1,000,000
	Depth      int // of cards inside a card (AGENT of 2.1) and of JSON; default 32, at most 1,000
}

func (o *DecodeOptions) orDefault() DecodeOptions {
	var out DecodeOptions
	if o != nil {
		out = *o
	}
	for _, l := range []struct {
		field *int
		def   int
	}{
		{&out.Bytes, 64 << 20},
		{&out.Line, 8 << 20},
		{&out.Properties, 5000},
		{&out.Params, 64},
		{&out.Cards, 1_000_000},
		{&out.Depth, 32},
	} {
		if *l.field <= 0 {
			*l.field = l.def
		}
	}
	out.Depth = min(out.Depth, 1000)
	return out
}

const limitWord = "limit"

// errStop ends a reading after a limit.
var errStop = errors.New("vcard: stop")

// Decode reads all cards of a text, in their order: vCard 2.1, 3.0 and 4.0, also mixed.
// The error joins every fault, each a [*Fault] with its line, up to 100. By default
// there are no cards when there is a fault; a tolerant reading gives what it could keep
// beside the error: what does not fit its property is kept in Card.Properties, and a
// line that is none, or not in its encoding, is kept as it stood: [Card.Malformed]. A line
// outside every card is of none: it is reported with its number, and not put into a card
// that may be another person's. A card that the next one begins inside of ends there. A
// text without a card is no cards and no error.
//
// The work is linear in the length of the text. No input panics.
func Decode(data []byte, o *DecodeOptions) ([]Card, error) {
	opts := o.orDefault()
	d := newDecoder(&opts)
	if len(data) > opts.Bytes {
		d.limit(0, "%d bytes, at most %d", len(data), opts.Bytes)
		return nil, d.faults.join()
	}
	s := strings.TrimPrefix(string(data), bom)
	if strings.IndexByte(s, '\n') < 0 {
		s = strings.ReplaceAll(s, "\r", "\n") // line ends of old
	}
	cards := make([]Card, 0, min(strings.Count(s, "BEGIN:VCARD"), opts.Cards, 256))
	no := 1
	for s != "" {
		block, rest, lines, err := d.frame(s, no)
		if err != nil {
			break
		}
		if block.found {
			if len(cards) == opts.Cards {
				d.limit(no, "more than %d cards", opts.Cards)
				break
			}
			cards = append(cards, Card{})
			if d.card(&cards[len(cards)-1], block.text, block.no) != nil {
				break
			}
		}
		s, no = rest, no+lines
	}
	if d.faults.any() && !opts.Tolerant || len(cards) == 0 {
		cards = nil
	}
	return cards, d.faults.join()
}

// decoder reads cards one after another; its buffers are used again for each.
type decoder struct {
	options  *DecodeOptions
	limits   *DecodeOptions
	charset  string
	faults   faults
	version  Version
	lines    []line
	params   []Param
	values   []string
	groups   map[string]*group // of the card, where a label names one
	known    map[entry]int     // values of lists without duplicates, by their place
	explicit bool              // a PROP-ID was read
	c        *Card
	later    []int // lines that need the others
	patches  []int // lines with a JSPROP
	readings int   // lines with a reading of the name

	malformed []string // lines to keep as they stood
	broken    []int    // lines that an earlier reading kept so
	versions  int      // lines that state one

	titled       bool           // a title or role is in a group
	places       map[string]int // the addresses of groups; below zero: several
	genders      []Text         // in other languages
	altids       bool           // a line has an ALTID
	spoken       string         // LANGUAGE of the card
	alternatives []*alternatives
}

func newDecoder(o *DecodeOptions) *decoder {
	return &decoder{
		options: o, limits: o, charset: o.Charset,
		lines: make([]line, 0, 16), params: make([]Param, 0, 12), values: make([]string, 0, 12),
	}
}

func (d *decoder) limit(line int, format string, args ...any) {
	d.faults.add(ErrLimit, line, "", format, args...)
}

const bom = "\uFEFF"

// isBlank reports whether a line has nothing but blanks.
func isBlank(l string) bool {
	for i := range len(l) {
		if l[i] != ' ' && l[i] != '\t' {
			return false
		}
	}
	return true
}

// cutLine cuts off a physical line without its end.
func cutLine(s string) (l, rest string) {
	l, rest, _ = strings.Cut(s, "\n")
	for len(l) > 0 && l[len(l)-1] == '\r' {
		l = l[:len(l)-1]
	}
	return l, rest
}

func isFrame(l, frame string) bool {
	if len(l) > 0 && l[0] == bom[0] { // files that were put together
		l = strings.TrimPrefix(l, bom)
	}
	return len(l) >= len(frame) && (l[0]|0x20 == frame[0]|0x20) && strings.EqualFold(strings.TrimRight(l, " \t"), frame)
}

// block is the inside of a card.
type block struct {
	text  string
	no    int // of its first line
	found bool
}

// frame finds the next card of s, whose first line is no. Without a card found, all of
// s was read.
func (d *decoder) frame(s string, no int) (b block, rest string, lines int, err error) {
	depth, at := 0, 0
	agent := false // the last line is an AGENT that a card follows
	for at < len(s) {
		l, tail, folds := cutFrame(s[at:])
		lines += folds
		next := len(s) - len(tail)
		switch {
		case isFrame(l, beginCard) && depth > 0 && !agent:
			d.faults.add(ErrSyntax, b.no-1, "", noEnd)
			b.text, b.found = b.text[:len(b.text)-(len(s)-at)], true
			return b, s[at:], lines - folds, nil
		case isFrame(l, beginCard) || depth > 0 && isInlineAgent(l):
			if depth++; depth == 1 {
				b.no, b.text = no+lines, tail
			} else if depth > d.limits.Depth {
				d.limit(no+lines-1, "cards nested deeper than %d", d.limits.Depth)
				return b, "", lines, errStop
			}
		case isFrame(l, endCard) && depth > 0:
			if depth--; depth == 0 {
				b.text, b.found = b.text[:len(b.text)-(len(s)-at)], true
				return b, tail, lines, nil
			}
		case depth == 0 && !isBlank(l):
			d.faults.add(ErrSyntax, no+lines-folds, "", "outside a card")
		}
		if !isBlank(l) {
			agent = isAgent(l)
		}
		at = next
	}
	if depth > 0 {
		d.faults.add(ErrSyntax, b.no-1, "", noEnd)
		b.found = true
	}
	return b, "", lines, nil
}

const (
	beginCard = "BEGIN:VCARD"
	endCard   = "END:VCARD"
	noEnd     = "the card has no end"
)

// cutFrame cuts off a line as cutLine does, and unfolds it where it is the beginning of
// a line of the frame or of a VERSION. It tells how many lines it took.
func cutFrame(s string) (l, rest string, lines int) {
	l, rest = cutLine(s)
	lines = 1
	for rest != "" && (rest[0] == ' ' || rest[0] == '\t') && beginsFrame(l) {
		var next string
		next, rest = cutLine(rest)
		l += next[1:]
		lines++
	}
	return l, rest, lines
}

func beginsFrame(l string) bool {
	if len(l) > 0 && l[0] == bom[0] {
		l = strings.TrimPrefix(l, bom)
	}
	if len(l) == 0 || len(l) > len(beginCard) {
		return false
	}
	for _, frame := range [...]string{beginCard, endCard, "VERSION:4.0", "VERSION:3.0", "VERSION:2.1"} {
		if len(l) < len(frame) && strings.EqualFold(l, frame[:len(l)]) {
			return true
		}
	}
	return false
}

// isAgent reports whether a line is an AGENT without a value, which a card follows.
func isAgent(l string) bool {
	if l == "" || l[len(l)-1] != ':' && l[len(l)-1] != ' ' && l[len(l)-1] != '\t' {
		return false
	}
	if l = strings.TrimRight(l, " \t"); !strings.HasSuffix(l, ":") {
		return false
	}
	name := l[:strings.IndexAny(l, ":;")]
	return strings.EqualFold(name[strings.IndexByte(name, '.')+1:], "AGENT")
}

// isInlineAgent reports whether a line is an AGENT on which a card begins.
func isInlineAgent(l string) bool {
	if len(l) <= len(beginCard) || l[len(l)-1]|0x20 != 'd' && l[len(l)-1] != ' ' && l[len(l)-1] != '\t' {
		return false
	}
	at := len(l) - len(strings.TrimRight(l, " \t"))
	head, ok := cutFold(l[:len(l)-at], beginCard)
	return ok && isAgent(head)
}

// cutFold cuts off a suffix without regard to case.
func cutFold(s, suffix string) (string, bool) {
	n := len(s) - len(suffix)
	if n < 1 || !strings.EqualFold(s[n:], suffix) {
		return s, false
	}
	return s[:n], true
}

// card reads the lines of one card.
func (d *decoder) card(c *Card, s string, no int) error {
	d.c, d.lines, d.params, d.values = c, d.lines[:0], d.params[:0], d.values[:0]
	d.groups, d.known, d.explicit, d.later, d.patches = nil, nil, false, d.later[:0], d.patches[:0]
	d.titled, d.places, d.genders = false, nil, nil
	d.malformed, d.broken, d.versions = nil, d.broken[:0], 0
	d.readings, d.altids, d.alternatives = 0, false, d.alternatives[:0]
	d.findVersion(s, no)
	for s != "" {
		l, rest, n := d.logical(s)
		first := no
		s, no = rest, no+n
		if len(l) > d.limits.Line {
			d.limit(first, "a line of %d bytes, at most %d", len(l), d.limits.Line)
			return errStop
		}
		if isBlank(l) {
			continue
		}
		inline := isInlineAgent(l)
		if inline || isFrame(l, beginCard) {
			if inline {
				l, _ = cutFold(strings.TrimRight(l, " \t"), beginCard)
				if len(d.lines) < d.limits.Properties && d.line(l, first) != nil {
					return errStop
				}
			}
			var inner string
			inner, s, n = innerCard(s)
			no += n
			d.nest(first, inner)
			continue
		}
		if len(d.lines) == d.limits.Properties {
			d.limit(first, "more than %d properties", d.limits.Properties)
			return errStop
		}
		if d.line(l, first) != nil {
			return errStop
		}
	}
	d.interpret()
	return nil
}

// innerCard cuts a card inside a card, after its first line.
func innerCard(s string) (text, rest string, lines int) {
	rest = s
	for depth := 1; rest != "" && depth > 0; {
		var l string
		var n int
		l, rest, n = cutFrame(rest)
		lines += n
		if isFrame(l, beginCard) || isInlineAgent(l) {
			depth++
		} else if isFrame(l, endCard) {
			depth--
		}
	}
	return s[:len(s)-len(rest)], rest, lines
}

// nest makes a card inside the value of the property before it, as 3.0 writes one.
func (d *decoder) nest(no int, inner string) {
	whole := beginCard + "\n" + strings.ReplaceAll(strings.TrimRight(inner, "\r\n"), "\r\n", "\n") + "\n"
	if n := len(d.lines); n > 0 && d.lines[n-1].name == "AGENT" && strings.Trim(d.lines[n-1].value, " \t") == "" {
		d.lines[n-1].value = string(escape(nil, strings.ToValidUTF8(whole, "\uFFFD")))
		if !utf8.ValidString(whole) {
			d.faults.add(ErrEncoding, no, "AGENT", "not UTF-8")
			d.malformed = append(d.malformed, whole)
		}
		return
	}
	d.faults.add(ErrSyntax, no, "", "a card inside a card, and not of an AGENT")
	d.malformed = append(d.malformed, whole)
}

// findVersion sets the version before the first line is unfolded.
func (d *decoder) findVersion(s string, no int) {
	d.version = V40
	depth := 0
	for rest := s; rest != ""; {
		var l string
		l, rest, _ = cutFrame(rest)
		switch {
		case isFrame(l, beginCard) || isInlineAgent(l):
			depth++
		case depth > 0 && isFrame(l, endCard):
			depth--
		}
		if depth > 0 || len(l) < len("VERSION:") || !strings.EqualFold(l[:7], "VERSION") || l[7] != ':' && l[7] != ';' {
			continue
		}
		switch strings.TrimSpace(l[strings.LastIndexByte(l, ':')+1:]) {
		case "2.1":
			d.version = V21
		case "3.0":
			d.version = V30
		case "4.0":
			d.version = V40
		default:
			d.faults.add(ErrVersion, no-1, "VERSION", "read as 4.0")
		}
		return
	}
	d.faults.add(ErrVersion, no-1, "VERSION", "not stated, read as 4.0")
}

// logical unfolds one line: RFC 6350 section 3.2 drops the blank that begins a
// continuation, 2.1 keeps it. Soft line breaks of quoted-printable are undone too.
func (d *decoder) logical(s string) (l, rest string, lines int) {
	l, rest = cutLine(s)
	lines = 1
	blank := func() bool { return rest != "" && (rest[0] == ' ' || rest[0] == '\t') }
	soft := strings.HasSuffix(l, "=") && isQuotedPrintable(l)
	if !soft && !blank() {
		return l, rest, lines
	}
	var b strings.Builder
	b.WriteString(l)
	for !soft && blank() {
		var next string
		next, rest = cutLine(rest)
		lines++
		if d.version != V21 {
			next = next[1:]
		}
		b.WriteString(next)
	}
	l = b.String()
	if !strings.HasSuffix(l, "=") || !isQuotedPrintable(l) {
		return l, rest, lines
	}
	b.Reset()
	for l = l[:len(l)-1]; rest != ""; {
		b.WriteString(l)
		l, rest = cutLine(rest)
		lines++
		if !strings.HasSuffix(l, "=") {
			break
		}
		l = l[:len(l)-1]
	}
	b.WriteString(l)
	return b.String(), rest, lines
}

func isQuotedPrintable(l string) bool {
	quoted := false
	for i := range len(l) {
		switch {
		case l[i] == '"':
			quoted = !quoted
		case l[i] == ':' && !quoted:
			return strings.Contains(upper(l[:i]), "QUOTED-PRINTABLE")
		}
	}
	return false
}

// line parses one unfolded line.
func (d *decoder) line(s string, no int) error {
	l := line{no: no}
	raw, wrong := d.header(&l, s)
	if wrong == limitWord {
		d.limit(no, "more than %d parameters", d.limits.Params)
		return errStop
	}
	if wrong != "" {
		d.faults.add(ErrSyntax, no, "", "%s", wrong)
		d.malformed = append(d.malformed, s)
		return nil
	}
	before := d.faults.count()
	for i := range l.params {
		d.altids = d.altids || l.params[i].Name == "ALTID"
		for j, v := range l.params[i].Values {
			if !utf8.ValidString(v) {
				d.faults.add(ErrEncoding, no, l.name, "a parameter is not UTF-8")
				l.params[i].Values[j] = strings.ToValidUTF8(v, "\uFFFD")
			}
		}
	}
	l.value = d.transfer(&l, raw)
	if d.faults.count() > before {
		d.malformed = append(d.malformed, s)
	}
	l.kind = strings.ToLower(l.take("VALUE"))
	if l.kind == "url" {
		l.kind = "uri"
	}
	d.lines = append(d.lines, l)
	return nil
}
