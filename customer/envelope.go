package customer

import (
	"slices"
	"strings"
	"unicode"
)

// EnvelopeOptions say how an address is printed. The zero value is the default.
type EnvelopeOptions struct {
	// Recipient are the lines that say for whom it is: name, organisation, "c/o …". They
	// come where the country has them: first, and last in the scripts of East Asia.
	// Default: none.
	Recipient []string
	// From is the country in which it is posted, ISO 3166-1 alpha-2. Mail within a
	// country has no line with its name. Default: the line is always there.
	From string
	// CountryName is the name of a country in a language of the country of posting;
	// empty where it knows none. Default: the English name.
	CountryName func(code string) string
}

// Envelope is the address in lines as they are printed, in the order that its country
// has, with the postal code where it belongs and the name of the country in capitals as
// the last line. Lines that the source gave stand as they are, with the recipient before
// them; parts are put in order by a table, and are never changed. Empty parts leave no
// gap and no comma. A district is always printed, and so is a postal code that the country
// has; an area is left out where mail has none, such as a state in Germany. Addresses
// in Han, kana or hangul have the order of their script, from the large to the small.
//
// known reports whether the table has the country, or the source gave the lines: else
// the parts stand one to a line, with the code of the country. No country is refused. An
// address with nothing in it has no lines. The result reveals the address.
//
// The table is general knowledge of how national operators want addresses, after the
// manner of the addressing sheets of the Universal Postal Union; each row was compared in
// November 2026 with localized-address-format 1.3.3 (made from Google's libaddressinput):
// 60 of 70 are the same but for prefixes of codes, and AE, ES, FR, GB, HK, JP, KR, MO, TR
// and TW print parts that it leaves out or put them otherwise. None was reconciled with
// the operators one by one: it gives an order that mail arrives with, not the proof of a
// certified address.
func (p PostalAddress) Envelope(o *EnvelopeOptions) (lines []string, known bool) {
	if o == nil {
		o = &EnvelopeOptions{}
	}
	row, known := postalRowOf(p.Country)
	if len(p.Lines) > 0 {
		lines, known = append(slices.Clone(o.Recipient), p.Lines...), true
	} else {
		lines = p.lay(row.layout(p), o.Recipient)
	}
	if len(lines) == len(o.Recipient) && len(p.Lines) == 0 {
		return nil, known
	}
	if p.Country == "" || strings.EqualFold(p.Country, o.From) {
		return lines, known
	}
	name := ""
	if o.CountryName != nil {
		name = o.CountryName(p.Country)
	}
	if name == "" {
		name = row.name
	}
	if name == "" {
		name = p.Country
	}
	return append(lines, strings.ToUpper(name)), known
}

// part is the value of a letter of a layout.
func (p PostalAddress) part(letter byte) string {
	switch letter {
	case 'A':
		return p.Street
	case 'D':
		return p.District
	case 'C':
		return p.Locality
	case 'S':
		return p.Area
	case 'Z':
		return p.PostalCode
	case 'X':
		return p.SortingCode
	}
	return ""
}

// lay prints the parts by a layout: lines separated by bars, of letters that stand for
// parts and R for the recipient. What stands between two letters is printed where
// something precedes it; what begins a line is printed with the part that it is before.
func (p PostalAddress) lay(layout string, recipient []string) []string {
	if !strings.Contains(layout, "D") && p.District != "" {
		layout = districtFirst(layout)
	}
	var lines []string
	for line := range strings.SplitSeq(layout, "|") {
		if line == "R" {
			lines = append(lines, recipient...)
			continue
		}
		var out strings.Builder
		between := ""
		for i := range len(line) { // letters are ASCII; other bytes are copied
			if !strings.ContainsRune("ADCSZX", rune(line[i])) {
				between += line[i : i+1]
				continue
			}
			if value := p.part(line[i]); value != "" {
				if out.Len() > 0 || strings.TrimLeft(between, " ,-/") == between {
					out.WriteString(between)
				}
				out.WriteString(value)
			}
			between = ""
		}
		if out.Len() > 0 {
			lines = append(lines, out.String())
		}
	}
	return lines
}

// districtFirst puts the district before the line of the locality.
func districtFirst(layout string) string {
	lines := strings.Split(layout, "|")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, "C") })
	if at < 0 {
		at = len(lines)
	}
	return strings.Join(slices.Insert(lines, at, "D"), "|")
}

// eastAsian reports a text in a script that has the order from the large to the small.
func (p PostalAddress) eastAsian() bool {
	return strings.ContainsFunc(p.Street+p.District+p.Locality+p.Area, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
	})
}

// EnvelopeCountries are the countries whose order of lines is known, by code.
func EnvelopeCountries() []string {
	var out []string
	for _, row := range postalRows() {
		out = append(out, row.code)
	}
	return out
}

// postalRow is how one country prints addresses.
type postalRow struct {
	code, name string
	latin      string // the layout; see lay
	local      string // that of the country's own script, where it is another
}

func (r postalRow) layout(p PostalAddress) string {
	switch {
	case r.local != "" && p.eastAsian():
		return r.local
	case r.latin != "":
		return r.latin
	}
	return "R|A|D|C|S|Z|X"
}

