package vcard

import (
	"slices"
	"strings"
)

// ExportOptions say how to write a table. Nil is the same as the zero value.
type ExportOptions struct {
	Partial bool // write what the columns carry of a card, and drop the rest
	BOM     bool // begin with a byte order mark, by which Excel knows UTF-8
}

// ExportCSV writes cards as a table of the mapping's columns, with a header, cells in
// quotation marks and lines that end in CRLF.
//
// A cell that a spreadsheet might take for a formula is guarded by a leading
// apostrophe: one that begins with a tab, a line break or an apostrophe, or, behind
// blanks, control characters and characters without a width, with = + - @, their
// full-width and small forms or a minus sign (OWASP, CSV Injection). ImportCSV with
// Mapping.Guarded takes exactly that apostrophe off, so that a table comes back as the
// cards that it was written from.
//
// That is checked for every row: a card of which the columns do not carry everything,
// or whose values hold a Split text, is [ErrUnmapped] with its row and the members that
// would be lost, unless the export may be partial. A Trim of the mapping does not count
// here.
func ExportCSV(cards []Card, m *Mapping, o *ExportOptions) ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	var opts ExportOptions
	if o != nil {
		opts = *o
	}
	plain := *m
	plain.Trim, plain.Guarded, plain.Ignore = false, false, nil
	im := importer{m: &plain, width: len(m.Columns)}
	for i := range m.Columns {
		im.column = append(im.column, i)
	}
	var b []byte
	if opts.BOM {
		b = append(b, "\uFEFF"...)
	}
	header := make([]string, len(m.Columns))
	for i, c := range m.Columns {
		header[i] = c.Header
	}
	b = appendRecord(b, header, m.comma())
	var f faults
	for i := range cards {
		cells := record(&cards[i], m.Columns)
		b = appendRecord(b, cells, m.comma())
		if opts.Partial {
			continue
		}
		im.row, im.f = i+2, faults{}
		row, _ := im.record(cells, "", 0, int(^uint(0)>>1))
		if im.f.any() || !row.Card.Equal(&cards[i]) {
			f.put(&CellFault{Err: ErrUnmapped, Row: i + 2, Detail: lost(&cards[i], &row.Card)})
		}
	}
	if f.any() {
		return nil, f.join()
	}
	return b, nil
}

func appendRecord(b []byte, cells []string, comma byte) []byte {
	from := len(b)
	for i, c := range cells {
		if i > 0 {
			b = append(b, comma)
		}
		b = appendCell(b, c)
	}
	if len(b) == from { // one empty cell is no blank line
		b = append(b, `""`...)
	}
	return append(b, "\r\n"...)
}

