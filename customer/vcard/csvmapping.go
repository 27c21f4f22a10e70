package vcard

import (
	"slices"
	"strconv"
)

// Field is what a column of a table holds. The zero value is none.
type Field uint8

// The fields. Those up to AddressTimeZone fill JSContact; PropertyValue fills a kept
// property.
const (
	UIDField Field = iota + 1
	KindField
	FullName
	NameTitle
	GivenName
	Given2Name
	Surname
	Surname2
	Generation
	Credential
	GivenReading   // how the given name is read; needs the column of the name in the same row
	SurnameReading // likewise
	NicknameField
	OrganizationName
	OrganizationUnit
	JobTitle
	JobRole
	EmailAddress
	PhoneNumber
	BirthDate // 1985-04-12, 1985-04, 1985, --04-12, --04, or as vCard writes them
	NoteText
	Keyword
	LinkURI
	LanguageTag
	GrammaticalGender
	PronounsText
	AddressFull
	AddressPostOfficeBox
	AddressStreet
	AddressNumber
	AddressLocality
	AddressRegion
	AddressPostcode
	AddressCountry
	AddressCountryCode
	AddressTimeZone
	PropertyValue // of the kept property that Column.Property names
)

// fieldNames are in the order of the constants.
func fieldNames() []string {
	return []string{
		"", "uid", "kind", "fullName", "title", "given", "given2", "surname", "surname2", "generation", "credential",
		"givenReading", "surnameReading", "nickname", "organization", "organizationUnit", "jobTitle", "jobRole", "email",
		"phone", "birth", "note", "keyword", "link", "language", "grammaticalGender", "pronouns", "address", "postOfficeBox",
		"street", "number", "locality", "region", "postcode", "country", "countryCode", "timeZone", "property",
	}
}

// String is the name of the field, such as "given2"; "unknown" for a value that is none.
func (f Field) String() string {
	if f == 0 || f > PropertyValue {
		return "unknown"
	}
	return fieldNames()[f]
}

// MarshalText writes the name; a value that is no field is ErrMapping.
func (f Field) MarshalText() ([]byte, error) {
	if f == 0 || f > PropertyValue {
		return nil, ErrMapping
	}
	return []byte(f.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is ErrMapping.
func (f *Field) UnmarshalText(text []byte) error {
	i := slices.Index(fieldNames(), string(text))
	if i < 1 {
		return ErrMapping
	}
	*f = Field(i)
	return nil
}

// one reports whether a card has the field once.
func (f Field) one() bool {
	switch f {
	case UIDField, KindField, FullName, GivenReading, SurnameReading, BirthDate, GrammaticalGender:
		return true
	}
	return false
}

// ofAddress reports whether columns of one slot make one address.
func (f Field) ofAddress() bool { return f >= AddressFull && f <= AddressTimeZone }

// splits reports whether one cell may hold several values.
func (f Field) splits() bool {
	return !f.one() && f != OrganizationName && f != PropertyValue && !f.ofAddress()
}

// Column maps the column of a header to a field.
type Column struct {
	Header   string   `json:"header"` // as it stands in the table, exactly
	Field    Field    `json:"field"`
	Slot     int      `json:"slot,omitempty"`     // columns of an address or an organisation with one slot make one entry
	Split    string   `json:"split,omitempty"`    // between several values of one cell; empty: a cell is one value
	Contexts []string `json:"contexts,omitempty"` // of e-mail, phone, address: private, work
	Features []string `json:"features,omitempty"` // of a phone: mobile, fax, ...
	Label    string   `json:"label,omitempty"`    // of e-mail, phone, link
	Property string   `json:"property,omitempty"` // of PropertyValue: the name of the property, lower case
}

// Mapping says what the columns of a table mean. Nothing is guessed: a header that no
// column and no Ignore names is a fault, and so is a column whose header is not there.
type Mapping struct {
	Columns []Column `json:"columns"`
	Ignore  []string `json:"ignore,omitempty"`  // headers that are known and left out
	Comma   string   `json:"comma,omitempty"`   // one ASCII character; default ","
	Trim    bool     `json:"trim,omitempty"`    // take blanks off both ends of cells, and of the parts of a Split
	Guarded bool     `json:"guarded,omitempty"` // the table was written by ExportCSV: one leading apostrophe of a cell goes
}

// Check returns every fault of the mapping, joined; each is an ErrMapping [*CellFault]
// whose Column counts the columns of the mapping.
func (m *Mapping) Check() error {
	var f faults
	wrong := func(i int, detail string) {
		f.put(&CellFault{Err: ErrMapping, Column: i + 1, Header: m.Columns[i].Header, Detail: detail})
	}
	if len(m.Columns) == 0 {
		f.put(&CellFault{Err: ErrMapping, Detail: "no columns"})
	}
	if c := m.comma(); len(m.Comma) > 1 || c == '"' || c == '\r' || c == '\n' || c >= 0x80 || c == '\'' {
		f.put(&CellFault{Err: ErrMapping, Detail: "comma is one ASCII character, and no quotation mark or line break"})
	}
	headers, taken, contexts := map[string]bool{}, map[string]bool{}, map[int]*Column{}
	for i := range m.Columns {
		c := &m.Columns[i]
		if c.Field == 0 || c.Field > PropertyValue {
			wrong(i, "no field")
			continue
		}
		if headers[c.Header] || slices.Contains(m.Ignore, c.Header) {
			wrong(i, "the header is named twice")
		}
		headers[c.Header] = true
		key := c.Field.String()
		if c.Field.ofAddress() || c.Field == OrganizationName {
			key += " of slot " + strconv.Itoa(c.Slot)
		}
		if (c.Field.one() || c.Field.ofAddress() || c.Field == OrganizationName || c.Field.componentKind() != "") && taken[key] {
			wrong(i, "a second column of "+key)
		}
		taken[key] = true
		if c.Field.ofAddress() {
			if first := contexts[c.Slot]; first != nil && !equalWords(first.Contexts, c.Contexts) {
				wrong(i, "columns of one address have the same contexts")
			}
			contexts[c.Slot] = c
		}
		if c.Split != "" && !c.Field.splits() {
			wrong(i, "this field is not split")
		}
		if (c.Field == PropertyValue) != (c.Property != "") || c.Property != "" && !isKeptName(c.Property) {
			wrong(i, "property is the lower-case name of an unknown property, and only for that field")
		}
		if len(c.Features) > 0 && c.Field != PhoneNumber {
			wrong(i, "features are of a phone")
		}
		if c.Label != "" && c.Field != PhoneNumber && c.Field != EmailAddress && c.Field != LinkURI {
			wrong(i, "a label is of an e-mail address, a phone or a link")
		}
		if len(c.Contexts) > 0 && c.Field != PhoneNumber && c.Field != EmailAddress && c.Field != LinkURI && !c.Field.ofAddress() {
			wrong(i, "contexts are of an e-mail address, a phone, a link or an address")
		}
	}
	return f.join()
}

func isKeptName(s string) bool { return isToken(s) && s == lower(s) }

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

func (m *Mapping) comma() byte {
	if m.Comma == "" {
		return ','
	}
	return m.Comma[0]
}
