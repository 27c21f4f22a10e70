package personname

import (
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// Patterns that CLDR does not have today, for the rules that its own do not reach; the
// first of them are examples of UTS #35 part 8, "Formatting examples".
func TestPatternsThatMayCome(t *testing.T) {
	t.Parallel()
	s := &style{initial: [2]string{"", ""}, sequence: " "}
	for _, c := range []struct {
		pattern string
		name    Name
		want    string
	}{
		{"{title} {given} {given2} {surname}, {credentials}", Name{Given: "Raymond", Given2: "J.", Surname: "Johnson", Credentials: "Jr."}, "Raymond J. Johnson, Jr."},
		{"{title} {given} {given2} {surname}, {credentials}", Name{Given: "Raymond", Given2: "J.", Surname: "Johnson"}, "Raymond J. Johnson"},
		{"{given-initial}. ({given2}) {surname}", Name{Given: "Foo", Given2: "Bar", Surname: "Baz"}, "F. (Bar) Baz"},
		{"{given-initial}. ({given2}) {surname}", Name{Given: "Foo", Surname: "Baz"}, "F. Baz"},
		{"({given2}) {surname}", Name{Given: "Foo", Given2: "Bar", Surname: "Baz"}, "(Bar) Baz"},
		// The text has "Bar) Baz"; a bracket without its fellow is left out.
		{"{given-initial}. ({given2}) {surname}", Name{Given2: "Bar", Surname: "Baz"}, "Bar Baz"},

		{"«{given}» {surname}!", Name{Given: "A", Surname: "B"}, "«A» B!"},
		{"«{given}» {surname}!", Name{Given: "A"}, "«A"},
		{"«{given}» {surname}!", Name{Surname: "B"}, "B!"},
		{"{given},{given2},{surname}", Name{Given: "A", Surname: "B"}, "A,B"},                          // the right literal ends the left one
		{"{given}-{given2}={surname}", Name{Given: "A", Surname: "B"}, "A-=B"},                         // no white space: both stay
		{"{given}- x{given2}y ={surname}", Name{Given: "A", Surname: "B"}, "A- =B"},                    // what touches the empty field goes
		{"{given}\t{given2} {surname}", Name{Given: "A", Surname: "B"}, "A\tB"},                        // one white space, the left one
		{"{given}-{given2} {surname}", Name{Given: "A", Surname: "B"}, "A- B"},                         // the right one where the left has none
		{"{given}x\u202fy{given2}-{surname}", Name{Given: "A", Surname: "B"}, "Ax\u202fy-B"},           // which does not break a line
		{"{given} ({given2}/{title}{credentials}{surname}", Name{Given: "A", Surname: "B"}, "A B"},     // literals between empty fields go
		{"{given} ({given2}, {title}) {surname}", Name{Given: "A", Title: "T", Surname: "B"}, "A T B"}, // an opening bracket went
		{"{given} {title}，{surname}", Name{Given: "A", Surname: "B"}, "A，B"},                           // no white space before a comma
		{"{surname-initial} {given2}", Name{Given: "Ada Zoe", Given2: "M"}, "A Z M"},
	} {
		v := newValues(c.name)
		p := compile(c.pattern)
		v.standIn(p)
		require.Equal(t, c.want, string(v.appendPattern(nil, p, s, false)), c.pattern)
	}
}

// Initials may have a pattern before and after, and any sequence.
func TestInitialPatterns(t *testing.T) {
	t.Parallel()
	s := &style{initial: [2]string{"<", ">"}, sequence: "+"}
	require.Equal(t, "<A>+<M>+<X>", string(appendInitials(nil, "Anne-Marie 3rd Xu", s, false)))
	require.Equal(t, "<A>-<M> 3rd <X>", string(appendInitials(nil, "Anne-Marie 3rd Xu", s, true)))
	require.Empty(t, appendInitials(nil, "3rd", s, false))
	require.Empty(t, appendInitials(nil, "", s, true))
	require.Equal(t, "<𠮷>+<田>", string(appendInitials(nil, "𠮷田", s, false)))
}

// The room that capitals get is enough for every character, in every casing.
func TestCapitalsHaveRoom(t *testing.T) {
	t.Parallel()
	for _, c := range []casing{plainCasing, turkicCasing, lithuanianCasing, greekCasing, dutchCasing} {
		v := &values{casing: c}
		for r := rune(0x20); r < 0x20000; r++ {
			if !unicode.IsLower(r) && !unicode.IsTitle(r) {
				continue
			}
			got := string(v.appendCapitals([]byte("x"+string(r)), 1, true))
			tag := map[casing]language.Tag{turkicCasing: language.Turkish, greekCasing: language.Greek, dutchCasing: language.Dutch}[c]
			require.Equal(t, "x"+cases.Upper(tag).String(string(r)), got, "U+%04X", r)
		}
	}
	require.Equal(t, "x\u0399\u0308\u0301ΪΣΣ", string((&values{}).appendCapitals([]byte("x\u0390ϊςσ"), 1, true)))
}