// lost names the members of a card that differ.
func lost(want, got *Card) string {
	a, b := want.tree(), got.tree()
	var names []string
	for _, d := range differences(&a, &b) {
		name, _, _ := strings.Cut(d.path, "/")
		if name = clip(name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// taker hands out the entries of a card's lists, each once.
type taker struct {
	c    *Card
	used map[string]int
}

// record fills the cells of one card.
func record(c *Card, columns []Column) []string {
	t := taker{c: c, used: map[string]int{}}
	slots, next := map[int]int{}, 0
	for i, col := range columns {
		if _, ok := slots[col.Slot]; ok || !col.Field.ofAddress() {
			continue
		}
		if slots[col.Slot] = -1; next < len(c.Addresses) && c.Addresses[next].fits(columns[i:], col) {
			slots[col.Slot] = next
			next++
		}
	}
	firms := map[int]int{}
	for _, col := range columns {
		if _, ok := firms[col.Slot]; !ok && (col.Field == OrganizationName || col.Field == OrganizationUnit) {
			firms[col.Slot] = len(firms)
		}
	}
	cells := make([]string, len(columns))
	for i := range columns {
		col := &columns[i]
		values := t.values(col, slots[col.Slot], firms[col.Slot])
		if col.Split == "" && len(values) > 1 {
			values = values[:1]
		}
		cells[i] = strings.Join(values, col.Split)
	}
	return cells
}

// take gives the entries of a list that no column before took: all that fit where the
// column splits, else the first.
func take[T any](t *taker, list string, col *Column, all []T, fits func(*T) (string, bool)) (out []string) {
	for t.used[list] < len(all) {
		v, ok := fits(&all[t.used[list]])
		if !ok {
			break
		}
		out = append(out, v)
		t.used[list]++
		if col.Split == "" {
			break
		}
	}
	return out
}

func (t *taker) values(col *Column, slot, firm int) []string {
	c := t.c
	if kind := col.Field.componentKind(); kind != "" {
		return components(c.Name.Components, kind)
	}
	fits := func(contexts []string) bool { return equalWords(contexts, col.Contexts) }
	switch col.Field {
	case UIDField:
		return []string{c.UID}
	case KindField:
		return []string{c.Kind}
	case FullName:
		return []string{c.Name.Full}
	case GivenReading:
		return []string{c.Name.ReadingOf("given")}
	case SurnameReading:
		return []string{c.Name.ReadingOf("surname")}
	case GrammaticalGender:
		return []string{c.SpeakToAs.GrammaticalGender}
	case BirthDate:
		for _, a := range c.Anniversaries {
			if a.Kind == "birth" && a.Date.UTC == "" && a.Date.check() {
				return []string{a.Date.vcard(V30)}
			}
		}
		if b, ok := c.Birth(); ok && b.Text == "" && b.Date.monthOnly() {
			return []string{b.Date.vcard(V30)}
		}
		return nil
	case NicknameField:
		return take(t, "nicknames", col, c.Nicknames, func(n *Nickname) (string, bool) { return n.Name, true })
	case JobTitle:
		return take(t, "titles", col, c.Titles, func(n *Title) (string, bool) { return n.Name, n.Kind != "role" })
	case JobRole:
		return take(t, "titles", col, c.Titles, func(n *Title) (string, bool) { return n.Name, n.Kind == "role" })
	case EmailAddress:
		return take(t, "emails", col, c.Emails, func(m *Email) (string, bool) {
			return m.Address, fits(m.Contexts) && m.Label == col.Label
		})
	case PhoneNumber:
		return take(t, "phones", col, c.Phones, func(p *Phone) (string, bool) {
			return p.Number, fits(p.Contexts) && equalWords(p.Features, col.Features) && p.Label == col.Label
		})
	case NoteText:
		return take(t, "notes", col, c.Notes, func(n *Note) (string, bool) { return n.Note, true })
	case Keyword:
		return take(t, "keywords", col, c.Keywords, func(s *string) (string, bool) { return *s, true })
	case LinkURI:
		return take(t, "links", col, c.Links, func(r *Resource) (string, bool) { return r.URI, fits(r.Contexts) && r.Label == col.Label })
	case LanguageTag:
		return take(t, "languages", col, c.Languages, func(l *Language) (string, bool) { return l.Language, true })
	case PronounsText:
		return take(t, "pronouns", col, c.SpeakToAs.Pronouns, func(p *Pronouns) (string, bool) { return p.Pronouns, true })
	case PropertyValue:
		return take(t, "properties", col, c.Properties, func(p *Property) (string, bool) { return unescape(p.Value), p.Name == col.Property })
	case OrganizationName, OrganizationUnit:
		if firm >= len(c.Organizations) {
			return nil
		}
		o := &c.Organizations[firm]
		if col.Field == OrganizationName {
			return []string{o.Name}
		}
		return take(t, "units of "+o.ID, col, o.Units, func(u *OrgUnit) (string, bool) { return u.Name, true })
	}
	if slot < 0 {
		return nil
	}
	return c.Addresses[slot].column(col.Field)
}

// fits reports whether the columns of a slot, of which first is one, are for an address.
func (a *Address) fits(columns []Column, first Column) bool {
	if !equalWords(a.Contexts, first.Contexts) {
		return false
	}
	for _, col := range columns {
		if col.Field.ofAddress() && col.Slot == first.Slot && strings.Join(a.column(col.Field), "") != "" {
			return true
		}
	}
	return false
}

func components(list []NameComponent, kind string) (out []string) {
	for _, c := range list {
		if c.Kind == kind {
			out = append(out, c.Value)
		}
	}
	return out
}

// column gives what a column of addresses holds.
func (a *Address) column(f Field) (out []string) {
	switch f {
	case AddressFull:
		return []string{a.Full}
	case AddressCountryCode:
		return []string{a.CountryCode}
	case AddressTimeZone:
		return []string{a.TimeZone}
	}
	for _, c := range a.Components {
		if c.Kind == f.addressKind() {
			out = append(out, c.Value)
		}
	}
	return out
}
