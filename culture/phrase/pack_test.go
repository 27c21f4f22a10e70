package phrase_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/phrase"
)

const (
	head = `{"schema":"phrases/1","locale":"de","status":"draft",`
	good = head + `"phrases":{"thank":{"formal":{"letter":"Danke."}}}}`
)

// Each row plants one fault and names it; the pack without it is read.
func TestPackFaults(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, file, text, want string }{
		{"not JSON", "phrases/de.json", `{`, "not JSON"},
		{"unknown field", "phrases/de.json", head + `"phrase":{}}`, "unknown field"},
		{"duplicate field", "phrases/de.json", head + `"note":"a","note":"b"}`, "duplicate field"},
		{"schema", "phrases/de.json", strings.Replace(good, "phrases/1", "phrases/2", 1), `want "phrases/1"`},
		{"status", "phrases/de.json", strings.Replace(good, "draft", "final", 1), "no such value"},
		{"locale", "phrases/de.json", strings.Replace(good, `"de"`, `"deutsch!"`, 1), "want a language tag"},
		{"locale not canonical", "phrases/iw.json", strings.Replace(good, `"de"`, `"iw"`, 1), "want a language tag"},
		{"file name", "phrases/fr.json", good, "must be called de.json"},
		{"scenario", "phrases/de.json", strings.Replace(good, "thank", "thanks", 1), "no such scenario"},
		{"register", "phrases/de.json", strings.Replace(good, "formal", "polite", 1), "polite"},
		{"medium", "phrases/de.json", strings.Replace(good, "letter", "fax", 1), "fax"},
		{"empty text", "phrases/de.json", strings.Replace(good, "Danke.", "", 1), "want a text"},
		{"blank at an end", "phrases/de.json", strings.Replace(good, "Danke.", "Danke. ", 1), "a blank at an end"},
		{"template", "phrases/de.json", strings.Replace(good, "Danke.", "Danke {x}.", 1), "want {$name}"},
		{"argument not declared", "phrases/de.json", strings.Replace(good, "Danke.", "Danke {$company}.", 1), "{$company} is not an argument of thank"},
		{"argument missing", "phrases/de.json", strings.Replace(good, "thank", "greet", 1), "lacks {$company}"},
		{"term", "phrases/de.json", strings.Replace(good, "Danke.", "Danke {@p}.", 1), "no term is called p"},
		{"a number for a text", "phrases/de.json", strings.Replace(good, `"Danke."`, "5", 1), "want an object"},
		{"acts where there are none", "phrases/de.json", strings.Replace(good, `"Danke."`, `{"acts":{"offer":"x"}}`, 1), "want a text"},
		{"acts missing", "phrases/de.json", head + `"phrases":{"apologise":{"formal":{"letter":{"acts":{"offer":"x"}}}}}}`, "want a text for each of the acts"},
		{"acts of another scenario", "phrases/de.json", head + `"phrases":{"apologise":{"formal":{"letter":{"acts":{"offer":"x","decline":"y","inform":"z"}}}}}}`, "has no text for"},
		{"act unknown", "phrases/de.json", head + `"phrases":{"apologise":{"formal":{"letter":{"acts":{"sing":"x"}}}}}}`, "sing"},
		{"variant twice", "phrases/de.json", strings.Replace(good, `"Danke."`, `{"text":"a","variants":[{"speaker":"feminine","text":"b"},{"speaker":"feminine","text":"c"}]}`, 1), "the same agreement as another"},
		{"variant without a condition", "phrases/de.json", strings.Replace(good, `"Danke."`, `{"text":"a","variants":[{"text":"b"}]}`, 1), "the same agreement as another"},
		{"variant for neutral forms", "phrases/de.json", strings.Replace(good, `"Danke."`, `{"text":"a","variants":[{"speaker":"neutral","text":"b"}]}`, 1), "neutral forms are the text"},
		{"order of unknown scenario", "phrases/de.json", head + `"orders":{"sing":{"acts":[],"basis":[],"why":"x"}}}`, "no such scenario"},
		{"order incomplete", "phrases/de.json", head + `"orders":{"apologise":{"acts":["offer"],"basis":[],"why":"x"}}}`, "want each of"},
		{"order with one twice", "phrases/de.json", head + `"orders":{"apologise":{"acts":["offer","offer","apologise"],"basis":[],"why":"x"}}}`, "want each of"},
		{"order without a reason", "phrases/de.json", head + `"orders":{"apologise":{"acts":["offer","acknowledge","apologise"],"basis":[],"why":" "}}}`, "why: is empty"},
		{"a scenario of null", "phrases/de.json", head + `"phrases":{"thank":null}}`, "phrases.thank: null takes away a single phrase"},
		{"a register of null", "phrases/de.json", head + `"phrases":{"thank":{"formal":null}}}`, "phrases.thank.formal: null takes away a single phrase"},
		{"joiner", "phrases/de.json", head + `"joiner":"--"}`, "want nothing, a blank or a new line"},
		{"term name", "phrases/de.json", head + `"terms":{"P":{"by":"speaker","feminine":"a","masculine":"b","unknown":""}}}`, "a term's name"},
		{"term by", "phrases/de.json", head + `"terms":{"p":{"by":"me","feminine":"a","masculine":"b","unknown":""}}}`, "want speaker or addressee"},
		{"term without a gender", "phrases/de.json", head + `"terms":{"p":{"by":"speaker","feminine":"a","unknown":""}}}`, "one gender without the other"},
		{"term that agrees with nothing", "phrases/de.json", head + `"terms":{"p":{"by":"addressee","unknown":""}}}`, "agrees with nothing"},
		{"term of many speakers", "phrases/de.json", head + `"terms":{"p":{"by":"speaker","many":"a","unknown":""}}}`, "goes with addressee only"},
		{"term without unknown", "phrases/de.json", head + `"terms":{"p":{"by":"addressee","many":"a"}}}`, "missing field"},
		{"term with a place", "phrases/de.json", head + `"terms":{"p":{"by":"addressee","many":"{$a}","unknown":""}}}`, "a word is plain text"},
		{"review without status", "phrases/de.json", head + `"review":{"by":"x","on":"2026-01-01"}}`, "goes with the status reviewed"},
		{"status without review", "phrases/de.json", strings.Replace(good, "draft", "reviewed", 1), "goes with the status reviewed"},
		{"review by nobody", "phrases/de.json", `{"schema":"phrases/1","locale":"de","status":"reviewed","review":{"by":" ","on":"2026-01-01"}}`, "want who reviewed"},
		{"review on no day", "phrases/de.json", `{"schema":"phrases/1","locale":"de","status":"reviewed","review":{"by":"x","on":"2026-02-30"}}`, "want a day"},
		{"lint limit", "phrases/de.json", head + `"lint":{"limits":{"letter":0}}}`, "want 1 to 500"},
		{"lint word", "phrases/de.json", head + `"lint":{"blame":[{"match":"a*b"}]}}`, "a star stands at the end"},
		{"lint word empty", "phrases/de.json", head + `"lint":{"promise":[{"match":" "}]}}`, "want a word"},
		{"lint allow", "phrases/de.json", head + `"lint":{"allow":["  "]}}`, "lint.allow[0]"},
		{"lint blanks", "phrases/de.json", head + `"lint":{"soothing":[{"match":"a  b"}]}}`, "a blank at an end, or two in a row"},
		{"lint of many words", "phrases/de.json", head + `"lint":{"blame":[` + strings.Repeat(`{"match":"a"},`, 1000) + `{"match":"a"}]}}`, "1001 words, at most 1000"},
		{"scenario name", "scenarios.json", `{"schema":"phrase-scenarios/1","scenarios":{"A b":{"about":"x","args":{}}}}`, "a scenario's name"},
		{"scenario twice", "scenarios.json", `{"schema":"phrase-scenarios/1","scenarios":{"thank":{"about":"x","args":{}}}}`, "is declared already"},
		{"scenario without words", "scenarios.json", `{"schema":"phrase-scenarios/1","scenarios":{"a":{"about":"","args":{}}}}`, "about: is empty"},
		{"scenario argument", "scenarios.json", `{"schema":"phrase-scenarios/1","scenarios":{"a":{"about":"x","args":{"A":"name"}}}}`, "is not of a-z"},
		{"scenario kind", "scenarios.json", `{"schema":"phrase-scenarios/1","scenarios":{"a":{"about":"x","args":{"a":"song"}}}}`, "song"},
		{"scenario of one act", "scenarios.json", `{"schema":"phrase-scenarios/1","scenarios":{"a":{"about":"x","args":{},"acts":["offer"]}}}`, "at least two different"},
		{"scenario schema", "scenarios.json", `{"schema":"x","scenarios":{}}`, "phrase-scenarios/1"},
		{"scenario with many arguments", "scenarios.json", `{"schema":"phrase-scenarios/1","scenarios":{"a":{"about":"x","args":{` + manyArgs() + `}}}}`, "33 arguments, at most 32"},
		{"reviews schema", "reviews.json", `{"schema":"x","reviews":[]}`, "phrase-reviews/1"},
		{"reviews digest", "reviews.json", `{"schema":"phrase-reviews/1","reviews":[{"id":"a","digest":"b","by":"c","on":"2026-01-01"}]}`, "want 16 characters"},
		{"reviews by nobody", "reviews.json", `{"schema":"phrase-reviews/1","reviews":[{"id":"a","digest":"0123456789abcdef","by":"","on":"2026-01-01"}]}`, "want who reviewed"},
		{"reviews twice", "reviews.json", `{"schema":"phrase-reviews/1","reviews":[{"id":"a","digest":"0123456789abcdef","by":"c","on":"2026-01-01"},{"id":"a","digest":"0123456789abcdef","by":"c","on":"2026-01-01"}]}`, "a occurs twice"},
		{"glossary schema", "glossary.json", `{"schema":"x","glossary":{}}`, "phrase-glossary/1"},
		{"glossary locale", "glossary.json", `{"schema":"phrase-glossary/1","glossary":{"??":[]}}`, "want a language tag"},
		{"glossary word", "glossary.json", `{"schema":"phrase-glossary/1","glossary":{"de":[{"jargon":"a","plain":" "}]}}`, "has no plain word"},
		{"nothing in it", "other.json", `{}`, "holds none of"},
		{"too long", "glossary.json", strings.Repeat(" ", 1<<20+1), "beyond the limits"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := phrase.New(&phrase.Options{Packs: []fs.FS{pack(row.file, row.text)}})
			require.ErrorIs(t, err, culture.ErrPack)
			var fault *culture.PackError
			require.ErrorAs(t, err, &fault)
			require.Equal(t, "pack 0", fault.Pack)
			require.ErrorContains(t, err, row.want)
			_, err = phrase.NewLinter(&phrase.LintOptions{Packs: []fs.FS{pack(row.file, row.text)}})
			require.ErrorContains(t, err, row.want)
		})
	}
	_, err := phrase.New(&phrase.Options{Packs: []fs.FS{pack("phrases/de.json", good)}})
	require.NoError(t, err)
}

