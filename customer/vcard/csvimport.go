package vcard

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// Row is a record of a table as a card.
type Row struct {
	Number int // of the record, the header being 1
	Card   Card
}

// ImportCSV reads a table whose first record is the header, in UTF-8, or in UTF-16 with a
// byte order mark; a table that is neither is in the Charset of o, if that is set. Lines
// end in LF or CRLF, or in CR where no LF ends one. An empty cell says nothing. Two rows of one person are two cards: to
// find out is not the matter of an import.
//
// The error joins every fault, each a [*CellFault] with row and column, up to 100: a
// mapping that Check refuses, a header that is missing, there twice or in neither
// Columns nor Ignore, a record of another length, a cell that does not fit its field. By
// default there are no rows when there is a fault; a tolerant import leaves out a cell
// that does not fit and a record of another length. Of the limits of o, Bytes bounds the
// table, Line a cell, Cards the records and Properties the columns.
func ImportCSV(data []byte, m *Mapping, o *DecodeOptions) ([]Row, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	opts := o.orDefault()
	im := importer{m: m}
	if len(data) > opts.Bytes {
		im.fault(ErrLimit, -1, "more bytes than allowed")
		return nil, im.f.join()
	}
	s, err := tableText(data, &opts)
	if err != nil {
		im.fault(ErrEncoding, -1, err.Error())
		return nil, im.f.join()
	}
	t := newTable(s, m.comma())
	header, wrong, at, more := t.next()
	im.row = 1
	if !more || wrong != "" {
		im.fault(ErrSyntax, at-1, strings.TrimSpace("no header "+wrong))
		return nil, im.f.join()
	}
	if len(header) > opts.Properties {
		im.fault(ErrLimit, -1, "more columns than allowed")
		return nil, im.f.join()
	}
	if !im.header(header) {
		return nil, im.f.join()
	}
	var rows []Row
	for {
		cells, wrong, at, more := t.next()
		if !more {
			break
		}
		im.row = t.row
		if len(rows) == opts.Cards {
			im.fault(ErrLimit, -1, "more records than allowed")
			break
		}
		if row, ok := im.record(cells, wrong, at, opts.Line); ok {
			rows = append(rows, row)
		}
	}
	if im.f.any() && !opts.Tolerant {
		rows = nil
	}
	return rows, im.f.join()
}

// tableText gives a table as text without its byte order mark. Bytes that are not UTF-8
// are left to the cells that hold them where no character set is named.
func tableText(data []byte, o *DecodeOptions) (string, error) {
	if len(data) >= 2 && (data[0] == 0xff && data[1] == 0xfe || data[0] == 0xfe && data[1] == 0xff) {
		s, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().String(string(data))
		if err != nil || len(data)%2 != 0 || strings.Count(s, "\uFFFD") > 0 && !holdsReplacement(data) {
			return "", errors.New("not UTF-16")
		}
		return s, nil
	}
	s := string(data)
	if o.Charset == "" || utf8.ValidString(s) {
		return strings.TrimPrefix(s, bom), nil
	}
	e, known := charset(o.Charset)
	switch {
	case known && e == nil:
		return strings.TrimPrefix(s, bom), nil
	case known:
		out, err := e.NewDecoder().String(s)
		if err != nil || strings.ContainsRune(out, utf8.RuneError) {
			return "", errors.New("not in the character set of the options")
		}
		return out, nil
	case o.Charsets != nil:
		if out, err := o.Charsets(o.Charset, data); err == nil && utf8.ValidString(out) {
			return out, nil
		}
		return "", errors.New("the host's decoder refused it")
	}
	return "", errors.New("a character set that is not known")
}

// holdsReplacement reports whether a text in UTF-16 has U+FFFD of its own.
func holdsReplacement(data []byte) bool {
	for i := 0; i+1 < len(data); i += 2 {
		if data[i] == 0xfd && data[i+1] == 0xff || data[i] == 0xff && data[i+1] == 0xfd {
			return true
		}
	}
	return false
}

// importer turns records into cards.
type importer struct {
	m      *Mapping
	f      faults
	column []int // for each column of the mapping its place in a record
	width  int
	row    int
}

// fault records a fault of the current row; at is a place in the record, -1 for none.
func (im *importer) fault(err error, at int, detail string) {
	f := &CellFault{Err: err, Row: im.row, Column: at + 1, Detail: detail}
	if i := slices.Index(im.column, at); i >= 0 {
		f.Header = im.m.Columns[i].Header
	}
	im.f.put(f)
}

