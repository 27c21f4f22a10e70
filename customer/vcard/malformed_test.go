package vcard_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer/vcard"
)

// A tolerant reading loses nothing that stands in a card.
func TestMalformedLinesAreKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, card string
		want       []string
	}{
		{"no colon", in("3.0", "FN:X", "no colon; a, b\\c"), []string{"no colon; a, b\\c"}},
		{"folded", in("4.0", "FN:X", "no co", " lon"), []string{"no colon"}},
		{"a name that is none", in("4.0", "FN:X", "X_Y:1", "ÄÖ:2", ".A:3", "a.b.c:4"), []string{"X_Y:1", "ÄÖ:2", ".A:3", "a.b.c:4"}},
		{"a quotation mark", in("4.0", "FN:X", `X-P;A="x:1`, `X-P;A="x"y:1`), []string{`X-P;A="x:1`, `X-P;A="x"y:1`}},
		{"bytes that are not UTF-8", in("4.0", "FN:X", "NOTE:a\xff\xfe"), []string{"NOTE:a\xff\xfe"}},
		{"a character set that is not known", in("2.1", "N:x", "NOTE;CHARSET=klingon:a"), []string{"NOTE;CHARSET=klingon:a"}},
		{"a character set that it is not in", in("2.1", "N:x", "NOTE;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=81"), []string{"NOTE;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=81"}},
		{"not quoted-printable", in("2.1", "N:x", "NOTE;ENCODING=QUOTED-PRINTABLE:=ZZ"), []string{"NOTE;ENCODING=QUOTED-PRINTABLE:=ZZ"}},
		{"not base64", in("3.0", "FN:X", "PHOTO;ENCODING=b:%%%"), []string{"PHOTO;ENCODING=b:%%%"}},
		{"control characters", in("4.0", "FN:X", "a\x00b\x1bc"), []string{"a\x00b\x1bc"}},
		{"another version", in("5.0", "FN:X"), []string{"VERSION:5.0"}},
		{"two versions", in("3.0", "FN:X", "VERSION:4.0", "VERSION:3.0"), []string{"VERSION:4.0"}},
		{"an AGENT that is none", in("2.1", "N:x", `AGENT;X="a:`, "BEGIN:VCARD", "N:y", "END:VCARD"), []string{`AGENT;X="a:`, "BEGIN:VCARD\nN:y\nEND:VCARD\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cards, err := vcard.Decode([]byte(c.card), &vcard.DecodeOptions{Tolerant: true})
			require.Error(t, err)
			require.Len(t, cards, 1)
			require.Equal(t, c.want, cards[0].Malformed())
			roundTrips(t, &cards[0])
			for _, v := range []vcard.Version{vcard.V21, vcard.V30, vcard.V40} {
				text, err := vcard.Encode(cards, &vcard.EncodeOptions{Version: v})
				require.NoError(t, err)
				require.NotContains(t, string(text), "JSPROP")
				again, err := vcard.Decode(text, &vcard.DecodeOptions{Tolerant: true})
				require.Len(t, again, 1, err)
				require.Equal(t, c.want, again[0].Malformed())
			}
			none, err := vcard.Decode([]byte(c.card), nil)
			require.Error(t, err)
			require.Empty(t, none, "a strict reading gives no card")
		})
	}
}

// A card that the next one begins inside of ends there, in a text as in a stream: neither
// is lost, and no line of one gets into the other.
func TestCardsWithoutAnEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"one of two", "BEGIN:VCARD\nVERSION:4.0\nFN:A\n\nBEGIN:VCARD\nVERSION:4.0\nFN:B\nEND:VCARD\n", []string{"A", "B"}},
		{"two of three", "BEGIN:VCARD\nVERSION:4.0\nFN:A\nBEGIN:VCARD\nVERSION:4.0\nFN:B\nBEGIN:VCARD\nVERSION:4.0\nFN:C\nEND:VCARD\n", []string{"A", "B", "C"}},
		{"all", "BEGIN:VCARD\nVERSION:4.0\nFN:A\nBEGIN:VCARD\nVERSION:4.0\nFN:B", []string{"A", "B"}},
		{"the agent of one", "BEGIN:VCARD\nVERSION:2.1\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:agent\nBEGIN:VCARD\nVERSION:4.0\nFN:B\nEND:VCARD\n", []string{"A", "B"}},
		{"an end too many", "BEGIN:VCARD\nVERSION:4.0\nFN:A\nEND:VCARD\nEND:VCARD\nBEGIN:VCARD\nVERSION:4.0\nFN:B\nEND:VCARD\n", []string{"A", "B"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cards, err := vcard.Decode([]byte(c.text), &vcard.DecodeOptions{Tolerant: true})
			require.ErrorIs(t, err, vcard.ErrSyntax)
			var names, streamed []string
			for _, card := range cards {
				names = append(names, card.Name.Full)
			}
			require.Equal(t, c.want, names)
			faulty := false
			for card, err := range vcard.All(strings.NewReader(c.text), &vcard.DecodeOptions{Tolerant: true}) {
				if faulty = faulty || err != nil; card.Name.Full != "" {
					streamed = append(streamed, card.Name.Full)
				}
			}
			require.Equal(t, c.want, streamed)
			require.True(t, faulty)
		})
	}
}

// A line outside every card is reported and gets into none.
func TestLinesOutsideCards(t *testing.T) {
	t.Parallel()
	cards, err := vcard.Decode([]byte("FN:lost\nEND:VCARD\n"+in("4.0", "FN:A")), &vcard.DecodeOptions{Tolerant: true})
	require.Len(t, cards, 1)
	require.Empty(t, cards[0].Malformed())
	require.Empty(t, cards[0].Properties)
	require.EqualError(t, err, "vcard: not well formed: line 1: outside a card\nvcard: not well formed: line 2: outside a card")
}

