package culture_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/culture"
)

// schema checks values against the keywords of JSON Schema that our files use; a
// keyword that it does not know fails the test.
type schema struct {
	t    testing.TB
	root map[string]any
}

func schemaOf(t testing.TB, file string) schema {
	t.Helper()
	text, ok := culture.PackSchema(file)
	require.True(t, ok)
	s := schema{t: t}
	require.NoError(t, json.Unmarshal([]byte(text), &s.root))
	return s
}

func (s schema) accepts(document string) bool {
	var v any
	return json.Unmarshal([]byte(document), &v) == nil && s.valid(s.root, v)
}

func (s schema) valid(rule, v any) bool {
	if allowed, ok := rule.(bool); ok {
		return allowed
	}
	node := rule.(map[string]any)
	for keyword, want := range node {
		if !s.keyword(node, keyword, want, v) {
			return false
		}
	}
	return true
}

func (s schema) keyword(node map[string]any, keyword string, want, v any) bool {
	object, isObject := v.(map[string]any)
	text, isText := v.(string)
	number, isNumber := v.(float64)
	list, isList := v.([]any)
	every := func(rules any) bool {
		return !slices.ContainsFunc(rules.([]any), func(rule any) bool { return !s.valid(rule, v) })
	}
	switch keyword {
	case "$schema", "$id", "title", "description", "$defs", "then", "else":
		return true
	case "$ref":
		return s.valid(s.root["$defs"].(map[string]any)[strings.TrimPrefix(want.(string), "#/$defs/")], v)
	case "type":
		return map[string]bool{"object": isObject, "string": isText, "number": isNumber, "array": isList}[want.(string)]
	case "const":
		return v == want
	case "enum":
		return slices.Contains(want.([]any), v)
	case "pattern":
		return !isText || regexp.MustCompile(want.(string)).MatchString(text)
	case "exclusiveMinimum":
		return !isNumber || number > want.(float64)
	case "maximum":
		return !isNumber || number <= want.(float64)
	case "minItems":
		return !isList || len(list) >= int(want.(float64))
	case "uniqueItems":
		seen := map[string]bool{}
		for _, item := range list {
			if seen[fmt.Sprint(item)] {
				return false
			}
			seen[fmt.Sprint(item)] = true
		}
		return true
	case "items":
		return !slices.ContainsFunc(list, func(item any) bool { return !s.valid(want, item) })
	case "required":
		return !isObject || !slices.ContainsFunc(want.([]any), func(key any) bool { _, ok := object[key.(string)]; return !ok })
	case "properties":
		for key, rule := range want.(map[string]any) {
			if value, ok := object[key]; ok && !s.valid(rule, value) {
				return false
			}
		}
		return true
	case "additionalProperties":
		known, _ := node["properties"].(map[string]any)
		for key, value := range object {
			if _, ok := known[key]; !ok && !s.valid(want, value) {
				return false
			}
		}
		return true
	case "allOf":
		return every(want)
	case "anyOf":
		return slices.ContainsFunc(want.([]any), func(rule any) bool { return s.valid(rule, v) })
	case "not":
		return !s.valid(want, v)
	case "if":
		branch, ok := node["else"]
		if s.valid(want, v) {
			branch, ok = node["then"]
		}
		return !ok || s.valid(branch, v)
	default:
		s.t.Fatalf("the schema uses %q, which this test does not know", keyword)
		return false
	}
}

func accepted(name, document string) bool {
	_, err := culture.New(&culture.Options{Packs: []fs.FS{fstest.MapFS{name: {Data: []byte(document)}}}})
	return err == nil
}