func (im *importer) header(cells []string) bool {
	im.width = len(cells)
	place := make(map[string]int, len(cells))
	known := make(map[string]bool, len(im.m.Columns))
	for _, c := range im.m.Columns {
		known[c.Header] = true
	}
	for _, h := range im.m.Ignore {
		known[h] = true
	}
	ok := true
	for i, h := range cells {
		h = im.clean(h)
		_, twice := place[h]
		switch {
		case twice && known[h]:
			im.fault(ErrDuplicate, i, "a header that is mapped stands twice")
			ok = false
		case !known[h]:
			im.f.put(&CellFault{Err: ErrMapping, Row: 1, Column: i + 1, Detail: "a header that is neither mapped nor ignored"})
			ok = false
		}
		place[h] = i
	}
	for _, c := range im.m.Columns {
		i, found := place[c.Header]
		if !found {
			im.f.put(&CellFault{Err: ErrMissing, Row: 1, Header: c.Header, Detail: "no such column"})
			ok = false
		}
		im.column = append(im.column, i)
	}
	return ok
}

// clean takes off what export put there, or blanks.
func (im *importer) clean(cell string) string {
	if im.m.Guarded {
		cell = strings.TrimPrefix(cell, "'")
	}
	if im.m.Trim {
		cell = strings.TrimSpace(cell)
	}
	return cell
}

func (im *importer) record(cells []string, wrong string, at, limit int) (Row, bool) {
	if wrong != "" {
		im.fault(ErrSyntax, at-1, wrong)
		return Row{}, false
	}
	if len(cells) != im.width {
		im.fault(ErrSyntax, -1, strconv.Itoa(len(cells))+" cells under "+strconv.Itoa(im.width)+" headers")
		return Row{}, false
	}
	row := Row{Number: im.row}
	b := builder{c: &row.Card, trim: im.m.Trim, addresses: map[int]int{}, organizations: map[int]int{}}
	for i := range im.m.Columns {
		at := im.column[i]
		cell := im.clean(cells[at])
		switch {
		case cell == "":
		case len(cell) > limit:
			im.fault(ErrLimit, at, "longer than allowed")
		case !utf8.ValidString(cell):
			im.fault(ErrEncoding, at, "not UTF-8")
		default:
			if !b.cell(&im.m.Columns[i], cell) {
				im.fault(ErrValue, at, "does not fit "+im.m.Columns[i].Field.String())
			}
		}
	}
	b.finish()
	for i := range im.m.Columns {
		if reading := im.m.Columns[i].Field; reading == GivenReading || reading == SurnameReading {
			if cell := im.clean(cells[im.column[i]]); cell != "" && utf8.ValidString(cell) && !b.reading(reading, cell) {
				im.fault(ErrValue, im.column[i], "a reading, and not one name that it is of")
			}
		}
	}
	return row, true
}

// builder fills a card cell by cell.
type builder struct {
	c             *Card
	trim          bool
	addresses     map[int]int // by slot
	organizations map[int]int
}

func (b *builder) cell(col *Column, cell string) bool {
	if col.Split == "" {
		return b.value(col, cell)
	}
	ok := true
	for v := range strings.SplitSeq(cell, col.Split) {
		if b.trim {
			v = strings.TrimSpace(v)
		}
		if v != "" && !b.value(col, v) {
			ok = false
		}
	}
	return ok
}

// componentKind is the kind of name component of a field.
func (f Field) componentKind() string {
	switch f {
	case NameTitle, GivenName, Given2Name, Surname, Surname2, Generation, Credential:
		return [...]string{"title", "given", "given2", "surname", "surname2", "generation", "credential"}[f-NameTitle]
	}
	return ""
}

// addressKind is the kind of address component of a field.
func (f Field) addressKind() string {
	switch f {
	case AddressPostOfficeBox, AddressStreet, AddressNumber, AddressLocality, AddressRegion, AddressPostcode, AddressCountry:
		return [...]string{"postOfficeBox", "name", "number", "locality", "region", "postcode", "country"}[f-AddressPostOfficeBox]
	}
	return ""
}