func manyArgs() string {
	var args []string
	for i := range 33 {
		args = append(args, fmt.Sprintf(`"a%d":"name"`, i))
	}
	return strings.Join(args, ",")
}

// Every fault of every pack is reported at once.
func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := phrase.New(&phrase.Options{Packs: []fs.FS{
		pack("phrases/de.json", head+`"joiner":"--","phrases":{"thank":{"formal":{"letter":"","chat":"{x}"}},"sing":{}}}`, "scenarios.json", `{`),
		pack("reviews.json", `{`),
	}})
	for _, want := range []string{"joiner", "thank.formal.letter", "thank.formal.chat", "phrases.sing", "scenarios.json", "pack 1: reviews.json"} {
		require.ErrorContains(t, err, want)
	}
}

// broken is a file system that fails.
type broken struct{}

func (broken) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("disk on fire")}
}

func TestHostilePacks(t *testing.T) {
	t.Parallel()
	_, err := phrase.New(&phrase.Options{Packs: []fs.FS{broken{}}})
	require.ErrorIs(t, err, culture.ErrPack)
	require.ErrorContains(t, err, "disk on fire")
	_, err = phrase.New(&phrase.Options{Packs: make([]fs.FS, 0, 21)})
	require.NoError(t, err)
	many := make([]fs.FS, 21)
	for i := range many {
		many[i] = pack("phrases/de.json", good)
	}
	_, err = phrase.New(&phrase.Options{Packs: many})
	require.ErrorContains(t, err, "21 packs, at most 20")
	crowd := fstest.MapFS{}
	for i := range 101 {
		crowd[fmt.Sprintf("phrases/x%d.json", i)] = &fstest.MapFile{Data: []byte(good)}
	}
	_, err = phrase.New(&phrase.Options{Packs: []fs.FS{crowd}})
	require.ErrorContains(t, err, "101 files, at most 100")
	deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
	_, err = phrase.New(&phrase.Options{Packs: []fs.FS{pack("phrases/de.json", deep)}})
	require.ErrorContains(t, err, "nested deeper")
	_, err = phrase.New(&phrase.Options{Packs: []fs.FS{fstest.MapFS{"phrases/de.json/x": {Data: nil}}}})
	require.ErrorIs(t, err, culture.ErrPack)
}