// The schema of facts accepts what we ship, and refuses with the reader what is wrong
// in form. What only the reader can know (links, sources) the schema lets pass.
func TestFactsSchema(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, "facts.json")
	own, err := fs.ReadFile(renamed{testdata()}, "facts.json")
	require.NoError(t, err)
	require.True(t, s.accepts(string(own)), "the built-in facts fit their schema")
	pack := func(facts ...string) string {
		data, err := fs.ReadFile(hostPack(facts...), "facts.json")
		require.NoError(t, err)
		return string(data)
	}
	rows := []struct {
		name, document string
		schema, reader bool
	}{
		{"a fact", pack(fact("a", "")), true, true},
		{"no facts", pack(), true, true},
		{"a legal rule", pack(strings.NewReplacer(`"norm"`, `"legal"`, `"region-average"`, `"rule"`).Replace(fact("a", `,"as_of":"2024-06"`))), true, true},
		{"dress", pack(strings.Replace(fact("a", ""), `"gift"`, `"dress"`, 1)), true, true},
		{"locale", pack(strings.Replace(fact("a", `,"locale":"zh-Hant"`), "region-average", "locale", 1)), true, true},
		{"unknown field", pack(fact("a", `,"extra":1`)), false, false},
		{"missing text", pack(strings.Replace(fact("a", ""), `"text":"t",`, ``, 1)), false, false},
		{"blank text", pack(strings.Replace(fact("a", ""), `"text":"t"`, `"text":" "`, 1)), false, false},
		{"no sources", pack(strings.Replace(fact("a", ""), `["policy"]`, `[]`, 1)), false, false},
		{"a source twice", pack(strings.Replace(fact("a", ""), `["policy"]`, `["policy","policy"]`, 1)), false, false},
		{"too sure", pack(strings.Replace(fact("a", ""), `0.5`, `0.96`, 1)), false, false},
		{"no confidence", pack(strings.Replace(fact("a", ""), `0.5`, `0`, 1)), false, false},
		{"confidence as text", pack(strings.Replace(fact("a", ""), `0.5`, `"0.5"`, 1)), false, false},
		{"unknown dimension", pack(strings.Replace(fact("a", ""), `"gift"`, `"shoes"`, 1)), false, false},
		{"small region", pack(strings.Replace(fact("a", ""), `"CN"`, `"cn"`, 1)), false, false},
		{"legal without rule", pack(strings.Replace(fact("a", ""), `"norm"`, `"legal"`, 1)), false, false},
		{"rule without legal", pack(strings.Replace(fact("a", ""), `region-average`, `rule`, 1)), false, false},
		{"locale without its scope", pack(fact("a", `,"locale":"zh"`)), false, false},
		{"scope locale without one", pack(strings.Replace(fact("a", ""), "region-average", "locale", 1)), false, false},
		{"day that is none", strings.Replace(pack(fact("a", "")), `"schema"`, `"generated":"today","schema"`, 1), false, false},
		{"other schema", strings.Replace(pack(fact("a", "")), `facts/1`, `facts/2`, 1), false, false},
		{"source of no tier", strings.Replace(pack(fact("a", "")), `"tier":"B"`, `"tier":"E"`, 1), false, false},
		{"region that is no more", pack(strings.Replace(fact("a", ""), `"CN"`, `"CS"`, 1)), true, false},
		{"source that is not there", pack(strings.Replace(fact("a", ""), `["policy"]`, `["other"]`, 1)), true, false},
		{"conflict that is not mutual", pack(fact("a", `,"conflicts_with":"b"`), fact("b", "")), true, false},
		{"the 31st of April", strings.Replace(pack(fact("a", "")), `"schema"`, `"generated":"2026-04-31","schema"`, 1), true, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, row.schema, schemaOf(t, "facts.json").accepts(row.document), "schema")
			require.Equal(t, row.reader, accepted("facts.json", row.document), "reader")
		})
	}
	var names []string
	for _, v := range s.root["$defs"].(map[string]any)["dimension"].(map[string]any)["enum"].([]any) {
		names = append(names, v.(string))
	}
	var own2 []string
	for _, d := range culture.Dimensions() {
		own2 = append(own2, d.String())
	}
	require.Equal(t, own2, names, "the schema lists every dimension")
	_, ok := culture.PackSchema("rules.json")
	require.False(t, ok)
}

func overrides(rows ...string) string {
	return `{"schema":"culture-overrides/1","overrides":[` + strings.Join(rows, ",") + `]}`
}

const why = `,"reason":"our survey of 2026","by":"desk JP","date":"2026-10-01"}`

func TestOverridesSchema(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, document string
		schema, reader bool
	}{
		{"drop", overrides(`{"fact":"jp.directness.1","action":"drop"` + why), true, true},
		{"set", overrides(`{"fact":"jp.directness.1","action":"set","confidence":0.9` + why), true, true},
		{"nothing", overrides(), true, true},
		{"drop with a value", overrides(`{"fact":"jp.directness.1","action":"drop","value":"x"` + why), false, false},
		{"set without anything", overrides(`{"fact":"jp.directness.1","action":"set"` + why), false, false},
		{"unknown action", overrides(`{"fact":"jp.directness.1","action":"burn"` + why), false, false},
		{"no reason", overrides(`{"fact":"jp.directness.1","action":"drop","by":"x","date":"2026-10-01"}`), false, false},
		{"blank reason", overrides(`{"fact":"jp.directness.1","action":"drop","reason":" ","by":"x","date":"2026-10-01"}`), false, false},
		{"no day", overrides(`{"fact":"jp.directness.1","action":"drop","reason":"y","by":"x","date":"soon"}`), false, false},
		{"too sure", overrides(`{"fact":"jp.directness.1","action":"set","confidence":1` + why), false, false},
		{"unknown field", overrides(`{"fact":"jp.directness.1","action":"drop","x":1` + why), false, false},
		{"other schema", strings.Replace(overrides(), "/1", "/9", 1), false, false},
		{"unknown fact", overrides(`{"fact":"jp.karaoke.1","action":"drop"` + why), true, false},
		{"twice", overrides(`{"fact":"jp.directness.1","action":"drop"`+why, `{"fact":"jp.directness.1","action":"drop"`+why), true, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, row.schema, schemaOf(t, "overrides.json").accepts(row.document), "schema")
			require.Equal(t, row.reader, accepted("overrides.json", row.document), "reader")
		})
	}
}