func (b *builder) value(col *Column, v string) bool {
	c := b.c
	number := func(n int) string { return strconv.Itoa(n + 1) }
	contexts := append([]string(nil), col.Contexts...)
	switch col.Field {
	case UIDField:
		c.UID = v
	case KindField:
		c.Kind = v
	case FullName:
		c.Name.Full = v
	case NicknameField:
		c.Nicknames = append(c.Nicknames, Nickname{ID: number(len(c.Nicknames)), Name: v})
	case OrganizationName:
		b.organization(col.Slot).Name = v
	case OrganizationUnit:
		o := b.organization(col.Slot)
		o.Units = append(o.Units, OrgUnit{Name: v})
	case JobTitle:
		c.Titles = append(c.Titles, Title{ID: number(len(c.Titles)), Name: v})
	case JobRole:
		c.Titles = append(c.Titles, Title{ID: number(len(c.Titles)), Name: v, Kind: "role"})
	case EmailAddress:
		c.Emails = append(c.Emails, Email{ID: number(len(c.Emails)), Address: v, Contexts: contexts, Label: col.Label})
	case PhoneNumber:
		c.Phones = append(c.Phones, Phone{ID: number(len(c.Phones)), Number: v, Contexts: contexts, Features: append([]string(nil), col.Features...), Label: col.Label})
	case BirthDate:
		d, ok := parseDate(v)
		if !ok {
			return false
		}
		if d.monthOnly() {
			c.Properties = append(c.Properties, Property{Name: "bday", Type: "unknown", Value: d.vcard(V30)})
			return true
		}
		c.Anniversaries = append(c.Anniversaries, Anniversary{ID: number(len(c.Anniversaries)), Kind: "birth", Date: d})
	case NoteText:
		c.Notes = append(c.Notes, Note{ID: number(len(c.Notes)), Note: v})
	case Keyword:
		if !slices.Contains(c.Keywords, v) {
			c.Keywords = append(c.Keywords, v)
		}
	case LinkURI:
		c.Links = append(c.Links, Resource{ID: number(len(c.Links)), URI: v, Contexts: contexts, Label: col.Label})
	case LanguageTag:
		c.Languages = append(c.Languages, Language{ID: number(len(c.Languages)), Language: v})
	case GrammaticalGender:
		c.SpeakToAs.GrammaticalGender = v
	case PronounsText:
		c.SpeakToAs.Pronouns = append(c.SpeakToAs.Pronouns, Pronouns{ID: number(len(c.SpeakToAs.Pronouns)), Pronouns: v})
	case PropertyValue:
		c.Properties = append(c.Properties, Property{Name: col.Property, Type: "unknown", Value: string(escape(nil, v))})
	default:
		return b.part(col, v)
	}
	return true
}

// part fills a component of the name or the address.
func (b *builder) part(col *Column, v string) bool {
	if kind := col.Field.componentKind(); kind != "" {
		b.c.Name.Components = append(b.c.Name.Components, NameComponent{Kind: kind, Value: v})
		return true
	}
	if !col.Field.ofAddress() {
		return true // readings come when the name is whole
	}
	i, ok := b.addresses[col.Slot]
	if !ok {
		i = len(b.c.Addresses)
		b.addresses[col.Slot] = i
		b.c.Addresses = append(b.c.Addresses, Address{ID: strconv.Itoa(i + 1)})
	}
	a := &b.c.Addresses[i]
	if len(a.Contexts) == 0 {
		a.Contexts = append([]string(nil), col.Contexts...)
	}
	switch col.Field {
	case AddressFull:
		a.Full = v
	case AddressCountryCode:
		a.CountryCode = v
	case AddressTimeZone:
		a.TimeZone = v
	default:
		a.Components = append(a.Components, AddressComponent{Kind: col.Field.addressKind(), Value: v})
	}
	return true
}

func (b *builder) organization(slot int) *Organization {
	i, ok := b.organizations[slot]
	if !ok {
		i = len(b.c.Organizations)
		b.organizations[slot] = i
		b.c.Organizations = append(b.c.Organizations, Organization{ID: strconv.Itoa(i + 1)})
	}
	return &b.c.Organizations[i]
}

// finish puts the parts of names and addresses in the order in which vCard reads them,
// whatever the order of the columns.
func (b *builder) finish() {
	place := func(kind string) int {
		for i := range nameParts {
			if nameKind(nameOrder(i)) == kind {
				return i
			}
		}
		return nameParts
	}
	slices.SortStableFunc(b.c.Name.Components, func(x, y NameComponent) int { return place(x.Kind) - place(y.Kind) })
	at := func(kind string) int {
		for i := range addressParts {
			if addressKind(i) == kind {
				return i
			}
		}
		return addressParts
	}
	for i := range b.c.Addresses {
		slices.SortStableFunc(b.c.Addresses[i].Components, func(x, y AddressComponent) int { return at(x.Kind) - at(y.Kind) })
	}
}

// reading sets how the one component of a kind is read.
func (b *builder) reading(f Field, v string) bool {
	kind := "given"
	if f == SurnameReading {
		kind = "surname"
	}
	n := &b.c.Name
	script := scriptOf(v)
	if script == "" || n.PhoneticScript != "" && n.PhoneticScript != script {
		return false
	}
	var found []*NameComponent
	for i := range n.Components {
		if n.Components[i].Kind == kind {
			found = append(found, &n.Components[i])
		}
	}
	if len(found) != 1 {
		return false
	}
	found[0].Phonetic, n.PhoneticScript = v, script
	return true
}