func postalRowOf(country string) (postalRow, bool) {
	rows := postalRows()
	i := slices.IndexFunc(rows, func(r postalRow) bool { return r.code == country })
	if i < 0 {
		return postalRow{}, false
	}
	return rows[i], true
}

// postalRows are the layouts. Prefixes of codes such as "CH-" are not printed: the Union
// advises against them, and the last line says the country.
func postalRows() []postalRow {
	const (
		before   = "R|A|Z C"     // the code before the locality: most of Europe
		after    = "R|A|C Z"     // and after it
		apart    = "R|A|D|C|Z"   // on a line of its own
		american = "R|A|C, S Z"  // with the area between
		stacked  = "R|A|C|S|Z"   // one below the other
		codeLast = "R|A|C|Z"     // without a district
		areaLast = "R|A|C Z|S"   // with the area below
		large    = "Z|S C D|A|R" // from the large to the small
	)
	return []postalRow{
		{"AE", "United Arab Emirates", "R|A|C|S", ""},
		{"AR", "Argentina", "R|A|Z C|S", ""},
		{"AT", "Austria", before, ""},
		{"AU", "Australia", "R|A|C S Z", ""},
		{"BD", "Bangladesh", "R|A|C - Z", ""},
		{"BE", "Belgium", before, ""},
		{"BG", "Bulgaria", before, ""},
		{"BR", "Brazil", "R|A|D|C-S|Z", ""},
		{"CA", "Canada", "R|A|C S Z", ""},
		{"CH", "Switzerland", before, ""},
		{"CL", "Chile", "R|A|Z C|S", ""},
		{"CN", "China", "R|A|D|C|S, Z", "Z|SCD|A|R"},
		{"CO", "Colombia", "R|A|D|C, S, Z", ""},
		{"CY", "Cyprus", before, ""},
		{"CZ", "Czechia", before, ""},
		{"DE", "Germany", before, ""},
		{"DK", "Denmark", before, ""},
		{"EE", "Estonia", "R|A|Z C S", ""},
		{"EG", "Egypt", stacked, ""},
		{"ES", "Spain", "R|A|Z C|S", ""},
		{"FI", "Finland", before, ""},
		{"FR", "France", "R|A|Z C X", ""},
		{"GB", "United Kingdom", apart, ""},
		{"GR", "Greece", before, ""},
		{"HK", "Hong Kong", "R|A|D|C|S", "S|C|D|A|R"},
		{"HR", "Croatia", before, ""},
		{"HU", "Hungary", "R|C|A|Z", ""},
		{"ID", "Indonesia", "R|A|C|S Z", ""},
		{"IE", "Ireland", "R|A|D|C|S|Z", ""},
		{"IL", "Israel", after, ""},
		{"IN", "India", areaLast, ""},
		{"IS", "Iceland", before, ""},
		{"IT", "Italy", "R|A|Z C S", ""},
		{"JP", "Japan", "R|A|D|C|S Z", "〒Z|SCD|A|R"},
		{"KE", "Kenya", codeLast, ""},
		{"KR", "South Korea", "R|A|D|C|S Z", large},
		{"LI", "Liechtenstein", before, ""},
		{"LK", "Sri Lanka", codeLast, ""},
		{"LT", "Lithuania", "R|A|Z C S", ""},
		{"LU", "Luxembourg", before, ""},
		{"LV", "Latvia", "R|A|S|C, Z", ""},
		{"MC", "Monaco", "R|A|Z C X", ""},
		{"MO", "Macao", "R|A|D|C", "C|D|A|R"},
		{"MT", "Malta", after, ""},
		{"MX", "Mexico", "R|A|D|Z C, S", ""},
		{"MY", "Malaysia", "R|A|D|Z C|S", ""},
		{"NG", "Nigeria", "R|A|D|C Z|S", ""},
		{"NL", "Netherlands", before, ""},
		{"NO", "Norway", before, ""},
		{"NZ", "New Zealand", "R|A|D|C Z", ""},
		{"PE", "Peru", areaLast, ""},
		{"PH", "Philippines", "R|A|D, C|Z S", ""},
		{"PK", "Pakistan", "R|A|D|C-Z", ""},
		{"PL", "Poland", before, ""},
		{"PT", "Portugal", before, ""},
		{"RO", "Romania", "R|A|Z S C", ""},
		{"RS", "Serbia", before, ""},
		{"RU", "Russia", stacked, ""},
		{"SA", "Saudi Arabia", after, ""},
		{"SE", "Sweden", before, ""},
		{"SG", "Singapore", after, ""},
		{"SI", "Slovenia", before, ""},
		{"SK", "Slovakia", before, ""},
		{"TH", "Thailand", "R|A|D, C|S Z", ""},
		{"TR", "Türkiye", "R|A|D|Z C/S", ""},
		{"TW", "Taiwan", "R|A|D|C, S Z", "Z|SCD|A|R"},
		{"UA", "Ukraine", stacked, ""},
		{"US", "United States", american, ""},
		{"VN", "Vietnam", "R|A|C|S Z", ""},
		{"ZA", "South Africa", apart, ""},
	}
}
