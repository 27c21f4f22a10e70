package vcard_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer/vcard"
)

// words draws text with everything that a codec trips over.
func words() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{
		"a", "Müller", "山田", "𠮷", " ", ";", ",", "\\", "\n", "\r\n", "\"", "^", "^n", "\\n", ":", "=", "=41", "'", "\t",
		"BEGIN:VCARD", "END:VCARD", "\x00", "\x7f", "é", "👩‍👩‍👧", "tel:", "http://x/?a=b,c;d", "item1", "work", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	})
	return rapid.Custom(func(t *rapid.T) string {
		s := ""
		for range rapid.IntRange(0, 6).Draw(t, "pieces") {
			s += piece.Draw(t, "piece")
		}
		return s
	})
}

func drawSet(t *rapid.T, label string, of ...string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 0, 2, func(s string) string { return s }).Draw(t, label)
}

func drawKept(t *rapid.T) vcard.Kept {
	var k vcard.Kept
	if rapid.IntRange(0, 3).Draw(t, "kept") == 0 {
		name := rapid.SampledFrom([]string{"x-foo", "group", "altid", "type", "pref", "value", "language", "encoding", "prop-id", "charset", "pid"}).Draw(t, "param")
		k.Params = []vcard.Param{{Name: name, Values: rapid.SliceOfN(words(), 1, 2).Draw(t, "values")}}
	}
	if rapid.IntRange(0, 5).Draw(t, "extra") == 0 {
		k.Extra = []vcard.Member{{Name: rapid.SampledFrom([]string{"example.com:a", "x/y~z"}).Draw(t, "member"), JSON: `{"b":[1.50,null,"é\n"]}`}}
	}
	return k
}

func drawIDs(t *rapid.T, n int) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"1", "2", "3", "k1", "k-2", "home"}), n, n, func(s string) string { return s }).Draw(t, "ids")
}

func drawDate(t *rapid.T) vcard.Date {
	return rapid.SampledFrom([]vcard.Date{
		{Year: 1985},
		{Year: 1985, Month: 4},
		{Month: 2, Day: 29},
		{Year: 1604, Month: 3, Day: 2},
		{Year: 2024, Month: 2, Day: 29},
		{Year: 7},
		{UTC: "1953-10-15T23:10:00Z"},
		{UTC: "1953-10-15T23:10:00.5Z"},
		{Year: 5784, Month: 13 - 1, Day: 30, CalendarScale: "hebrew"},
	}).Draw(t, "date")
}

