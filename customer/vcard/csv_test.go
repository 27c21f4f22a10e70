package vcard_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer/vcard"
	"github.com/rapport-go/rapport/internal/golden"
)

func tableMapping() *vcard.Mapping {
	return &vcard.Mapping{Columns: []vcard.Column{
		{Header: "name", Field: vcard.FullName},
		{Header: "phone", Field: vcard.PhoneNumber, Features: []string{"mobile"}},
		{Header: "work", Field: vcard.PhoneNumber, Contexts: []string{"work"}, Split: "|"},
		{Header: "tags", Field: vcard.Keyword, Split: "|"},
		{Header: "born", Field: vcard.BirthDate},
	}}
}

func TestImportSaysEveryFault(t *testing.T) {
	t.Parallel()
	table := "\uFEFFname,phone,work,tags,born\r\n" +
		"Ann,+1,,a|b,1985\r\n" +
		"Bob,+2,,,31.12.1985\r\n" +
		"too,few\r\n" +
		"Eve,\"x\"y,,,\r\n" +
		"\"Max\nM.\",,1|2,,--02-29\r\n"
	rows, err := vcard.ImportCSV([]byte(table), tableMapping(), nil)
	require.Nil(t, rows)
	golden.Equal(t, "testdata/import_faults.txt", err.Error()+"\n")
	require.NotContains(t, err.Error(), "31.12")
	rows, err = vcard.ImportCSV([]byte(table), tableMapping(), &vcard.DecodeOptions{Tolerant: true})
	require.Error(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, "Max\nM.", rows[2].Card.Name.Full)
	require.Equal(t, 6, rows[2].Number)
	require.Len(t, rows[2].Card.Phones, 2)
	require.Equal(t, vcard.Date{Month: 2, Day: 29}, rows[2].Card.Anniversaries[0].Date)
	require.Empty(t, rows[1].Card.Anniversaries, "a date that is none is left out, not guessed")
}

func TestImportGuessesNoHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, header string
		want         error
	}{
		{"unknown header", "name,phone,work,tags,born,email", vcard.ErrMapping},
		{"missing header", "name,phone,work,tags", vcard.ErrMissing},
		{"header in another case", "Name,phone,work,tags,born", vcard.ErrMissing},
		{"header twice", "name,phone,work,tags,born,name", vcard.ErrDuplicate},
		{"none", "", vcard.ErrSyntax},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := vcard.ImportCSV([]byte(c.header+"\n"), tableMapping(), &vcard.DecodeOptions{Tolerant: true})
			require.ErrorIs(t, err, c.want)
		})
	}
}

func TestMappingFaults(t *testing.T) {
	t.Parallel()
	m := &vcard.Mapping{Comma: ";;", Columns: []vcard.Column{
		{Header: "a"},
		{Header: "b", Field: vcard.FullName, Split: "|"},
		{Header: "b", Field: vcard.FullName},
		{Header: "c", Field: vcard.EmailAddress, Features: []string{"fax"}},
		{Header: "d", Field: vcard.PropertyValue, Property: "X_Y"},
		{Header: "e", Field: vcard.NoteText, Label: "x", Contexts: []string{"work"}},
	}}
	err := m.Check()
	require.ErrorIs(t, err, vcard.ErrMapping)
	golden.Equal(t, "testdata/mapping_faults.txt", err.Error()+"\n")
}

// No cell of an export begins with what a spreadsheet takes for a formula.
func TestExportIsNoFormula(t *testing.T) {
	t.Parallel()
	m := &vcard.Mapping{Columns: []vcard.Column{{Header: "=name", Field: vcard.FullName}}}
	for _, s := range []string{"=1+1", "+49", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "'x", " =1", "＝1", "\u3000@x", "a;=1", "ok"} {
		text, err := vcard.ExportCSV([]vcard.Card{{Name: vcard.Name{Full: s}}}, m, &vcard.ExportOptions{BOM: true})
		require.NoError(t, err)
		_, body, _ := strings.Cut(strings.TrimPrefix(string(text), "\uFEFF"), "\r\n")
		require.True(t, strings.HasPrefix(body, "\""))
		require.NotContains(t, "=+-@\t\r\n", body[1:2], s)
		back := *m
		back.Guarded = true
		rows, err := vcard.ImportCSV(text, &back, nil)
		require.NoError(t, err)
		require.Equal(t, s, rows[0].Card.Name.Full)
	}
}

