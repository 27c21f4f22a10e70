package salutation_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/culture/salutation"
)

const head = `"schema":"salutation-rules/1","status":"reviewed","reviewed":"2026-11-01","sources":{"us":{"title":"house style","publisher":"us"}},"basis":["us"]`

func engineOf(packs ...string) (*salutation.Engine, error) {
	var all []fs.FS
	for _, text := range packs {
		all = append(all, fstest.MapFS{"salutation.json": {Data: []byte(text)}})
	}
	return salutation.New(nil, &salutation.Options{Packs: all})
}

func TestPacks(t *testing.T) {
	t.Parallel()
	p := salutation.Person{Name: name("en", "Emma", "", "Taylor", ""), Term: salutation.Feminine}
	rows := []struct{ name, pack, want string }{
		{"override by id", `{` + head + `,"openings":[{"id":"en.open.formal","write":["en"],"register":"formal","medium":["letter"],"audience":["person"],"text":"Good day {address}","end":"!"}]}`, "Good day Ms Taylor!"},
		{"remove", `{` + head + `,"remove":["west.surname"]}`, "Dear Emma Taylor,"},
		{"add a form", `{` + head + `,"forms":[{"id":"us.dame","write":["en"],"form":"courtesy","term":["feminine"],"text":"Dame {name}"}]}`, "Dear Dame Taylor,"},
		{"another base language is not touched", `{` + head + `,"openings":[{"id":"us.de","write":["de"],"text":"Moin {address}"}]}`, "Dear Ms Taylor,"},
		{"a region of the language is another matter", `{` + head + `,"openings":[{"id":"us.au","write":["en-AU"],"text":"G'day {address}"}]}`, "Dear Ms Taylor,"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			engine, err := engineOf(row.pack)
			require.NoError(t, err)
			got, err := engine.Line(in("en-GB", ""), p, salutation.Letter)
			require.NoError(t, err)
			require.Equal(t, row.want, got.Text)
		})
	}
	first, second := `{`+head+`,"openings":[{"id":"a","write":["en"],"text":"First {address}"}]}`, `{`+head+`,"openings":[{"id":"b","write":["en"],"text":"Second {address}"}]}`
	engine, err := engineOf(first, second)
	require.NoError(t, err)
	got, err := engine.Line(in("en-GB", ""), p, salutation.Letter)
	require.NoError(t, err)
	require.Equal(t, "First Ms Taylor", got.Text, "an earlier pack is asked first")
}

func TestEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	_, err := engineOf(`{"schema":"salutation-rules/9","status":"draft","reviewed":"yesterday",
		"address":[
			{"id":"stated.mine","text":"{given}","part":"given","forms":["plain"],"why":"x","sources":["nobody"]},
			{"id":"b","text":"{title}","part":"given","forms":["plain"],"why":"x","facts":["is.address_form.99"]},
			{"id":"c","text":"{given","part":"full","forms":[],"facts":["is.address_form.1"]},
			{"id":"d","text":"","part":"full","forms":["plain"],"why":"x","name":["@nobody","IS"],"facts":["is.address_form.1"]}],
		"forms":[{"id":"e","form":"plain","text":"{name} ","titles":"some","end":"!","facts":["is.address_form.1"]},{"id":"f","text":"a}b","facts":["is.address_form.1"]}],
		"openings":[{"id":"g","text":"Dear {list}","end":"-->","facts":["is.address_form.1"]},{"id":"h","text":"Dear {who}~","next":"lower"},{"id":"h","text":"a\nb","facts":["is.address_form.1"]}],
		"remove":["nothing"]}`)
	require.ErrorIs(t, err, salutation.ErrPack)
	for _, want := range []string{
		"schema", "reviewed", "address[0].id", "no source nobody", "{title} does not belong to address", "no fact is.address_form.99", "a brace that nothing closes",
		"address[2].forms", "address[2].why", "no tradition @nobody", "IS", "no_name goes with an empty text", "blanks at an end", "want all, first or distinct", "end: does not belong to forms",
		"a form needs its name", "a brace that nothing opens", "belong to people alone", "one or two signs", "unknown placeholder {who}", "names a source or a fact", "more than one line", "h occurs twice", "no rule nothing to remove",
	} {
		require.ErrorContains(t, err, want)
	}
	var fault *salutation.PackError
	require.ErrorAs(t, err, &fault)
	require.Equal(t, "pack 0", fault.Pack)
}

func TestHostilePacks(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty": "", "not JSON": "{", "unknown field": `{` + head + `,"extra":1}`, "unknown field of a rule": `{` + head + `,"forms":[{"id":"a","form":"plain","text":"{name}","colour":"red"}]}`,
		"long": `{` + head + `,"note":"` + strings.Repeat("a", 600<<10) + `"}`, "deep": strings.Repeat("[", 5000), "same id twice": `{` + head + `,"forms":[{"id":"whole","form":"plain","text":"{name}"}]}`,
		"a line that turns the direction": `{` + head + `,"openings":[{"id":"a","write":["en"],"text":"Dear \u202e{address}"}]}`,
		"punctuation that does":           `{` + head + `,"openings":[{"id":"a","write":["en"],"text":"Dear {address}","end":"\u2066"}]}`,
		"a separator with a control":      `{` + head + `,"openings":[{"id":"a","write":["en"],"audience":["people"],"text":"Dear {list}","between":", ","last":"\u0007"}]}`,
		"the id of a built-in rule twice": `{` + head + `,"openings":[{"id":"en.open.formal","write":["en"],"text":"A {address}"},{"id":"en.open.formal","write":["en"],"text":"B {address}"}]}`,
		"too many forms":                  `{` + head + `,"forms":[` + manyForms() + `]}`,
	} {
		_, err := engineOf(text)
		require.ErrorIs(t, err, salutation.ErrPack, name)
	}
	_, err := salutation.New(nil, &salutation.Options{Packs: []fs.FS{nil, fstest.MapFS{}, fstest.MapFS{"salutation.json/x": {}}}})
	require.ErrorIs(t, err, salutation.ErrPack)
	require.ErrorContains(t, err, "pack 0")
	require.ErrorContains(t, err, "pack 1")
	require.ErrorContains(t, err, "pack 2")
	require.True(t, errors.Is(err, fs.ErrInvalid) || strings.Contains(err.Error(), "salutation.json"))
}

