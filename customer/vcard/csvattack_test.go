package vcard_test

import (
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer/vcard"
)

// No cell that a spreadsheet may take for a formula leaves without its apostrophe, in
// whatever column, header included; what is harmless is left alone.
func TestFormulasAreGuarded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, cell string
		guarded    bool
	}{
		{"equals", "=1+1", true},
		{"plus", "+49 30 1", true},
		{"minus", "-1", true},
		{"at", "@SUM(A1)", true},
		{"tab", "\t=1", true},
		{"tab alone", "\tx", true},
		{"carriage return", "\r=1", true},
		{"line feed", "\nx", true},
		{"blanks", "   =1", true},
		{"blank and tab", " \t=1", true},
		{"no-break space", "\u00a0=1", true},
		{"ideographic space", "\u3000=1", true},
		{"em space", "\u2003=1", true},
		{"zero width space", "\u200b=1", true},
		{"byte order mark", "\ufeff=1", true},
		{"direction mark", "\u202e=1", true},
		{"control character", "\x01=1", true},
		{"full-width equals", "＝1", true},
		{"full-width plus", "＋1", true},
		{"full-width minus", "－1", true},
		{"full-width at", "＠x", true},
		{"small equals", "﹦1", true},
		{"small plus", "﹢1", true},
		{"small minus", "﹣1", true},
		{"small at", "﹫x", true},
		{"minus of mathematics", "−1", true},
		{"apostrophe", "'=1", true},
		{"a name", "Ann", false},
		{"an address", "ann@example.com", false},
		{"inside", "a=1", false},
		{"behind another separator", "a;=1", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := &vcard.Mapping{Columns: []vcard.Column{{Header: c.cell, Field: vcard.FullName}}}
			cards := []vcard.Card{{Name: vcard.Name{Full: c.cell}}}
			text, err := vcard.ExportCSV(cards, m, nil)
			require.NoError(t, err)
			want := `"` + c.cell + `"`
			if c.guarded {
				want = `"'` + c.cell + `"`
			}
			require.Equal(t, want+"\r\n"+want+"\r\n", string(text))
			m.Guarded = true
			rows, err := vcard.ImportCSV(text, m, nil)
			require.NoError(t, err)
			require.Len(t, rows, 1)
			require.True(t, cards[0].Equal(&rows[0].Card))
		})
	}
}

// Every table that encoding/csv reads strictly gives the same cells here, whatever the
// separator and the line ends; its lazy quotes are faults.
func TestTableIsReadAsEncodingCSV(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		comma := rapid.SampledFrom([]string{",", ";", "\t", "|"}).Draw(t, "comma")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		piece := rapid.SampledFrom([]string{"a", "山", " ", "\"\"", "\"", ",", ";", "\t", "|", "\n", "x y", "'", "="})
		table := "a" + comma + "b" + comma + "c" + end
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			var cells []string
			for range rapid.IntRange(1, 4).Draw(t, "cells") {
				cell := strings.Join(rapid.SliceOfN(piece, 0, 4).Draw(t, "cell"), "")
				if rapid.Bool().Draw(t, "quoted") {
					cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
				}
				cells = append(cells, cell)
			}
			table += strings.Join(cells, comma) + rapid.SampledFrom([]string{end, end, "\n"}).Draw(t, "this")
		}
		m := &vcard.Mapping{Comma: comma, Columns: []vcard.Column{{Header: "a", Field: vcard.FullName}, {Header: "b", Field: vcard.NoteText}, {Header: "c", Field: vcard.JobTitle}}}
		r := csv.NewReader(strings.NewReader(table))
		r.Comma = rune(comma[0])
		records, theirs := r.ReadAll()
		rows, ours := vcard.ImportCSV([]byte(table), m, nil)
		if theirs != nil {
			require.Error(t, ours, "%q", table)
			return
		}
		require.NoError(t, ours, "%q", table)
		require.Len(t, rows, len(records)-1)
		for i, row := range rows {
			var note, title string
			if len(row.Card.Notes) > 0 {
				note = row.Card.Notes[0].Note
			}
			if len(row.Card.Titles) > 0 {
				title = row.Card.Titles[0].Name
			}
			require.Equal(t, records[i+1], []string{row.Card.Name.Full, note, title}, "%q", table)
			require.Equal(t, i+2, row.Number)
		}
	})
}