// Agents may stand on lines of their own or begin on the line of the property, and in
// one another.
func TestAgents(t *testing.T) {
	t.Parallel()
	const inner = "BEGIN:VCARD\nVERSION:2.1\nN:y\nEND:VCARD\n"
	for _, c := range []struct{ name, card, want string }{
		{"on lines of its own", in("2.1", "N:x", "AGENT:", inner+"TEL:1"), inner},
		{"on the line of the property", in("2.1", "N:x", "item1.AGENT;X-A=1: "+inner+"TEL:1"), inner},
		{"behind a blank line", in("2.1", "N:x", "AGENT:", "", inner+"TEL:1"), inner},
		{"in an agent", in("2.1", "N:x", "AGENT:", "BEGIN:VCARD\nAGENT:\n"+inner+"END:VCARD\nTEL:1"), "BEGIN:VCARD\nAGENT:\n" + inner + "END:VCARD\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cards, err := vcard.Decode([]byte(c.card), nil)
			require.NoError(t, err)
			require.Len(t, cards, 1)
			require.Equal(t, "1", cards[0].Phones[0].Number, "what follows is of the outer card")
			require.Equal(t, "agent", cards[0].Properties[0].Name)
			want := strings.NewReplacer(`\`, `\\`, ",", `\,`, ";", `\;`, "\n", `\n`).Replace(c.want)
			require.Equal(t, want, cards[0].Properties[0].Value)
			roundTrips(t, &cards[0])
		})
	}
}

// Any bytes in a line of a card come back, from each version and from JSContact.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		junk := rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "junk")
		text := strings.NewReplacer("\n", "", "\r", "", ":", "").Replace(string(junk))
		if strings.Trim(text, " \t") == "" || text[0] == ' ' || text[0] == '\t' {
			return
		}
		v := rapid.SampledFrom([]string{"2.1", "3.0", "4.0"}).Draw(t, "version")
		cards, err := vcard.Decode([]byte(in(v, "FN:X", "N:x", text, "TEL:1")), &vcard.DecodeOptions{Tolerant: true})
		require.ErrorIs(t, err, vcard.ErrSyntax)
		require.Len(t, cards, 1)
		require.Len(t, cards[0].Phones, 1)
		require.Equal(t, []string{text}, cards[0].Malformed())
		for range 2 {
			for _, v := range []vcard.Version{vcard.V40, vcard.V21, vcard.V30} {
				text, err := vcard.Encode(cards, &vcard.EncodeOptions{Version: v})
				require.NoError(t, err)
				cards, err = vcard.Decode(text, nil)
				require.NoError(t, err)
			}
			cards[0].UID = "u"
			j, err := json.Marshal(cards[0])
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(j, &cards[0]))
		}
		require.Equal(t, []string{text}, cards[0].Malformed())
	})
}

// A card may be folded at every octet, also inside a code point and inside the lines of
// its frame, with blanks or tabs and any line end, and is the same card, in a text as in a
// stream.
func TestFoldsAtEveryOctet(t *testing.T) {
	t.Parallel()
	for _, text := range []string{ordinary, in("3.0", "FN:山田👩‍👩‍👧", `NOTE;X-A="é;^n":a\nb`, "PHOTO;ENCODING=b;TYPE=JPEG:AAECAwQF")} {
		want, err := vcard.Decode([]byte(text), nil)
		require.NoError(t, err)
		for _, end := range []string{"\r\n", "\n", "\r\r\n"} {
			for _, blank := range []string{" ", "\t"} {
				for width := 1; width < 6; width++ {
					var b strings.Builder
					for l := range strings.Lines(text) {
						l = strings.TrimRight(l, "\r\n")
						for len(l) > width {
							b.WriteString(l[:width] + end + blank)
							l = l[width:]
						}
						b.WriteString(l + end)
					}
					got, err := vcard.Decode([]byte(b.String()), nil)
					require.NoError(t, err, "width %d", width)
					require.Len(t, got, 1)
					require.True(t, want[0].Equal(&got[0]))
					n := 0
					for c, err := range vcard.All(strings.NewReader(b.String()+b.String()), nil) {
						require.NoError(t, err)
						require.True(t, want[0].Equal(&c))
						n++
					}
					require.Equal(t, 2, n)
				}
			}
		}
	}
}

// The soft line breaks of quoted-printable may stand anywhere too, also inside a code
// point, and the value is the same.
func TestSoftBreaksAtEveryOctet(t *testing.T) {
	t.Parallel()
	const value = "a=E5=B1=B1=3B b\xe5\xb1\xb1c=0D=0Ad"
	want, err := vcard.Decode([]byte(in("2.1", "N:x", "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"+value)), nil)
	require.NoError(t, err)
	require.Equal(t, "a山; b山c\nd", want[0].Notes[0].Note)
	for i := range len(value) + 1 {
		if at := strings.LastIndexByte(value[:i], '='); at >= 0 && i-at < 3 {
			continue // inside an escape there is none
		}
		got, err := vcard.Decode([]byte(in("2.1", "N:x", "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"+value[:i]+"=", value[i:], "TEL:1")), nil)
		require.NoError(t, err)
		require.Equal(t, want[0].Notes, got[0].Notes, "behind octet %d", i)
		require.Len(t, got[0].Phones, 1)
	}
}