func drawCard(t *rapid.T) vcard.Card {
	w := words()
	c := vcard.Card{
		UID: w.Draw(t, "uid"), Kind: rapid.SampledFrom([]string{"", "org", "individual", "Odd"}).Draw(t, "kind"),
		Language: rapid.SampledFrom([]string{"", "ja"}).Draw(t, "language"), ProdID: w.Draw(t, "prodid"),
		Updated:    rapid.SampledFrom([]string{"", "2024-01-31T10:00:00Z", "2024-01-31T10:00:00.25Z", "later"}).Draw(t, "updated"),
		Keywords:   rapid.SliceOfNDistinct(w.Filter(func(s string) bool { return s != "" }), 0, 3, func(s string) string { return s }).Draw(t, "keywords"),
		MemberUIDs: rapid.SliceOfNDistinct(w.Filter(func(s string) bool { return s != "" }), 0, 2, func(s string) string { return s }).Draw(t, "members"),
	}
	c.Name.Kept = drawKept(t)
	c.Name.Full = w.Draw(t, "full")
	c.Name.Ordered = rapid.Bool().Draw(t, "ordered")
	c.Name.DefaultSeparator = rapid.SampledFrom([]string{"", " ", ";", "\\"}).Draw(t, "separator")
	kinds := rapid.SliceOfN(rapid.SampledFrom([]string{"title", "given", "given2", "surname", "surname2", "generation", "credential", "separator", "odd"}), 0, 5).Draw(t, "kinds")
	for _, k := range kinds {
		c.Name.Components = append(c.Name.Components, vcard.NameComponent{Kind: k, Value: w.Draw(t, "value"), Phonetic: w.Draw(t, "phonetic")})
	}
	if rapid.Bool().Draw(t, "script") {
		c.Name.PhoneticScript = "Kana"
	}
	if rapid.Bool().Draw(t, "sort") {
		c.Name.SortAs = []vcard.Text{{Key: "surname", Value: w.Draw(t, "sorted")}, {Key: "given", Value: w.Draw(t, "sorted")}}
	}
	c.SpeakToAs.GrammaticalGender = rapid.SampledFrom([]string{"", "neuter", "Odd"}).Draw(t, "gender")
	c.SpeakToAs.Kept = drawKept(t)
	n := rapid.IntRange(0, 3).Draw(t, "entries")
	ids := drawIDs(t, n)
	uris := rapid.SampledFrom([]string{"https://example.com/a,b;c", "data:image/jpeg;base64,AAAA", "data:text/plain,x", "no uri", "geo:1.5,-2", "cid:x"})
	for i := range n {
		contexts, pref := drawSet(t, "contexts", "work", "private", "billing", "example.com:x"), rapid.SampledFrom([]int{0, 1, 2, 100}).Draw(t, "pref")
		label := w.Draw(t, "label")
		k := drawKept(t)
		c.Phones = append(c.Phones, vcard.Phone{Kept: k, ID: ids[i], Number: w.Draw(t, "number"), Features: drawSet(t, "features", "mobile", "fax", "main-number", "odd"), Contexts: contexts, Pref: pref, Label: label})
		c.Emails = append(c.Emails, vcard.Email{Kept: k, ID: ids[i], Address: w.Draw(t, "address"), Contexts: contexts, Pref: pref, Label: label})
		c.Nicknames = append(c.Nicknames, vcard.Nickname{Kept: k, ID: ids[i], Name: w.Draw(t, "nick"), Contexts: contexts, Pref: pref})
		c.Organizations = append(c.Organizations, vcard.Organization{ID: ids[i], Name: w.Draw(t, "org"), SortAs: w.Draw(t, "sortas"), Units: []vcard.OrgUnit{{Name: w.Draw(t, "unit"), SortAs: w.Draw(t, "sortas")}}, Contexts: contexts})
		c.Titles = append(c.Titles, vcard.Title{Kept: k, ID: ids[i], Name: w.Draw(t, "title"), Kind: rapid.SampledFrom([]string{"", "title", "role"}).Draw(t, "kind"), OrganizationID: rapid.SampledFrom([]string{"", "", "1", "2", "odd"}).Draw(t, "employer")})
		c.Languages = append(c.Languages, vcard.Language{ID: ids[i], Language: w.Draw(t, "tag"), Pref: pref, Contexts: contexts})
		c.Notes = append(c.Notes, vcard.Note{Kept: k, ID: ids[i], Note: w.Draw(t, "note"), Created: rapid.SampledFrom([]string{"", "2024-01-31T10:00:00Z", "x"}).Draw(t, "created"), Author: vcard.Author{Name: w.Draw(t, "author")}})
		c.OnlineServices = append(c.OnlineServices, vcard.Service{Kept: k, ID: ids[i], Service: w.Draw(t, "service"), URI: uris.Draw(t, "uri"), User: w.Draw(t, "user"), PropertyName: rapid.SampledFrom([]string{"", "impp"}).Draw(t, "impp"), Label: label})
		c.PersonalInfo = append(c.PersonalInfo, vcard.PersonalInfo{ID: ids[i], Kind: rapid.SampledFrom([]string{"hobby", "expertise", "odd", ""}).Draw(t, "kind"), Value: w.Draw(t, "value"), Level: rapid.SampledFrom([]string{"", "high", "odd"}).Draw(t, "level"), ListAs: i, Label: label})
		c.Anniversaries = append(c.Anniversaries, vcard.Anniversary{ID: ids[i], Kind: rapid.SampledFrom([]string{"birth", "death", "wedding", "odd"}).Draw(t, "kind"), Date: drawDate(t), Place: vcard.Address{Full: w.Draw(t, "place")}})
		a := vcard.Address{Kept: k, ID: ids[i], Full: w.Draw(t, "full"), TimeZone: rapid.SampledFrom([]string{"", "Asia/Tokyo", "nowhere"}).Draw(t, "zone"), CountryCode: rapid.SampledFrom([]string{"", "JP"}).Draw(t, "cc"), Contexts: contexts, Pref: pref, Ordered: rapid.Bool().Draw(t, "ordered"), Coordinates: rapid.SampledFrom([]string{"", "geo:1.5,-2", "odd"}).Draw(t, "geo")}
		for _, kind := range rapid.SliceOfN(rapid.SampledFrom([]string{"name", "number", "apartment", "locality", "postcode", "country", "separator", "direction", "odd"}), 0, 4).Draw(t, "kinds") {
			a.Components = append(a.Components, vcard.AddressComponent{Kind: kind, Value: w.Draw(t, "value"), Phonetic: rapid.SampledFrom([]string{"", "", "a", ",;"}).Draw(t, "phonetic")})
		}
		a.PhoneticScript, a.PhoneticSystem = rapid.SampledFrom([]string{"", "Kana"}).Draw(t, "script"), rapid.SampledFrom([]string{"", "ipa", "script"}).Draw(t, "system")
		c.Addresses = append(c.Addresses, a)
		for j, list := range []*vcard.List[vcard.Resource]{&c.Links, &c.Media, &c.CryptoKeys, &c.Calendars, &c.Directories, &c.SchedulingAddresses} {
			kind := rapid.SampledFrom([][]string{{"", "contact"}, {"photo", "sound", "odd"}, {""}, {"calendar", "freeBusy"}, {"entry", "directory"}, {""}}[j]).Draw(t, "kind")
			*list = append(*list, vcard.Resource{Kept: k, ID: ids[i], Kind: kind, URI: uris.Draw(t, "uri"), MediaType: rapid.SampledFrom([]string{"", "image/png"}).Draw(t, "media"), Pref: pref, Label: label, Contexts: contexts})
		}
		c.RelatedTo = append(c.RelatedTo, vcard.Relation{UID: fmt.Sprintf("%s%d", uris.Draw(t, "uri"), i), Relations: drawSet(t, "relations", "friend", "spouse", "Odd")})
		c.SpeakToAs.Pronouns = append(c.SpeakToAs.Pronouns, vcard.Pronouns{Kept: k, ID: ids[i], Pronouns: w.Draw(t, "pronouns")})
		c.Properties = append(c.Properties, vcard.Property{Name: rapid.SampledFrom([]string{"x-foo", "gender", "fn", "n", "tel", "uid", "bday", "x-ablabel", "version", "jsprop", "end"}).Draw(t, "name"), Type: "unknown", Value: w.Draw(t, "value"), Params: k.Params})
	}
	languages := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"de", "en", "ja", "uk-Cyrl", ""}), 0, 3, func(s string) string { return s }).Draw(t, "languages")
	for _, lang := range languages {
		l := vcard.Localization{Language: lang}
		paths := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
			"name/full", "name/components", "name/components/0/phonetic", "name/sortAs", "name/vCardParams", "name", "titles/1/name", "titles/1", "titles/2/kind",
			"organizations/1/name", "organizations/1/units", "organizations/k1", "addresses/1/components/0/phonetic", "addresses/2/full", "addresses/1/phoneticScript",
			"notes/1/note", "notes/2/vCardParams", "nicknames/1/name", "speakToAs/pronouns/1/pronouns", "speakToAs/grammaticalGender", "emails/1/address", "odd//x~1y", "uid",
		}), 0, 4, func(s string) string { return s }).Draw(t, "paths")
		for _, path := range paths {
			l.Extra = append(l.Extra, vcard.Member{Name: path, JSON: rapid.SampledFrom([]string{
				"null", `"x;y,z\\"`, `""`, `"a\nb"`, `{"name":"n"}`, `{"full":"f","components":[{"kind":"given","value":"g","phonetic":"p"}]}`,
				`[{"kind":"given","value":"g"}]`, `[{"name":"u"}]`, `{"language":"fr","altid":"9","x-a":["1","2"]}`, "1",
			}).Draw(t, "patch")})
		}
		c.Localizations = append(c.Localizations, l)
	}
	c.Extra = drawKept(t).Extra
	return c
}

// decode(encode(c)) = c in every version and in JSContact, for every card that Check
// accepts.
func TestEveryCardComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCard(t)
		if c.Check() != nil {
			_, err := vcard.Encode([]vcard.Card{c}, nil)
			require.Error(t, err)
			return
		}
		for _, v := range []vcard.Version{vcard.V21, vcard.V30, vcard.V40} {
			text, err := vcard.Encode([]vcard.Card{c}, &vcard.EncodeOptions{Version: v})
			require.NoError(t, err)
			again, _ := vcard.Decode(text, &vcard.DecodeOptions{Tolerant: true})
			require.Len(t, again, 1)
			require.True(t, c.Equal(&again[0]), "%s\n%s\nwant %s\nhave %s", v, text, asJSON(&c), asJSON(&again[0]))
		}
		if c.UID == "" {
			c.UID = c.DeriveUID()
		}
		text, err := vcard.EncodeJSContact(&c)
		require.NoError(t, err)
		again, _ := vcard.DecodeJSContact(text, &vcard.DecodeOptions{Tolerant: true})
		require.True(t, c.Equal(&again), "%s", text)
	})
}