// Tables come in UTF-8, in UTF-16 with a byte order mark, or in the character set that
// the host names; none is guessed.
func TestTableEncodings(t *testing.T) {
	t.Parallel()
	const table = "name,phone,work,tags,born\r\n山田 \"é\",+1,,,1985\r\n"
	plain := strings.Replace(table, `山田 "é"`, `"山田 ""€"""`, 1)
	german := strings.Replace(table, `山田 "é"`, `Müller €`, 1)
	wide := func(order func(uint16) []byte) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune("\uFEFF" + plain)) {
			b = append(b, order(u)...)
		}
		return b
	}
	little := wide(func(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} })
	sjis, err := japanese.ShiftJIS.NewEncoder().String(strings.ReplaceAll(plain, "€", "表"))
	require.NoError(t, err)
	latin, err := charmap.Windows1252.NewEncoder().String(german)
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		data []byte
		o    *vcard.DecodeOptions
		want string // empty: ErrEncoding
	}{
		{"UTF-8", []byte(plain), nil, `山田 "€"`},
		{"UTF-8 with a mark", []byte("\uFEFF" + plain), nil, `山田 "€"`},
		{"UTF-16, little end first", little, nil, `山田 "€"`},
		{"UTF-16, big end first", wide(func(u uint16) []byte { return []byte{byte(u >> 8), byte(u)} }), nil, `山田 "€"`},
		{"UTF-16 cut short", little[:len(little)-1], nil, ""},
		{"UTF-16 with a replacement character of its own", append(little[:len(little):len(little)], 0xfd, 0xff, '\n', 0), &vcard.DecodeOptions{Tolerant: true}, "short"},
		{"UTF-16 with one, cut short", append(little[:len(little):len(little)], 0xfd, 0xff, '\n'), &vcard.DecodeOptions{Tolerant: true}, ""},
		{"UTF-16 with half a pair", append(little[:len(little):len(little)], 0x3d, 0xd8), nil, ""},
		{"Shift_JIS", []byte(sjis), &vcard.DecodeOptions{Charset: "shift_jis"}, `山田 "表"`},
		{"windows-1252", []byte(latin), &vcard.DecodeOptions{Charset: "windows-1252"}, "Müller €"},
		{"not guessed", []byte(latin), nil, ""},
		{"UTF-8 whatever is named", []byte(plain), &vcard.DecodeOptions{Charset: "windows-1252"}, `山田 "€"`},
		{"not in its set", []byte(latin), &vcard.DecodeOptions{Charset: "iso-2022-jp"}, ""},
		{"unknown", []byte(latin), &vcard.DecodeOptions{Charset: "klingon"}, ""},
		{"the host's", []byte(latin), &vcard.DecodeOptions{Charset: "klingon", Charsets: func(string, []byte) (string, error) { return german, nil }}, "Müller €"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rows, err := vcard.ImportCSV(c.data, tableMapping(), c.o)
			if c.want == "" {
				require.ErrorIs(t, err, vcard.ErrEncoding)
				require.Empty(t, rows)
				return
			}
			if c.want == "short" { // a record of one cell, which is no matter of the encoding
				require.ErrorIs(t, err, vcard.ErrSyntax)
				require.NotErrorIs(t, err, vcard.ErrEncoding)
				return
			}
			require.NoError(t, err)
			require.Len(t, rows, 1)
			require.Equal(t, c.want, rows[0].Card.Name.Full)
		})
	}
}

func TestTableLineEnds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, table, want string }{
		{"line feeds", "name,phone,work,tags,born\nA,,,,\nB,,,,\n", "A|B"},
		{"both mixed", "name,phone,work,tags,born\r\nA,,,,\nB,,,,\r\n", "A|B"},
		{"carriage returns", "name,phone,work,tags,born\rA,,,,\rB,,,,", "A|B"},
		{"carriage returns and quotation marks", "name,phone,work,tags,born\r\"A\nB\",,,,\r\"C\",,,,\r", "A\nB|C"},
		{"a carriage return inside", "name,phone,work,tags,born\r\n\"A\rB\",,,,\r\n", "A\rB"},
		{"blank lines", "\r\n\nname,phone,work,tags,born\n\n\r\nA,,,,\n\n", "A"},
		{"no end", "name,phone,work,tags,born\nA,,,,", "A"},
		{"no rows", "name,phone,work,tags,born", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rows, err := vcard.ImportCSV([]byte(c.table), tableMapping(), nil)
			require.NoError(t, err)
			var names []string
			for _, r := range rows {
				names = append(names, r.Card.Name.Full)
			}
			require.Equal(t, c.want, strings.Join(names, "|"))
		})
	}
}

// A month alone is a birthday that JSContact has no date for: it is kept, shown by Birth
// and exported again.
func TestMonthOfBirthInATable(t *testing.T) {
	t.Parallel()
	m := tableMapping()
	m.Trim = true
	rows, err := vcard.ImportCSV([]byte("name,phone,work,tags,born\nA,,1 | 2,,--04\n"), m, nil)
	require.NoError(t, err)
	birth, ok := rows[0].Card.Birth()
	require.True(t, ok)
	require.Equal(t, vcard.Date{Month: 4}, birth.Date)
	require.Equal(t, "2", rows[0].Card.Phones[1].Number, "Trim is for the parts of a Split too")
	require.Empty(t, rows[0].Card.Anniversaries)
	text, err := vcard.ExportCSV([]vcard.Card{rows[0].Card}, m, nil)
	require.NoError(t, err)
	require.Contains(t, string(text), `"'--04"`)
	roundTrips(t, &rows[0].Card)
}