// The schemas name the fields that the reader takes, and require what it requires: a
// document with every property is read, one without a required property is not.
func TestSchemas(t *testing.T) {
	t.Parallel()
	full := map[string]string{
		"phrases": `{"schema":"phrases/1","locale":"de","status":"reviewed","review":{"by":"x","on":"2026-01-01"},"note":"n","joiner":" ","singular":["informal"],
			"orders":{"apologise":{"acts":["offer","acknowledge","apologise"],"basis":["jp.apology.1"],"why":"x"}},
			"terms":{"p":{"by":"addressee","feminine":"a","masculine":"b","many":"c","unknown":"d"}},
			"phrases":{"thank":{"formal":{"letter":null,"chat":"Danke.","voice":{"text":"a","variants":[{"speaker":"feminine","addressee":"masculine","readers":"one","text":"b"}]}}},
				"apologise":{"formal":{"letter":{"acts":{"offer":"x","acknowledge":"y","apologise":"z"},"variants":[{"readers":"many","acts":{"offer":"x","acknowledge":"y","apologise":"z"}}]}}}},
			"lint":{"limits":{"letter":20},"register":{"formal":[{"match":"a","say":"b","case":true}]},"soothing":[],"blame":[],"promise":[],"allow":["x"]}}`,
		"scenarios": `{"schema":"phrase-scenarios/1","scenarios":{"a":{"about":"x","args":{"a":"name"},"acts":["inform","offer"]}}}`,
		"reviews":   `{"schema":"phrase-reviews/1","reviews":[{"id":"a","digest":"0123456789abcdef","by":"c","on":"2026-01-01"}]}`,
		"glossary":  `{"schema":"phrase-glossary/1","glossary":{"de":[{"jargon":"a","plain":"b"}]}}`,
	}
	for name, text := range full {
		file := map[bool]string{true: "phrases/de.json", false: name + ".json"}[name == "phrases"]
		_, err := phrase.New(&phrase.Options{Packs: []fs.FS{pack(file, text)}})
		require.NoError(t, err, name)
		raw, err := os.ReadFile("schema/" + name + ".schema.json")
		require.NoError(t, err)
		var schema map[string]any
		require.NoError(t, json.Unmarshal(raw, &schema))
		properties, required := map[string]bool{}, map[string]bool{}
		collect(schema, properties, required)
		for p := range properties {
			require.Contains(t, text, `"`+p+`":`, "%s: the document has every property", name)
		}
		for p := range required {
			cut := strings.ReplaceAll(text, `"`+p+`":`, `"`+p+`_":`)
			_, err := phrase.New(&phrase.Options{Packs: []fs.FS{pack(file, cut)}})
			require.ErrorContains(t, err, p, "%s requires it", name)
			require.ErrorContains(t, err, "missing field", "%s: %s", name, p)
		}
	}
}

