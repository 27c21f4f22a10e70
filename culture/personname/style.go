package personname

import (
	"strings"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/internal/tables"
)

// style is what one locale says about names in one form (length, usage, formality).
type style struct {
	locale          locale // whose data these are; the root has none
	givenFirst      []locale
	surnameFirst    []locale
	native, foreign string // what stands for a blank
	initial         [2]string
	sequence        string // between two initials
	length          Length
	formality       Formality
	patterns        [3][]*pattern // by order: given first, surname first, sorting
}

// The columns of a record of the tables.
const (
	columnGivenFirst = iota
	columnSurnameFirst
	columnDefaults
	columnNative
	columnForeign
	columnInitial
	columnSequence
	columnGrid
	columnAlternatives
	columns
)

// newStyle reads the record of a locale; of its patterns only those of the form.
func newStyle(l locale, number string, form Options) *style {
	record := strings.SplitN(line(tables.PersonNameRecords, atoi(number)), "\t", columns)
	s := &style{
		locale: l, native: record[columnNative], foreign: record[columnForeign],
		givenFirst: parseLocales(record[columnGivenFirst]), surnameFirst: parseLocales(record[columnSurnameFirst]),
		length: form.Length, formality: form.Formality,
	}
	s.initial[0], s.initial[1], _ = strings.Cut(record[columnInitial], "{0}")
	s.sequence = strings.TrimSuffix(strings.TrimPrefix(record[columnSequence], "{0}"), "{1}")
	if s.length == 0 {
		s.length = Length(strings.IndexByte(" lms", record[columnDefaults][0]))
	}
	if s.formality == 0 {
		s.formality = Formality(strings.IndexByte(" fi", record[columnDefaults][1]))
	}
	for i, order := range [...]Order{GivenFirst, SurnameFirst, Sorting} {
		if order == Sorting != (form.Order == Sorting) {
			continue
		}
		at := place(order, s.length, form.Usage, s.formality)
		s.patterns[i] = append(s.patterns[i], patternOf(record[columnGrid][2*at:]))
		for alternative := range strings.FieldsSeq(record[columnAlternatives]) {
			if key, code, _ := strings.Cut(alternative, ":"); atoi(key) == at {
				s.patterns[i] = append(s.patterns[i], patternOf(code))
			}
		}
	}
	return s
}

// place is where a form stands in the grid of a record.
func place(order Order, length Length, usage Usage, formality Formality) int {
	if order == Sorting {
		return 36 + int(length-1)*2 + int(formality-1)
	}
	return int(order-1)*18 + int(length-1)*6 + int(usage-1)*2 + int(formality-1)
}

// patternOf reads the pattern with the number that two digits begin.
func patternOf(code string) *pattern {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
	return compile(line(tables.PersonNamePatterns, strings.IndexByte(digits, code[0])*len(digits)+strings.IndexByte(digits, code[1])))
}

// line is a line of a table by its number.
func line(table string, number int) string {
	for range number {
		table = table[strings.IndexByte(table, '\n')+1:]
	}
	return table[:strings.IndexByte(table, '\n')]
}

// atoi reads a number of the tables.
func atoi(digits string) int {
	n := 0
	for _, c := range []byte(digits) {
		n = n*10 + int(c-'0')
	}
	return n
}

func parseLocales(list string) []locale {
	var locales []locale
	for id := range strings.FieldsSeq(list) {
		locales = append(locales, parseLocale(id))
	}
	return locales
}

// orderFor is the order that the style has for names of a locale, with the entry of
// its lists that decided (UTS #35 part 8, Derive the name order, step 3).
func (s *style) orderFor(name locale) (order Order, entry locale) {
	for l := range name.lookup() {
		anyLanguage := locale{"", l.script, l.region}
		for _, candidate := range [...]locale{l, anyLanguage} {
			if contains(s.givenFirst, candidate) {
				return GivenFirst, candidate
			}
			if contains(s.surnameFirst, candidate) {
				return SurnameFirst, candidate
			}
		}
	}
	return GivenFirst, locale{} // not reached: every record names und
}

func contains(list []locale, l locale) bool {
	for _, entry := range list {
		if entry == l {
			return true
		}
	}
	return false
}

// Locales lists every locale that has patterns of its own, in the order of the
// alphabet. Their children (de-AT of de) have the same.
func Locales() []language.Tag {
	var tags []language.Tag
	for row := range strings.Lines(tables.PersonNameLocales) {
		id, _, _ := strings.Cut(row, " ")
		if tag := parseLocale(id).tag(); tag != language.Und {
			tags = append(tags, tag)
		}
	}
	return tags
}

// CLDRVersion is the release of CLDR that the patterns are from; UnicodeVersion that
// of the properties of characters.
const (
	CLDRVersion    = tables.CLDRVersion
	UnicodeVersion = tables.UnicodeVersion
)
