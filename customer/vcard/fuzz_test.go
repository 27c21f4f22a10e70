package vcard_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/vcard"
)

// FuzzDecode: no panic, and what was read comes back from each version.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		ordinary, "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=93=63;=91=BE=98=59\nEND:VCARD\n",
		"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:X\r\nitem1.TEL:1\r\nitem1.X-ABLabel:a\r\nPHOTO;ENCODING=b;TYPE=JPEG:AA\r\n AA\r\nLABEL:x\r\nSORT-STRING:y\r\nEND:VCARD",
		"BEGIN:VCARD\nVERSION:4.0\nFN:X\nN;JSCOMPS=\"s,\\,;1;s,-;0\":a;b\nJSPROP;JSPTR=\"name/x\":{\"a\":1}\nADR;LABEL=\"a^nb\":;;;;;;;1;2;3;4;5;6;7;8;9;10;11\nEND:VCARD\n",
		"BEGIN:VCARD\nVERSION:4.0\nFN:X\nN;ALTID=1:山田;太郎;;;\nN;ALTID=1;PHONETIC=script;SCRIPT=Kana:ヤマダ;タロウ;;;\nBDAY:--0229\nBIRTHPLACE:y\nEND:VCARD\n",
		"BEGIN:VCARD\nVERSION:4.0\nLANGUAGE:en\nFN;ALTID=1:X\nFN;ALTID=1;LANGUAGE=de:Y\nN;ALTID=1:a;b\nN;ALTID=1;LANGUAGE=ja;PHONETIC=ipa:c\nADR;ALTID=1:;;;a\nADR;ALTID=1;LANGUAGE=ja:;;;b\nADR;ALTID=1;PHONETIC=script;SCRIPT=Kana;LANGUAGE=ja:;;;c\nTITLE;ALTID=2:x\nTITLE;ALTID=2;LANGUAGE=fr;X=1:y\nEND:VCARD\n",
		"BEGIN:VCARD\nVERSION:2.1\nAGENT:\nBEGIN:VCARD\nEND:VCARD\nNOTE;QUOTED-PRINTABLE:a=\nb=3D\nEND:VCARD",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<12 {
			return
		}
		_, _ = vcard.Decode(data, nil)
		cards, _ := vcard.Decode(data, &vcard.DecodeOptions{Tolerant: true})
		for _, v := range []vcard.Version{vcard.V21, vcard.V30, vcard.V40} {
			text, err := vcard.Encode(cards, &vcard.EncodeOptions{Version: v})
			require.NoError(t, err, "%q", data)
			again, _ := vcard.Decode(text, &vcard.DecodeOptions{Tolerant: true})
			require.Len(t, again, len(cards))
			for i := range cards {
				require.True(t, cards[i].Equal(&again[i]), "%s %q\n%s", v, data, text)
			}
		}
	})
}

// FuzzJSContact: no panic, and what was read comes back, from JSContact and vCard.
func FuzzJSContact(f *testing.F) {
	for _, s := range []string{
		`{"@type":"Card","version":"1.0","uid":"u","name":{"full":"x","isOrdered":false},"phones":{"a":{"number":"1","pref":0,"contexts":{"work":false}}},"x:y":null}`,
		`{"uid":"u","vCardProps":[["x-foo",{"group":"g"},"unknown","v"]],"anniversaries":{"1":{"kind":"birth","date":{"@type":"Timestamp","utc":"2000-01-01T00:00:00Z"}}}}`,
		`{"uid":"u","titles":{"1":{"name":"a"}},"localizations":{"de":{"name/full":"y","titles/1/name":"b","titles/1":{"name":null},"name/components/0/phonetic":"c"}},"media":{"1":{"@type":"Media","kind":"photo","uri":"data:,"}},"keywords":{}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<12 {
			return
		}
		c, _ := vcard.DecodeJSContact(data, &vcard.DecodeOptions{Tolerant: true})
		if c.Check() != nil {
			return
		}
		if c.UID == "" {
			c.UID = c.DeriveUID()
			if c.Check() != nil {
				return // a uid that is no text is kept
			}
		}
		text, err := vcard.EncodeJSContact(&c)
		require.NoError(t, err)
		again, _ := vcard.DecodeJSContact(text, &vcard.DecodeOptions{Tolerant: true})
		require.True(t, c.Equal(&again), "%q\n%s", data, text)
		lines, err := vcard.Encode([]vcard.Card{c}, nil)
		require.NoError(t, err, "%q", data)
		back, _ := vcard.Decode(lines, &vcard.DecodeOptions{Tolerant: true})
		require.Len(t, back, 1)
		require.True(t, c.Equal(&back[0]), "%q\n%s", data, lines)
	})
}

// FuzzImportCSV: no panic, and what was read can be written and read again.
func FuzzImportCSV(f *testing.F) {
	f.Add([]byte("name,phone,work,tags,born\r\n\"a\"\"b\",'+1,x|y,k,--02-29\r\n"))
	f.Add([]byte("\uFEFFname,phone,work,tags,born\n=1,\"\n\",,,\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m := tableMapping()
		rows, _ := vcard.ImportCSV(data, m, &vcard.DecodeOptions{Tolerant: true})
		cards := make([]vcard.Card, len(rows))
		for i := range rows {
			cards[i] = rows[i].Card
		}
		text, err := vcard.ExportCSV(cards, m, nil)
		if err != nil {
			require.ErrorIs(t, err, vcard.ErrUnmapped)
			return
		}
		m.Guarded = true
		again, err := vcard.ImportCSV(text, m, nil)
		require.NoError(t, err)
		require.Len(t, again, len(cards))
		for i := range cards {
			require.True(t, cards[i].Equal(&again[i].Card))
		}
	})
}