// collect finds the names under every properties and required of a schema.
func collect(node any, properties, required map[string]bool) {
	switch v := node.(type) {
	case map[string]any:
		if props, ok := v["properties"].(map[string]any); ok {
			for name := range props {
				properties[name] = true
			}
		}
		if list, ok := v["required"].([]any); ok {
			for _, name := range list {
				required[name.(string)] = true
			}
		}
		for _, child := range v {
			collect(child, properties, required)
		}
	case []any:
		for _, child := range v {
			collect(child, properties, required)
		}
	}
}

func FuzzPack(f *testing.F) {
	for _, name := range []string{"th", "es-MX"} {
		text, err := os.ReadFile("data/phrases/" + name + ".json")
		require.NoError(f, err)
		f.Add("phrases/"+name+".json", text)
	}
	f.Add("scenarios.json", []byte(`{"schema":"phrase-scenarios/1","scenarios":{"a":{"about":"x","args":{"a":"name"},"acts":["inform","offer"]}}}`))
	f.Add("reviews.json", []byte(`{"schema":"phrase-reviews/1","reviews":[{"id":"a/b","digest":"0123456789abcdef","by":"c","on":"2026-01-01"}]}`))
	f.Add("glossary.json", []byte(`{"schema":"phrase-glossary/1","glossary":{"de":[{"jargon":"a*","plain":"b"}]}}`))
	f.Add("phrases/de.json", []byte(good))
	f.Fuzz(func(t *testing.T, file string, text []byte) {
		if !fs.ValidPath(file) || file == "." || file == "phrases" {
			return
		}
		packs := []fs.FS{fstest.MapFS{file: &fstest.MapFile{Data: text}}}
		b, err := phrase.New(&phrase.Options{Packs: packs, OwnOnly: true})
		if err != nil {
			require.ErrorIs(t, err, culture.ErrPack)
			return
		}
		b.Stale()
		for _, tag := range b.Locales() {
			for _, e := range b.Entries(tag) {
				frame, _ := b.Frame(e.Scenario)
				_, err := b.Say(phrase.Request{Locale: tag, Scenario: e.Scenario, Register: e.Register, Medium: e.Medium, Args: sample(frame), Drafts: true})
				require.NoError(t, err, "what is listed can be said: %s", e.ID)
			}
		}
		l, err := phrase.NewLinter(&phrase.LintOptions{Packs: packs})
		require.NoError(t, err)
		l.LintBook(b)
	})
}
