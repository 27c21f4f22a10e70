package vcard_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/vcard"
)

// Lines that share an ALTID and differ in LANGUAGE are localizations (RFC 9555 section
// 2.3.11), and are written as such lines again, without a JSPROP.
func TestLocalizations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, card, want string
		lines            []string // of the card as it is written again
	}{
		{
			"RFC 6350 section 5.4, N", in("4.0", "FN:X", "N;ALTID=1;LANGUAGE=jp:山田;太郎;;;", "N;ALTID=1;LANGUAGE=en:Yamada;Taro;;;"),
			`"localizations":{"en":{"name/components":[{"kind":"given","value":"Taro"},{"kind":"surname","value":"Yamada"}]}}`,
			[]string{"N;ALTID=1;LANGUAGE=jp:山田;太郎;;;", "N;ALTID=1;LANGUAGE=en:Yamada;Taro;;;"},
		},
		{
			"RFC 6350 section 5.4, TITLE", in("4.0", "FN:X", "TITLE;ALTID=1;LANGUAGE=fr:Patron", "TITLE;ALTID=1;LANGUAGE=en:Boss", "TITLE;ALTID=2;LANGUAGE=en:Chief vCard Evangelist"),
			`"titles":{"1":{"name":"Patron","vCardParams":{"language":"fr"}},"2":{"name":"Chief vCard Evangelist","vCardParams":{"altid":"2","language":"en"}}},"localizations":{"en":{"titles/1/name":"Boss"}}`,
			[]string{"TITLE;ALTID=1;LANGUAGE=fr:Patron", "TITLE;ALTID=1;LANGUAGE=en:Boss"},
		},
		{
			"the language of the card is the base", in("4.0", "LANGUAGE:en", "FN:X", "TITLE;ALTID=1;LANGUAGE=fr:Patron", "TITLE;ALTID=1;LANGUAGE=EN:Boss"),
			`"titles":{"1":{"name":"Boss","vCardParams":{"language":"EN"}}},"localizations":{"fr":{"titles/1/name":"Patron"}}`, nil,
		},
		{
			"the line without a language is the base", in("4.0", "FN:X", "ROLE;ALTID=a;LANGUAGE=it:Capo Progetto", "ROLE;ALTID=a:Project Leader"),
			`"titles":{"1":{"name":"Project Leader","kind":"role","vCardParams":{"altid":"a"}}},"localizations":{"it":{"titles/1/name":"Capo Progetto"}}`,
			[]string{"ROLE;ALTID=a:Project Leader", "ROLE;ALTID=a;LANGUAGE=it:Capo Progetto"},
		},
		{
			"FN", in("4.0", "LANGUAGE:ja", "FN;ALTID=1;LANGUAGE=ja:山田太郎", "FN;ALTID=1;LANGUAGE=en:Taro Yamada"),
			`"name":{"full":"山田太郎"},"localizations":{"en":{"name/full":"Taro Yamada"}}}`,
			[]string{"FN;ALTID=1:山田太郎", "FN;ALTID=1;LANGUAGE=en:Taro Yamada"},
		},
		{
			"FN of another language than the card's", in("4.0", "FN;ALTID=x;LANGUAGE=ja:山田太郎", "FN;ALTID=x;LANGUAGE=en:Taro Yamada"),
			`"localizations":{"en":{"name/full":"Taro Yamada"}},"vCardProps":[["fn",{"altid":"x","language":"ja"},"unknown","山田太郎"]]`,
			[]string{"FN;ALTID=x;LANGUAGE=ja:山田太郎", "FN;ALTID=x;LANGUAGE=en:Taro Yamada"},
		},
		{
			"ORG with a unit less", in("4.0", "FN:X", "ORG;ALTID=1;SORT-AS=A:ABC;Sales", "ORG;ALTID=1;LANGUAGE=ja:エービーシー"),
			`"localizations":{"ja":{"organizations/1/name":"エービーシー","organizations/1/units":null,"organizations/1/sortAs":null}}`,
			[]string{"ORG;ALTID=1;LANGUAGE=ja:エービーシー"},
		},
		{
			"ADR with what its parameters say", in("4.0", "FN:X", "ADR;PROP-ID=a/b;ALTID=1;CC=JP;TYPE=work:;;丸の内;東京;;;日本", "ADR;PROP-ID=a/b;ALTID=1;LANGUAGE=en;CC=JP;TYPE=work;LABEL=Tokyo:;;Marunouchi;Tokyo;;;Japan"),
			`"localizations":{"en":{"addresses/a~1b/components":[{"kind":"name","value":"Marunouchi"},{"kind":"locality","value":"Tokyo"},{"kind":"country","value":"Japan"}],"addresses/a~1b/full":"Tokyo"}}`,
			[]string{"ADR;PROP-ID=a/b;TYPE=work;CC=JP;ALTID=1:;;丸の内;東京;;;日本", "ADR;ALTID=1;LANGUAGE=en;TYPE=work;CC=JP;LABEL=Tokyo:;;Marunouchi;Tokyo;;;Japan"},
		},
		{
			"NOTE in three languages, by language", in("4.0", "FN:X", "NOTE;ALTID=1:ja", "NOTE;ALTID=1;LANGUAGE=fr:oui", "NOTE;ALTID=1;LANGUAGE=de;X-A=1:ja"),
			`"localizations":{"de":{"notes/1/note":"ja","notes/1/vCardParams":{"x-a":"1"}},"fr":{"notes/1/note":"oui"}}`,
			[]string{"NOTE;ALTID=1;LANGUAGE=de;X-A=1:ja"},
		},
		{
			"PRONOUNS and NICKNAME", in("4.0", "FN:X", "PRONOUNS;ALTID=1:he/him", "PRONOUNS;ALTID=1;LANGUAGE=fr:il", "NICKNAME;ALTID=1:Jo", "NICKNAME;ALTID=1;LANGUAGE=ja:ジョー"),
			`"localizations":{"fr":{"speakToAs/pronouns/1/pronouns":"il"},"ja":{"nicknames/1/name":"ジョー"}}`, nil,
		},
		{
			"RFC 9553 figure 20, a reading in another language", in("4.0", "LANGUAGE:zh-Hant", "FN:X", "N;ALTID=1;LANGUAGE=zh-Hant:孫;中山;文,逸仙;;", "N;ALTID=1;PHONETIC=jyut;SCRIPT=Latn;LANGUAGE=yue:syun1;zung1saan1;man4,jat6sin1;;"),
			`"localizations":{"yue":{"name/phoneticSystem":"jyut","name/phoneticScript":"Latn","name/components/0/phonetic":"zung1saan1","name/components/1/phonetic":"man4","name/components/2/phonetic":"jat6sin1","name/components/3/phonetic":"syun1"}}`,
			[]string{"N;ALTID=1;LANGUAGE=yue;PHONETIC=jyut;SCRIPT=Latn:syun1;zung1saan1;man4,jat6sin1;;"},
		},
		{
			"a localization with its own reading", in("4.0", "FN:X", "N;ALTID=1;LANGUAGE=en:Yamada;Taro;;;", "N;ALTID=1;LANGUAGE=ja;PHONETIC=script;SCRIPT=Kana:ヤマダ;タロウ;;;", "N;ALTID=1;LANGUAGE=ja:山田;太郎;;;"),
			`"localizations":{"ja":{"name/components":[{"kind":"given","value":"太郎","phonetic":"タロウ"},{"kind":"surname","value":"山田","phonetic":"ヤマダ"}],"name/phoneticScript":"Kana"}}`,
			[]string{"N;ALTID=1;LANGUAGE=ja:山田;太郎;;;", "N;ALTID=1;LANGUAGE=ja;PHONETIC=script;SCRIPT=Kana:ヤマダ;タロウ;;;"},
		},
		{
			"RFC 9554 section 4.6, a reading of an address", in("4.0", "FN:X", "ADR;ALTID=1:;;;香港;;;中國", "ADR;ALTID=1;PHONETIC=jyut;SCRIPT=Latn:;;;hoeng1gong2;;;"),
			`"components":[{"kind":"locality","value":"香港","phonetic":"hoeng1gong2"},{"kind":"country","value":"中國"}],"phoneticScript":"Latn","phoneticSystem":"jyut"`,
			[]string{"ADR;ALTID=1:;;;香港;;;中國", "ADR;ALTID=1;PHONETIC=jyut;SCRIPT=Latn:;;;hoeng1gong2;;;"},
		},
		{
			"a reading of an address in another language", in("4.0", "FN:X", "ADR;ALTID=1;LANGUAGE=zh:;;;香港;;;;;;;1;街;;;;;;", "ADR;ALTID=1;LANGUAGE=yue;PHONETIC=jyut:;;;hoeng1gong2;;;;;;;;gaai1;;;;;;"),
			`"localizations":{"yue":{"addresses/1/phoneticSystem":"jyut","addresses/1/components/0/phonetic":"hoeng1gong2","addresses/1/components/2/phonetic":"gaai1"}}`,
			[]string{"ADR;ALTID=1;LANGUAGE=yue;PHONETIC=jyut:;;;hoeng1gong2;;;;;;;;gaai1;;;;;;"},
		},
		{
			"the same text is still a localization", in("4.0", "FN:X", "TITLE;ALTID=1;LANGUAGE=en:CEO", "TITLE;ALTID=1;LANGUAGE=de:CEO"),
			`"localizations":{"de":{"titles/1/name":"CEO"}}`, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cards, err := vcard.Decode([]byte(c.card), nil)
			require.NoError(t, err)
			require.Contains(t, asJSON(&cards[0]), c.want)
			text, err := vcard.Encode(cards, nil)
			require.NoError(t, err)
			require.NotContains(t, string(text), "JSPROP")
			for _, old := range []vcard.Version{vcard.V21, vcard.V30} { // which know no alternatives: to their readers a second line is a second title
				text, err := vcard.Encode(cards, &vcard.EncodeOptions{Version: old})
				require.NoError(t, err)
				for l := range strings.Lines(unfolded(text)) {
					if name, _, _ := strings.Cut(l, ":"); !strings.HasPrefix(l, "N;") && !strings.HasPrefix(l, "FN;") {
						require.False(t, strings.Contains(name, "LANGUAGE=en") && strings.Contains(name, "ALTID=1"), l)
						require.NotContains(t, name, "PHONETIC")
					}
				}
			}
			for _, l := range c.lines {
				require.Contains(t, unfolded(text), "\r\n"+l+"\r\n")
			}
			roundTrips(t, &cards[0])
		})
	}
}