func manyForms() string {
	var rules []string
	for _, r := range "abcdefghijklmnop" {
		rules = append(rules, `{"id":"x.`+string(r)+`","form":"`+string(r)+`","text":"{name}"}`)
	}
	return strings.Join(rules, ",")
}

// The built-in rules are sound, sourced and dated, and cover every audience, register
// and medium of every language.
func TestBuiltInRules(t *testing.T) {
	t.Parallel()
	require.Empty(t, salutation.Default().Lint())
	files, err := filepath.Glob("rules/*.json")
	require.NoError(t, err)
	require.Len(t, files, 27)
	size := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		size += len(data)
		var read struct{ Reviewed, Status string }
		require.NoError(t, json.Unmarshal(data, &read))
		require.Regexp(t, `^20\d\d-\d\d-\d\d$`, read.Reviewed)
	}
	t.Logf("%d files, %d bytes", len(files), size)
	require.Less(t, size, 150_000, "what a host links")
}

func TestLintFinds(t *testing.T) {
	t.Parallel()
	engine, err := engineOf(`{` + head + `,"write":["eo"],"gendered":["Sinjoro"],
		"address":[{"id":"eo.one","name":["eo"],"text":"{surname}","part":"family","forms":["plain"],"why":"x"},{"id":"eo.two","name":["eo"],"register":"formal","text":"{surname}","part":"family","forms":["plain"],"why":"x"},
			{"id":"eo.three","name":["eo"],"text":"{given}","part":"given","forms":["nowhere"],"why":"x"}],
		"forms":[{"id":"eo.form","form":"courtesy","text":"Sinjoro {name}"},{"id":"eo.unused","form":"unused","text":"{name}"}],
		"openings":[{"id":"eo.open","audience":["person"],"text":"Saluton {address}"}]}`)
	require.NoError(t, err)
	var all []string
	for _, f := range engine.Lint() {
		all = append(all, f.String())
	}
	text := strings.Join(all, "\n")
	for _, want := range []string{
		`eo.form: says "Sinjoro"`, "eo.two: never reached: eo.one", "form nowhere: no rule makes it", "form unused: no address uses it",
		"eo: openings: nothing for people, formal, letter", "eo: closings: nothing for person, informal, voice",
	} {
		require.Contains(t, text, want)
	}
}

// A line for a region does not stand for the language, and one for a script not for
// another.
func TestLintFindsWhatARegionHides(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ remove, want string }{
		{"en.open.formal", "en: openings: nothing for person, formal, letter"}, // en-US has one of its own
		{"zh.open.chat", "zh-Hans: openings: nothing for person, formal, chat"},
		{"zh-Hant.close.informal", "zh-Hant: closings: nothing for person, informal, email"},
	} {
		engine, err := engineOf(`{` + head + `,"remove":["` + row.remove + `"]}`)
		require.NoError(t, err)
		var found []string
		for _, f := range engine.Lint() {
			found = append(found, f.String())
		}
		require.Contains(t, found, row.want)
	}
}

// The zero Engine knows no rules and still does not invent any.
func TestZeroEngine(t *testing.T) {
	t.Parallel()
	var e salutation.Engine
	got, err := e.Line(in("en-GB", ""), salutation.Person{Name: name("is", "Björk", "", "Guðmundsdóttir", "")}, salutation.Letter)
	require.NoError(t, err)
	require.Equal(t, "Björk Guðmundsdóttir", got.Text)
	require.Equal(t, salutation.RuleNameOnly, got.Rule)
	require.True(t, got.Ask)
	require.Empty(t, e.Lint())
	got, err = e.Close(in("en-GB", ""), salutation.Addressee{Audience: salutation.ToTeam, Name: "Support"}, salutation.Letter)
	require.NoError(t, err)
	require.Empty(t, got.Text)
	got, err = e.Open(in("en-GB", ""), salutation.Addressee{Audience: salutation.ToPeople, People: []salutation.Person{{Full: "A"}, {CallMe: "B"}}}, salutation.Letter)
	require.NoError(t, err)
	require.Equal(t, "A, B", got.Text)
}

func FuzzPack(f *testing.F) {
	f.Add(`{` + head + `,"openings":[{"id":"a","write":["en"],"text":"First {address}","end":"!"}]}`)
	f.Add(`{` + head + `,"address":[{"id":"a","text":"{given}","part":"given","forms":["plain"],"why":"x"}],"remove":["whole"]}`)
	f.Add(`{` + head + `,"forms":[{"id":"a","form":"plain","text":"~{name}~x"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		engine, err := engineOf(text)
		if err != nil {
			require.ErrorIs(t, err, salutation.ErrPack)
			return
		}
		engine.Lint()
		for _, lang := range []string{"en-GB", "ja"} {
			_, err = engine.Line(in(lang, ""), salutation.Person{Name: name("en", "Emma", "", "Taylor", "")}, salutation.Letter)
			require.NoError(t, err)
		}
	})
}