func TestExportSaysWhatIsLost(t *testing.T) {
	t.Parallel()
	c := vcard.Card{
		Name: vcard.Name{Full: "Ann"}, Keywords: []string{"a|b"},
		Emails: []vcard.Email{{ID: "1", Address: "ann@example.com"}},
	}
	_, err := vcard.ExportCSV([]vcard.Card{c}, tableMapping(), nil)
	require.ErrorIs(t, err, vcard.ErrUnmapped)
	require.EqualError(t, err, "vcard: the mapping does not carry everything: row 2: emails, keywords")
	text, err := vcard.ExportCSV([]vcard.Card{c}, tableMapping(), &vcard.ExportOptions{Partial: true})
	require.NoError(t, err)
	require.Equal(t, "\"name\",\"phone\",\"work\",\"tags\",\"born\"\r\n\"Ann\",,,\"a|b\",\r\n", string(text))
}

func wideMapping() *vcard.Mapping {
	return &vcard.Mapping{Comma: ";", Guarded: true, Columns: []vcard.Column{
		{Header: "id", Field: vcard.UIDField},
		{Header: "surname", Field: vcard.Surname},
		{Header: "given", Field: vcard.GivenName, Split: " "},
		{Header: "reading", Field: vcard.SurnameReading},
		{Header: "firm", Field: vcard.OrganizationName},
		{Header: "unit", Field: vcard.OrganizationUnit, Split: "/"},
		{Header: "mail", Field: vcard.EmailAddress, Split: ","},
		{Header: "fax", Field: vcard.PhoneNumber, Features: []string{"fax"}, Label: "Fax"},
		{Header: "city", Field: vcard.AddressLocality, Slot: 1, Contexts: []string{"work"}},
		{Header: "street", Field: vcard.AddressStreet, Slot: 1, Contexts: []string{"work"}},
		{Header: "country", Field: vcard.AddressCountryCode, Slot: 1, Contexts: []string{"work"}},
		{Header: "home", Field: vcard.AddressFull, Slot: 2, Contexts: []string{"private"}},
		{Header: "lang", Field: vcard.LanguageTag, Split: ","},
		{Header: "note", Field: vcard.NoteText},
		{Header: "number", Field: vcard.PropertyValue, Property: "x-number"},
	}}
}

// What an export gives comes back as the same cards, whatever the cells hold.
func TestTablesComeBack(t *testing.T) {
	t.Parallel()
	m := wideMapping()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"", "a", "=1", "'x", "''", "a\"b", "a;b", "a\r\nb", "山田", "-", " "})
		quoted := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
		table := "id;surname;given;reading;firm;unit;mail;fax;city;street;country;home;lang;note;number\n"
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			cells := make([]string, len(m.Columns))
			for i := range cells {
				if cells[i] = quoted(word.Draw(t, "cell")); m.Columns[i].Field == vcard.SurnameReading {
					cells[i] = ""
				}
			}
			table += strings.Join(cells, ";") + "\n"
		}
		plain := *m
		plain.Guarded = false
		rows, err := vcard.ImportCSV([]byte(table), &plain, nil)
		require.NoError(t, err)
		var cards []vcard.Card
		for _, r := range rows {
			require.NoError(t, r.Card.Check())
			cards = append(cards, r.Card)
		}
		text, err := vcard.ExportCSV(cards, m, nil)
		require.NoError(t, err, table)
		again, err := vcard.ImportCSV(text, m, nil)
		require.NoError(t, err)
		require.Len(t, again, len(cards))
		for i := range cards {
			require.True(t, cards[i].Equal(&again[i].Card), "%s\n%s", table, text)
		}
	})
}
