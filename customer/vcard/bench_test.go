package vcard_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/vcard"
)

// ordinary is a card as address books export it.
const ordinary = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1\r\nFN:Dr. Maria Lopez Garcia\r\n" +
	"N:Lopez;Maria;Elena,Ines;Dr.;;Garcia;\r\nORG:Example GmbH;Sales\r\nTITLE:Head of Sales\r\nTEL;TYPE=cell,work;PREF=1:+49 151 23456789\r\n" +
	"TEL;TYPE=home:+49 30 123456\r\nEMAIL;TYPE=work:maria@example.com\r\nADR;TYPE=home:;;Musterstr. 1;Berlin;;10115;Germany\r\n" +
	"BDAY:19850412\r\nLANG;PREF=1:de\r\nNOTE:Prefers mail\\, not calls.\\nSecond line.\r\nREV:20240131T100000Z\r\nEND:VCARD\r\n"

func BenchmarkDecode(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000} {
		data := []byte(strings.Repeat(ordinary, n))
		b.Run(fmt.Sprintf("cards=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := vcard.Decode(data, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecodeHostile(b *testing.B) {
	for _, c := range []struct{ name, unit string }{
		{"commas", ","},
		{"backslashes", "\\"},
		{"carets", "^n"},
		{"folds", "\r\n a"},
	} {
		for _, n := range []int{1000, 10_000, 100_000} {
			data := []byte("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:X\r\nN;X-P=" + strings.Repeat(c.unit, n) + ":" + strings.Repeat(c.unit, n) + "\r\nEND:VCARD\r\n")
			b.Run(fmt.Sprintf("%s/n=%d", c.name, n), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					_, _ = vcard.Decode(data, &vcard.DecodeOptions{Tolerant: true})
				}
			})
		}
	}
}

// Many lines of one ALTID on a long name cost no more than their length.
func BenchmarkDecodeAlternatives(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		var text strings.Builder
		text.WriteString("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:X\r\nN;ALTID=1:" + strings.Repeat("a,", n) + ";b;;;\r\n")
		for i := range 100 {
			fmt.Fprintf(&text, "N;ALTID=1;LANGUAGE=l%d:y\r\nN;ALTID=1;LANGUAGE=m%d;PHONETIC=ipa:y\r\n", i, i)
		}
		data := []byte(text.String() + "END:VCARD\r\n")
		b.Run(fmt.Sprintf("components=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := vcard.Decode(data, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	cards, err := vcard.Decode([]byte(ordinary), nil)
	require.NoError(b, err)
	for _, v := range []vcard.Version{vcard.V21, vcard.V30, vcard.V40} {
		b.Run(v.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := vcard.Encode(cards, &vcard.EncodeOptions{Version: v}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkJSContact(b *testing.B) {
	cards, err := vcard.Decode([]byte(ordinary), nil)
	require.NoError(b, err)
	text, err := vcard.EncodeJSContact(&cards[0])
	require.NoError(b, err)
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := vcard.DecodeJSContact(text, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := vcard.EncodeJSContact(&cards[0]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
