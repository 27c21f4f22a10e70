package vcard_test

import (
	"fmt"
	"strings"

	"github.com/rapport-go/rapport/customer/vcard"
)

func ExampleDecode() {
	cards, err := vcard.Decode([]byte("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Maria Lopez\r\nN:Lopez;Maria;;;\r\n"+
		"TEL;TYPE=CELL,pref:+49 151 23456789\r\nBDAY:1985\r\nX-LOYALTY;TIER=gold:4711\r\nEND:VCARD\r\n"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	c := &cards[0]
	birth, _ := c.Birth()
	fmt.Println(c.Name.Full, c.Phones[0].Number, c.Phones[0].Features, birth.Date.Year, birth.Date.Month)
	fmt.Println(c.Properties[0].Name, c.Properties[0].Value)
	fmt.Println(c)
	// Output:
	// Maria Lopez +49 151 23456789 [mobile] 1985 0
	// x-loyalty 4711
	// vcard.[redacted]
}

func ExampleDecode_faults() {
	_, err := vcard.Decode([]byte("BEGIN:VCARD\nVERSION:4.0\nTEL;PREF=0:1\nBDAY:19850230\nEND:VCARD\n"), nil)
	fmt.Println(err)
	// Output:
	// vcard: bad value: line 3: TEL: PREF is a number from 1 to 100
	// vcard: bad value: line 4: BDAY: not a date
	// vcard: missing: line 2: FN: a card of 3.0 or 4.0 has one
}

func ExampleAll() {
	stream := strings.NewReader("BEGIN:VCARD\nVERSION:4.0\nFN:Ann\nEND:VCARD\nBEGIN:VCARD\nVERSION:4.0\nFN:Bob\nEND:VCARD\n")
	for c, err := range vcard.All(stream, nil) {
		fmt.Println(c.Name.Full, err)
	}
	// Output:
	// Ann <nil>
	// Bob <nil>
}

func ExampleEncode() {
	c := vcard.Card{
		Name:   vcard.Name{Full: "山田 太郎"},
		Phones: []vcard.Phone{{ID: "1", Number: "090 1234 5678", Features: []string{"mobile"}, Pref: 1}},
		Kept:   vcard.Kept{Extra: []vcard.Member{{Name: "example.com:tier", JSON: `"gold"`}}},
	}
	text, err := vcard.Encode([]vcard.Card{c}, nil)
	fmt.Print(strings.ReplaceAll(string(text), "\r", ""), err)
	// Output:
	// BEGIN:VCARD
	// VERSION:4.0
	// FN:山田 太郎
	// TEL;TYPE=cell;PREF=1:090 1234 5678
	// JSPROP;JSPTR="example.com:tier":"gold"
	// END:VCARD
	// <nil>
}

func ExampleDecodeJSContact() {
	c, err := vcard.DecodeJSContact([]byte(`{"@type":"Card","version":"1.0","uid":"u1","name":{"full":"Ann"},"example.com:tier":"gold"}`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := vcard.EncodeJSContact(&c)
	fmt.Println(string(text), err)
	// Output:
	// {"@type":"Card","version":"1.0","uid":"u1","name":{"full":"Ann"},"example.com:tier":"gold"} <nil>
}

func ExampleImportCSV() {
	m := &vcard.Mapping{Columns: []vcard.Column{
		{Header: "Name", Field: vcard.FullName},
		{Header: "Phones", Field: vcard.PhoneNumber, Split: "/"},
		{Header: "Born", Field: vcard.BirthDate},
	}, Ignore: []string{"Internal"}}
	rows, err := vcard.ImportCSV([]byte("Name,Phones,Born,Internal\nAnn,030 1/030 2,1985,x\nBob,1 or 2,12/31/85,y\n"), m, &vcard.DecodeOptions{Tolerant: true})
	for _, r := range rows {
		fmt.Println(r.Number, r.Card.Name.Full, len(r.Card.Phones), len(r.Card.Anniversaries))
	}
	fmt.Println(err)
	// Output:
	// 2 Ann 2 1
	// 3 Bob 1 0
	// vcard: bad value: row 3, column 3 (Born): does not fit birth
}

func ExampleExportCSV() {
	m := &vcard.Mapping{Columns: []vcard.Column{{Header: "Name", Field: vcard.FullName}, {Header: "Phone", Field: vcard.PhoneNumber}}}
	cards := []vcard.Card{{Name: vcard.Name{Full: "=HYPERLINK(\"x\")"}, Phones: []vcard.Phone{{ID: "1", Number: "+49 30 1"}}}}
	text, err := vcard.ExportCSV(cards, m, nil)
	fmt.Print(strings.ReplaceAll(string(text), "\r", ""), err)
	// Output:
	// "Name","Phone"
	// "'=HYPERLINK(""x"")","'+49 30 1"
	// <nil>
}

func ExampleCard_Gender() {
	cards, _ := vcard.Decode([]byte("BEGIN:VCARD\nVERSION:4.0\nFN:X\nGENDER:O;agender\nGRAMGENDER:common\nEND:VCARD\n"), nil)
	sex, identity, ok := cards[0].Gender()
	fmt.Println(sex, identity, ok, cards[0].SpeakToAs.GrammaticalGender)
	// Output:
	// O agender true common
}

func ExampleDecode_tolerant() {
	cards, err := vcard.Decode([]byte("BEGIN:VCARD\nVERSION:4.0\nFN:Ann\nTEL 030 1\nEND:VCARD\n"), &vcard.DecodeOptions{Tolerant: true})
	fmt.Println(err)
	fmt.Println(cards[0].Name.Full, cards[0].Malformed())
	// Output:
	// vcard: not well formed: line 4: no colon
	// Ann [TEL 030 1]
}

func ExampleEncode_version() {
	c := vcard.Card{
		Name:   vcard.Name{Full: "Zoë", Components: []vcard.NameComponent{{Kind: "given", Value: "Zoë"}}},
		Emails: []vcard.Email{{ID: "1", Address: "zoe@example.com", Contexts: []string{"work"}, Pref: 1}},
	}
	text, err := vcard.Encode([]vcard.Card{c}, &vcard.EncodeOptions{Version: vcard.V21})
	fmt.Print(strings.ReplaceAll(string(text), "\r", ""), err)
	// Output:
	// BEGIN:VCARD
	// VERSION:2.1
	// FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB
	// N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;Zo=C3=AB;;;
	// EMAIL;TYPE=WORK;TYPE=PREF:zoe@example.com
	// END:VCARD
	// <nil>
}

func ExampleEncodeJSContact() {
	cards, _ := vcard.Decode([]byte("BEGIN:VCARD\nVERSION:4.0\nUID:u1\nFN:Ann\nBDAY:--0229\nEND:VCARD\n"), nil)
	text, err := vcard.EncodeJSContact(&cards[0])
	fmt.Println(string(text), err)
	// Output:
	// {"@type":"Card","version":"1.0","uid":"u1","name":{"full":"Ann"},"anniversaries":{"1":{"kind":"birth","date":{"@type":"PartialDate","month":2,"day":29}}}} <nil>
}

func ExampleCard_Localize() {
	cards, _ := vcard.Decode([]byte("BEGIN:VCARD\nVERSION:4.0\nLANGUAGE:ja\nFN;ALTID=1;LANGUAGE=ja:山田 太郎\nFN;ALTID=1;LANGUAGE=en:Taro Yamada\n"+
		"TITLE;ALTID=1;LANGUAGE=ja:社長\nTITLE;ALTID=1;LANGUAGE=en:President\nEND:VCARD\n"), nil)
	fmt.Println(cards[0].Name.Full, cards[0].Titles[0].Name)
	english, ok, err := cards[0].Localize("en")
	fmt.Println(english.Name.Full, english.Titles[0].Name, ok, err)
	// Output:
	// 山田 太郎 社長
	// Taro Yamada President true <nil>
}

func ExampleCard_Birth() {
	for _, bday := range []string{"BDAY:--04", "BDAY;VALUE=text:circa 1800"} {
		cards, _ := vcard.Decode([]byte("BEGIN:VCARD\nVERSION:4.0\nFN:Ann\n"+bday+"\nEND:VCARD\n"), nil)
		birth, ok := cards[0].Birth()
		fmt.Println(birth.Date.Month, birth.Text, ok)
	}
	// Output:
	// 4  true
	// 0 circa 1800 true
}

func ExampleName_ReadingOf() {
	cards, _ := vcard.Decode([]byte("BEGIN:VCARD\nVERSION:4.0\nFN:山田 太郎\nN;ALTID=1:山田;太郎;;;\nN;ALTID=1;PHONETIC=script;SCRIPT=Kana:ヤマダ;タロウ;;;\nEND:VCARD\n"), nil)
	n := cards[0].Name
	fmt.Println(n.ReadingOf("surname"), n.ReadingOf("given"), n.PhoneticScript)
	// Output:
	// ヤマダ タロウ Kana
}

func ExampleImportCSV_faults() {
	m := &vcard.Mapping{Columns: []vcard.Column{{Header: "Name", Field: vcard.FullName}, {Header: "Born", Field: vcard.BirthDate}}}
	_, err := vcard.ImportCSV([]byte("Name,Born\nAnn,12/31/85\nBob\nEve,1990-02-30\n"), m, nil)
	fmt.Println(err)
	// Output:
	// vcard: bad value: row 2, column 2 (Born): does not fit birth
	// vcard: not well formed: row 3: 1 cells under 2 headers
	// vcard: bad value: row 4, column 2 (Born): does not fit birth
}

func ExampleExportCSV_lossless() {
	m := &vcard.Mapping{Columns: []vcard.Column{{Header: "Name", Field: vcard.FullName}}, Guarded: true}
	cards := []vcard.Card{{Name: vcard.Name{Full: "-Ann-"}}}
	text, err := vcard.ExportCSV(cards, m, nil)
	fmt.Print(strings.ReplaceAll(string(text), "\r", ""), err, "\n")
	rows, err := vcard.ImportCSV(text, m, nil)
	fmt.Println(rows[0].Card.Name.Full, err)
	cards[0].Phones = []vcard.Phone{{ID: "1", Number: "030 1"}}
	_, err = vcard.ExportCSV(cards, m, nil)
	fmt.Println(err)
	// Output:
	// "Name"
	// "'-Ann-"
	// <nil>
	// -Ann- <nil>
	// vcard: the mapping does not carry everything: row 2: phones
}
