package vcard_test

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/vcard"
	"github.com/rapport-go/rapport/internal/golden"
)

// in frames the lines of one card.
func in(version string, lines ...string) string {
	return "BEGIN:VCARD\r\nVERSION:" + version + "\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"
}

// Each row is what a card of one version means in JSContact; the sources are the RFCs
// that doc.go lists, and each card comes back in every version.
func TestMeaning(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, card, want string }{
		{"2.1 quoted-printable in Shift_JIS", in("2.1", "N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=93=63;=91=BE=98=59"), `"name":{"components":[{"kind":"given","value":"太郎"},{"kind":"surname","value":"山田"}]}`},
		{"2.1 a backslash inside Shift_JIS", in("2.1", "N:x", "NOTE;CHARSET=Shift_JIS;ENCODING=QUOTED-PRINTABLE:=94=5C=97=CD;=3B"), `"notes":{"1":{"note":"能力;;"}}`},
		{"2.1 soft line breaks", in("2.1", "N:x", "NOTE;QUOTED-PRINTABLE:a=", "b=0D=0Ac=3D"), `"notes":{"1":{"note":"ab\nc="}}`},
		{"2.1 bare types", in("2.1", "N:x", "TEL;CELL;HOME;PREF:+49 1"), `"phones":{"1":{"number":"+49 1","features":{"mobile":true},"contexts":{"private":true},"pref":1}}`},
		{"2.1 path is text", in("2.1", "N:x", `NOTE:C:\new`), `"notes":{"1":{"note":"C:\\new"}}`},
		{"3.0 photo", in("3.0", "FN:X", "PHOTO;ENCODING=b;TYPE=JPEG:AAEC", " AwQF"), `"media":{"1":{"kind":"photo","uri":"data:image/jpeg;base64,AAECAwQF"}}`},
		{"3.0 SORT-STRING", in("3.0", "FN:X", "N:van der Harten;Rene;;;", "SORT-STRING:Harten"), `"sortAs":{"surname":"Harten"}`},
		{"3.0 Apple birthday without a year", in("3.0", "FN:X", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-02"), `"date":{"@type":"PartialDate","month":3,"day":2}`},
		{"3.0 Apple readings", in("3.0", "FN:X", "N:山田;太郎;;;", "X-PHONETIC-FIRST-NAME:タロウ", "X-PHONETIC-LAST-NAME:ヤマダ"), `"components":[{"kind":"given","value":"太郎","phonetic":"タロウ"},{"kind":"surname","value":"山田","phonetic":"ヤマダ"}],"phoneticScript":"Kana"`},
		{"3.0 label of an address", in("3.0", "FN:X", "ADR;TYPE=home:;;Street 1;City;;;", `LABEL;TYPE=home:Street 1\nCity`), `"full":"Street 1\nCity"`},
		{"3.0 escaped colon in a URL", in("3.0", "FN:X", `item1.URL;type=pref:http\://example.com/`, `item1.X-ABLabel:_$!<HomePage>!$_`), `"links":{"1":{"uri":"http://example.com/","pref":1,"label":"_$!<HomePage>!$_"}}`},
		{"4.0 reading of a name", in("4.0", "FN:孫中山文逸仙", "N;ALTID=1;LANGUAGE=zh-Hant:孫;中山;文,逸仙;;;;", "N;ALTID=1;PHONETIC=jyut;SCRIPT=Latn:syun1;zung1saan1;man4,jat6sin1;;;;"), `"phoneticScript":"Latn","phoneticSystem":"jyut"`},
		{"4.0 reading in a language", in("4.0", "FN:山田太郎", "N;ALTID=1;LANGUAGE=ja:山田;太郎;;;", "N;ALTID=1;LANGUAGE=ja;PHONETIC=script;SCRIPT=Kana:ヤマダ;タロウ;;;"), `{"kind":"surname","value":"山田","phonetic":"ヤマダ"}],"phoneticScript":"Kana"`},
		{"4.0 ordered name", in("4.0", "FN:X", `N;JSCOMPS="s,\, ;1;0;4,1":Doe;Jane;;;PhD`), `"name":{"full":"X","components":[`},
		{"4.0 ordered name with a separator", in("4.0", "FN:X", `N;JSCOMPS="s, ;1;s,-;0":Doe;Jane;;;`), `"components":[{"kind":"given","value":"Jane"},{"kind":"separator","value":"-"},{"kind":"surname","value":"Doe"}],"isOrdered":true,"defaultSeparator":" "`},
		{"4.0 second surname written twice", in("4.0", "FN:X", "N:Lopez,Garcia;Maria;;;;Garcia;"), `"components":[{"kind":"given","value":"Maria"},{"kind":"surname","value":"Lopez"},{"kind":"surname2","value":"Garcia"}]`},
		{"4.0 address of RFC 9554", in("4.0", "FN:X", `ADR;CC=US;TZ=America/New_York;GEO="geo:1.5,-2":;;123 Main Street;Any Town;CA;91921;U.S.A.;;;;123;Main Street;;;;;;`), `{"kind":"locality","value":"Any Town"},{"kind":"region","value":"CA"},{"kind":"postcode","value":"91921"},{"kind":"country","value":"U.S.A."},{"kind":"number","value":"123"},{"kind":"name","value":"Main Street"}],"countryCode":"US","coordinates":"geo:1.5,-2","timeZone":"America/New_York"`},
		{"4.0 offset as a zone", in("4.0", "FN:X", "TZ:-0500"), `"timeZone":"Etc/GMT+5"`},
		{"4.0 how to address", in("4.0", "FN:X", "GRAMGENDER:Feminine", "PRONOUNS;LANGUAGE=en;PREF=1:she/her"), `"speakToAs":{"grammaticalGender":"feminine","pronouns":{"1":{"pronouns":"she/her","pref":1,"vCardParams":{"language":"en"}}}}`},
		{"4.0 related", in("4.0", "FN:X", "RELATED;TYPE=friend:urn:uuid:a", "RELATED;TYPE=contact:urn:uuid:a", `RELATED;VALUE=text;TYPE=spouse:Ann\, at home`), `"relatedTo":{"urn:uuid:a":{"relation":{"friend":true,"contact":true}},"Ann, at home":{"relation":{"spouse":true}}}`},
		{"4.0 place of birth", in("4.0", "FN:X", "BDAY:--0229", "BIRTHPLACE:Aarau"), `"date":{"@type":"PartialDate","month":2,"day":29},"place":{"full":"Aarau"}`},
		{"4.0 birth as an instant", in("4.0", "FN:X", "BDAY:19531015T231000Z"), `"date":{"@type":"Timestamp","utc":"1953-10-15T23:10:00Z"}`},
		{"4.0 parameters after RFC 6868", in("4.0", "FN:X", `ADR;LABEL="^'A^' Street^nCity ^^":;;;;;;`), `"full":"\"A\" Street\nCity ^"`},
		{"4.0 JSPROP", in("4.0", "FN:X", "TEL;PROP-ID=k:1", `JSPROP;JSPTR="phones/k/example.com:a~1b":{"c":[1.50\,null]}`), `"phones":{"k":{"number":"1","example.com:a/b":{"c":[1.50,null]}}}`},
		{"4.0 hobby", in("4.0", "FN:X", "EXPERTISE;LEVEL=expert;INDEX=1:kanji"), `{"kind":"expertise","value":"kanji","level":"high","listAs":1}`},
		{"4.0 note with its author", in("4.0", "FN:X", `NOTE;CREATED=20221123T150132Z;AUTHOR-NAME="John":x`), `{"note":"x","created":"2022-11-23T15:01:32Z","author":{"name":"John"}}`},
		{"4.0 account", in("4.0", "FN:X", "SOCIALPROFILE;SERVICE-TYPE=Mastodon:https://example.com/@foo", "IMPP:xmpp:a@b"), `"onlineServices":{"1":{"service":"Mastodon","uri":"https://example.com/@foo"},"2":{"uri":"xmpp:a@b","vCardName":"impp"}}`},
		{"4.0 text as a birthday is kept", in("4.0", "FN:X", "BDAY;VALUE=text:circa 1800"), `"vCardProps":[["bday",{},"text","circa 1800"]]`},
		{"4.0 group of more than a label is kept", in("4.0", "FN:X", "item3.ADR:;;S;;;;", "item3.X-ABADR:us"), `["x-abadr",{"group":"item3"},"unknown","us"]`},
		{"4.0 member and keywords", in("4.0", "KIND:group", "FN:X", "MEMBER:urn:uuid:a", `CATEGORIES:a,b\,c`), `"keywords":{"a":true,"b,c":true},"members":{"urn:uuid:a":true}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cards, err := vcard.Decode([]byte(c.card), &vcard.DecodeOptions{Tolerant: true})
			require.Len(t, cards, 1, err)
			require.Contains(t, asJSON(&cards[0]), c.want)
			roundTrips(t, &cards[0])
		})
	}
}

// All faults of an input are said at once, with their lines, and no value is quoted.
func TestFaults(t *testing.T) {
	t.Parallel()
	text := "secret line\r\n" + in("4.0", "N:a;b;c;d;e;f;g;secret", "N:Secret;;;;", "TEL;PREF=101:1", "no colon secret", "BDAY:31.12.1985 secret",
		"BDAY:19850412", "ANNIVERSARY:20230229", "PHOTO;ENCODING=b:%%%", "X-Y;CHARSET=klingon:a", "UID:secret1", "UID:secret2", "X_Y:1", "X-P;A=\"x:1") +
		in("5.0", "FN:X") + "BEGIN:VCARD\r\nFN:\xff\r\n"
	cards, err := vcard.Decode([]byte(text), nil)
	require.Nil(t, cards)
	golden.Equal(t, "testdata/faults.txt", err.Error()+"\n")
	require.NotContains(t, err.Error(), "secret")
	cards, again := vcard.Decode([]byte(text), &vcard.DecodeOptions{Tolerant: true})
	require.EqualError(t, again, err.Error())
	require.Len(t, cards, 3)
	var fault *vcard.Fault
	require.ErrorAs(t, err, &fault)
	require.Equal(t, 1, fault.Line)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	card := in("4.0", "FN:X", "NOTE;A=1;B=2:"+strings.Repeat("x", 200))
	for _, c := range []struct {
		name string
		o    vcard.DecodeOptions
	}{
		{"bytes", vcard.DecodeOptions{Bytes: 100}},
		{"line", vcard.DecodeOptions{Line: 100}},
		{"properties", vcard.DecodeOptions{Properties: 2}},
		{"parameters", vcard.DecodeOptions{Params: 1}},
		{"cards", vcard.DecodeOptions{Cards: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := vcard.Decode([]byte(card+card), &c.o)
			require.ErrorIs(t, err, vcard.ErrLimit)
		})
	}
	deep := strings.Repeat("BEGIN:VCARD\nAGENT:\n", 40) + strings.Repeat("END:VCARD\n", 40)
	_, err := vcard.Decode([]byte(deep), nil)
	require.ErrorIs(t, err, vcard.ErrLimit)
	_, err = vcard.Decode([]byte(strings.Repeat("junk\n", 200)+deep), nil)
	require.ErrorIs(t, err, vcard.ErrLimit, "also behind more faults than are listed")
	_, err = vcard.DecodeJSContact([]byte(strings.Repeat("[", 50)+strings.Repeat("]", 50)), nil)
	require.ErrorIs(t, err, vcard.ErrLimit)
}

// A stream gives the same cards as the whole text.
func TestAllIsDecode(t *testing.T) {
	t.Parallel()
	text := ordinary + "\r\n" + in("2.1", "N:x", "AGENT:", "BEGIN:VCARD", "N:y", "END:VCARD") + ordinary
	want, err := vcard.Decode([]byte(text), &vcard.DecodeOptions{Tolerant: true})
	require.NoError(t, err)
	require.Len(t, want, 3)
	i := 0
	for c, err := range vcard.All(iotest.OneByteReader(strings.NewReader(text)), nil) {
		require.NoError(t, err)
		require.True(t, want[i].Equal(&c))
		i++
	}
	require.Equal(t, 3, i)
	next, stop := iter.Pull2(vcard.All(strings.NewReader(in("4.0", "N:no FN")+ordinary), nil))
	defer stop()
	_, err, _ = next()
	require.ErrorIs(t, err, vcard.ErrMissing)
	_, err, _ = next()
	require.NoError(t, err, "a fault is of its own card")
	broken := errors.New("broken")
	for _, err := range vcard.All(iotest.ErrReader(broken), nil) {
		require.ErrorIs(t, err, broken)
	}
}

func TestHostCharsets(t *testing.T) {
	t.Parallel()
	card := []byte(in("2.1", "N;CHARSET=x-rot:nop", "NOTE:\xe9"))
	o := &vcard.DecodeOptions{Charset: "windows-1252", Charsets: func(name string, data []byte) (string, error) {
		require.Equal(t, "x-rot", name)
		return "abc", nil
	}}
	cards, err := vcard.Decode(card, o)
	require.NoError(t, err)
	require.Equal(t, "abc", cards[0].Name.Components[0].Value)
	require.Equal(t, "é", cards[0].Notes[0].Note)
	_, err = vcard.Decode(card, nil)
	require.ErrorIs(t, err, vcard.ErrEncoding)
}

// Output that people read: one card in each version and as JSContact.
func TestGolden(t *testing.T) {
	t.Parallel()
	cards, err := vcard.Decode([]byte(ordinary+in("4.0", "FN:山田 太郎", "N:山田;太郎;;;;;", "TEL;VALUE=uri;TYPE=\"cell,work\":tel:+81-3-1234-5678",
		"item1.EMAIL:taro@example.com", "item1.X-ABLabel:Mail für Bücher", "BDAY:--0229", "NOTE:"+strings.Repeat("長い行", 20),
		`JSPROP;JSPTR="example.com:loyalty":{"tier":"gold"}`)), nil)
	require.NoError(t, err)
	for _, v := range []vcard.Version{vcard.V21, vcard.V30, vcard.V40} {
		text, err := vcard.Encode(cards, &vcard.EncodeOptions{Version: v})
		require.NoError(t, err)
		golden.Equal(t, "testdata/cards-"+v.String()+".vcf", string(text))
	}
	golden.Equal(t, "testdata/cards.json", asJSON(&cards[0])+"\n"+asJSON(&cards[1])+"\n")
}

// A line break in a value never begins a line of its own, whatever the parameters.
func TestNoLineIsInjected(t *testing.T) {
	t.Parallel()
	for _, param := range []string{"encoding", "charset", "value", "type", "x-a"} {
		for _, value := range []string{"", "8BIT", "b", "QUOTED-PRINTABLE", "\r\nX-EVIL:1", "a\"\nX-EVIL:1"} {
			kept := vcard.Kept{Params: []vcard.Param{{Name: param, Values: []string{value}}}}
			card := vcard.Card{
				Emails:     []vcard.Email{{Kept: kept, ID: "1", Address: "a\r\nX-EVIL:1\nEND:VCARD"}},
				Properties: []vcard.Property{{Name: "x-b", Type: "unknown", Value: "c\nX-EVIL:1", Params: kept.Params}},
			}
			for _, v := range []vcard.Version{vcard.V21, vcard.V30, vcard.V40} {
				text, err := vcard.Encode([]vcard.Card{card}, &vcard.EncodeOptions{Version: v})
				require.NoError(t, err, "%s=%q", param, value)
				require.NotContains(t, strings.ReplaceAll(string(text), "=\r\n", ""), "\nX-EVIL") // behind a soft line break it is none
				require.Equal(t, 1, strings.Count(string(text), "\nEND:VCARD"))
			}
			roundTrips(t, &card)
		}
	}
}

// Nothing personal is printed or logged by accident.
func TestRedaction(t *testing.T) {
	t.Parallel()
	cards, err := vcard.Decode([]byte(ordinary), nil)
	require.NoError(t, err)
	c := cards[0]
	row := vcard.Row{Number: 2, Card: c}
	for _, v := range []any{c, &c, cards, c.Name, c.Name.Components, c.Phones, c.Phones[0], &c.Phones[0], c.Emails[0], c.Addresses, c.Notes[0], c.Anniversaries[0].Date, c.Properties, c.Organizations[0].Units[0], row, c.Kept, vcard.Property{Name: "x", Value: "Lopez"}, vcard.Member{Name: "x", JSON: "Lopez"}, vcard.Param{Name: "x", Values: []string{"Lopez"}}, vcard.Text{Key: "surname", Value: "Lopez"}} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			text := fmt.Sprintf(format, v)
			for _, personal := range []string{"Lopez", "Maria", "1985", "maria@", "49", "Muster", "Sales", "Prefers"} {
				require.NotContains(t, text, personal, "%s of %T", format, v)
			}
		}
	}
	var b bytes.Buffer
	o := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { // the time has digits of its own
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	for _, h := range []slog.Handler{slog.NewJSONHandler(&b, o), slog.NewTextHandler(&b, o)} {
		slog.New(h).Info("x", "card", c, "name", c.Name, "phones", c.Phones, "email", c.Emails[0], "notes", c.Notes)
	}
	require.NotContains(t, b.String(), "Lopez")
	require.NotContains(t, b.String(), "49")
	require.NotContains(t, b.String(), "Prefers")
}

func TestCheckSaysWhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		card vcard.Card
		want error
	}{
		{"not UTF-8", vcard.Card{UID: "\xff"}, vcard.ErrEncoding},
		{"no ID", vcard.Card{Phones: []vcard.Phone{{Number: "1"}}}, vcard.ErrMissing},
		{"ID twice", vcard.Card{Phones: []vcard.Phone{{ID: "1", Number: "1"}, {ID: "1", Number: "2"}}}, vcard.ErrDuplicate},
		{"pref", vcard.Card{Phones: []vcard.Phone{{ID: "1", Number: "1", Pref: 101}}}, vcard.ErrValue},
		{"30 February", vcard.Card{Anniversaries: []vcard.Anniversary{{ID: "1", Kind: "birth", Date: vcard.Date{Month: 2, Day: 30}}}}, vcard.ErrValue},
		{"no JSON", vcard.Card{Kept: vcard.Kept{Extra: []vcard.Member{{Name: "x", JSON: "{"}}}}, vcard.ErrValue},
		{"a field twice", vcard.Card{UID: "u", Kept: vcard.Kept{Extra: []vcard.Member{{Name: "uid", JSON: `"v"`}}}}, vcard.ErrDuplicate},
		{"a name that breaks the line", vcard.Card{Properties: []vcard.Property{{Name: "x\r\nuid", Type: "unknown", Value: "v"}}}, vcard.ErrValue},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.ErrorIs(t, c.card.Check(), c.want)
			_, err := vcard.Encode([]vcard.Card{c.card}, nil)
			require.ErrorIs(t, err, c.want)
			_, err = vcard.EncodeJSContact(&c.card)
			require.ErrorIs(t, err, c.want)
		})
	}
}