func unfolded(text []byte) string { return strings.ReplaceAll(string(text), "\r\n ", "") }

// What is no alternative stays what it was: nothing is a localization without an ALTID, a
// second line of one language is an entry, and a line that does not fit is kept.
func TestNoLocalization(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, card, want string }{
		{"without an ALTID", in("4.0", "FN:X", "TITLE:Boss", "TITLE;LANGUAGE=fr:Patron"), `"titles":{"1":{"name":"Boss"},"2":{"name":"Patron","vCardParams":{"language":"fr"}}}`},
		{"another ALTID", in("4.0", "FN:X", "TITLE;ALTID=1;LANGUAGE=fr:Patron", "TITLE;ALTID=2;LANGUAGE=en:Boss"), `"2":{"name":"Boss","vCardParams":{"altid":"2","language":"en"}}`},
		{"one language twice", in("4.0", "FN:X", "TITLE;ALTID=1;LANGUAGE=fr:Patron", "TITLE;ALTID=1;LANGUAGE=FR:Chef"), `"2":{"name":"Chef","vCardParams":{"altid":"1","language":"FR"}}`},
		{"another PROP-ID", in("4.0", "FN:X", "TITLE;ALTID=1;PROP-ID=a;LANGUAGE=fr:Patron", "TITLE;ALTID=1;PROP-ID=b;LANGUAGE=en:Boss"), `["title",{"altid":"1","prop-id":"b","language":"en"},"unknown","Boss"]`},
		{"a list of nicknames", in("4.0", "FN:X", "NICKNAME;ALTID=1:a,b", "NICKNAME;ALTID=1;LANGUAGE=fr:c"), `["nickname",{"altid":"1","language":"fr"},"unknown","c"]`},
		{"a reading that does not fit", in("4.0", "FN:X", "ADR;ALTID=1:;;;香港;;;", "ADR;ALTID=1;PHONETIC=jyut:;;;a,b;;;"), `["adr",{"altid":"1","phonetic":"jyut"},"unknown",";;;a,b;;;"]`},
		{"a reading of nothing", in("4.0", "FN:X", "ADR;ALTID=1;PHONETIC=jyut:;;;a;;;"), `["adr",{"altid":"1","phonetic":"jyut"},"unknown",";;;a;;;"]`},
		{"FN that says more", in("4.0", "FN;ALTID=1:X", "FN;ALTID=1;LANGUAGE=fr;TYPE=work:Y"), `["fn",{"altid":"1","language":"fr","type":"work"},"unknown","Y"]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cards, _ := vcard.Decode([]byte(c.card), &vcard.DecodeOptions{Tolerant: true})
			require.Len(t, cards, 1)
			require.Contains(t, asJSON(&cards[0]), c.want)
			require.Empty(t, cards[0].Localizations)
			roundTrips(t, &cards[0])
		})
	}
}

// Localizations of JSContact in any spelling come back exactly, and are lines in 4.0
// where a line can hold them.
func TestLocalizationsOfJSContact(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, card, line string }{
		{"an entry as a whole", `{"@type":"Card","version":"1.0","uid":"u","titles":{"t1":{"name":"Boss"}},"localizations":{"fr":{"titles/t1":{"name":"Patron"}}}}`, "TITLE;ALTID=t1;LANGUAGE=fr:Patron"},
		{"a member", `{"@type":"Card","version":"1.0","uid":"u","name":{"components":[{"kind":"given","value":"a"}]},"localizations":{"fr":{"name/components/0/value":"b"}}}`, "N;ALTID=1;LANGUAGE=fr:;b;;;"},
		{"the name as a whole", `{"@type":"Card","version":"1.0","uid":"u","name":{"full":"a","components":[{"kind":"given","value":"a"}]},"localizations":{"uk-Cyrl":{"name":{"full":"б","components":[{"kind":"given","value":"б"}]}}}}`, "FN;ALTID=1;LANGUAGE=uk-Cyrl:б"},
		{"languages in any order", `{"@type":"Card","version":"1.0","uid":"u","titles":{"1":{"name":"Boss"}},"localizations":{"fr":{"titles/1/name":"Patron"},"de":{"titles/1/name":"Chef"}}}`, "TITLE;ALTID=1;LANGUAGE=de:Chef"},
		{"a null", `{"@type":"Card","version":"1.0","uid":"u","organizations":{"1":{"name":"A","units":[{"name":"B"}]}},"localizations":{"fr":{"organizations/1/units":null}}}`, "ORG;ALTID=1;LANGUAGE=fr:A"},
		{"what no line holds", `{"@type":"Card","version":"1.0","uid":"u","emails":{"1":{"address":"a"}},"localizations":{"fr":{"emails/1/label":"b","x":null},"de":{}}}`, "JSPROP;JSPTR=localizations:"},
		{"a path that leads nowhere", `{"@type":"Card","version":"1.0","uid":"u","titles":{"1":{"name":"a"}},"localizations":{"fr":{"titles/2/name":"b","titles/1/x/y":"c"}}}`, "JSPROP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			card, err := vcard.DecodeJSContact([]byte(c.card), nil)
			require.NoError(t, err)
			text, err := vcard.Encode([]vcard.Card{card}, nil)
			require.NoError(t, err)
			require.Contains(t, string(text), "\r\n"+c.line)
			roundTrips(t, &card)
		})
	}
}

func TestLocalize(t *testing.T) {
	t.Parallel()
	cards, err := vcard.Decode([]byte(in("4.0", "LANGUAGE:ja", "FN;ALTID=1;LANGUAGE=ja:山田太郎", "FN;ALTID=1;LANGUAGE=en:Taro Yamada",
		"TITLE;ALTID=1;LANGUAGE=ja:社長", "TITLE;ALTID=1;LANGUAGE=en:President", "ORG;ALTID=1:A;B", "ORG;ALTID=1;LANGUAGE=en:C")), nil)
	require.NoError(t, err)
	english, ok, err := cards[0].Localize("EN")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "Taro Yamada", english.Name.Full)
	require.Equal(t, "President", english.Titles[0].Name)
	require.Empty(t, english.Organizations[0].Units)
	require.Equal(t, "en", english.Language)
	require.Empty(t, english.Localizations)
	same, ok, err := cards[0].Localize("en-GB")
	require.NoError(t, err)
	require.False(t, ok, "nothing falls back")
	require.True(t, same.Equal(&cards[0]))

	bad := vcard.Card{UID: "u", Localizations: []vcard.Localization{{Language: "fr", Kept: vcard.Kept{Extra: []vcard.Member{{Name: "titles/1/name", JSON: `"b"`}, {Name: "name", JSON: `1`}}}}}}
	_, ok, err = bad.Localize("fr")
	require.ErrorIs(t, err, vcard.ErrValue)
	require.False(t, ok)
}
