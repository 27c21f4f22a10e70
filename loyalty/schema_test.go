package loyalty

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

type schemaNode map[string]any

func loadSchema(t testing.TB) schemaNode {
	t.Helper()
	var s schemaNode
	require.NoError(t, json.Unmarshal(Schema(), &s))
	return s
}

// validate is as much of JSON Schema 2020-12 as the schema uses; a word that it
// does not know is a failure of the test.
func validate(t testing.TB, root, s schemaNode, v any, path string) (faults []string) {
	t.Helper()
	fail := func(format string, args ...any) { faults = append(faults, path+": "+fmt.Sprintf(format, args...)) }
	for word, arg := range s {
		switch word {
		case "$schema", "$id", "$defs", "title", "description", "additionalProperties", "maxItems":
		case "$ref":
			def, ok := root["$defs"].(map[string]any)[strings.TrimPrefix(arg.(string), "#/$defs/")].(map[string]any)
			require.True(t, ok, "%s", arg)
			faults = append(faults, validate(t, root, def, v, path)...)
		case "type":
			if have := kindOf(v); have != arg {
				fail("want %s, have %s", arg, have)
			}
		case "enum":
			if !slices.Contains(arg.([]any), v) {
				fail("%v is none of %v", v, arg)
			}
		case "pattern":
			if x, ok := v.(string); ok && !regexp.MustCompile(arg.(string)).MatchString(x) {
				fail("%q does not match", x)
			}
		case "minLength", "maxLength":
			if x, ok := v.(string); ok && (utf8.RuneCountInString(x) < int(arg.(float64))) == (word == "minLength") && utf8.RuneCountInString(x) != int(arg.(float64)) {
				fail("%s %v", word, arg)
			}
		case "minimum", "maximum":
			if x, ok := v.(json.Number); ok {
				n, _ := new(big.Float).SetString(x.String())
				if c := n.Cmp(big.NewFloat(arg.(float64))); (c < 0 && word == "minimum") || (c > 0 && word == "maximum") {
					fail("%s %v", word, arg)
				}
			}
		case "items":
			list, _ := v.([]any)
			for i := range list {
				faults = append(faults, validate(t, root, arg.(map[string]any), list[i], fmt.Sprintf("%s[%d]", path, i))...)
			}
		case "required":
			obj, _ := v.(map[string]any)
			for _, k := range arg.([]any) {
				if _, ok := obj[k.(string)]; obj != nil && !ok {
					fail("lacks %s", k)
				}
			}
		case "properties":
			obj, _ := v.(map[string]any)
			for k, x := range obj {
				p, ok := arg.(map[string]any)[k].(map[string]any)
				if !ok {
					fail("unknown %s", k)
					continue
				}
				faults = append(faults, validate(t, root, p, x, path+"."+k)...)
			}
		default:
			t.Fatalf("the validator of the test does not know %q", word)
		}
	}
	return faults
}

func kindOf(v any) string {
	switch x := v.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case bool:
		return "boolean"
	case json.Number:
		if _, err := x.Int64(); err == nil {
			return "integer"
		}
		return "number"
	}
	return "null"
}

func schemaFaults(t testing.TB, data []byte) []string {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return []string{err.Error()}
	}
	root := loadSchema(t)
	return validate(t, root, root, v, "")
}

// Every field of the structs is in the schema with the type that it reads, and
// nothing else is.
func TestSchemaMatchesStructs(t *testing.T) {
	t.Parallel()
	root := loadSchema(t)
	defs := root["$defs"].(map[string]any)
	seen := map[reflect.Type]bool{}
	var walk func(typ reflect.Type, s schemaNode)
	var match func(typ reflect.Type, s schemaNode, path string)
	match = func(typ reflect.Type, s schemaNode, path string) {
		if ref, ok := s["$ref"].(string); ok {
			s = defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		}
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		switch {
		case typ == reflect.TypeFor[Amount](), typ == reflect.TypeFor[Date]():
			require.Equal(t, "string", s["type"], path)
			require.NotEmpty(t, s["pattern"], path)
		case typ == reflect.TypeFor[Points]():
			require.Equal(t, "integer", s["type"], path)
			require.InDelta(t, float64(MaxPoints), s["maximum"], 0, path)
		case typ == reflect.TypeFor[time.Month](), typ.Kind() == reflect.Int, typ.Kind() == reflect.Int64, typ.Kind() == reflect.Int32:
			require.Equal(t, "integer", s["type"], path)
		case typ.Kind() == reflect.Uint8:
			enum, ok := s["enum"].([]any)
			require.True(t, ok, path)
			for i, w := range enum {
				v := reflect.New(typ)
				err := v.Interface().(interface{ UnmarshalText([]byte) error }).UnmarshalText([]byte(w.(string)))
				require.NoError(t, err, path)
				require.Equal(t, uint64(i+1), v.Elem().Uint(), path)
			}
			v := reflect.New(typ).Elem()
			v.SetUint(uint64(len(enum) + 1))
			_, err := v.Interface().(interface{ MarshalText() ([]byte, error) }).MarshalText()
			require.Error(t, err, "%s: the schema lacks a constant", path)
		case typ.Kind() == reflect.Bool:
			require.Equal(t, "boolean", s["type"], path)
		case typ.Kind() == reflect.String:
			require.Equal(t, "string", s["type"], path)
		case typ.Kind() == reflect.Slice:
			require.Equal(t, "array", s["type"], path)
			match(typ.Elem(), s["items"].(map[string]any), path+"[]")
		case typ.Kind() == reflect.Struct:
			require.Equal(t, "object", s["type"], path)
			walk(typ, s)
		default:
			t.Fatalf("%s: no rule for %s", path, typ)
		}
	}
	walk = func(typ reflect.Type, s schemaNode) {
		if seen[typ] {
			return
		}
		seen[typ] = true
		require.Equal(t, false, s["additionalProperties"], typ.Name())
		require.NotEmpty(t, s["description"], typ.Name())
		props := s["properties"].(map[string]any)
		names := map[string]bool{}
		for i := range typ.NumField() {
			f := typ.Field(i)
			id, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			names[id] = true
			p, ok := props[id].(map[string]any)
			require.True(t, ok, "%s.%s is not in the schema", typ.Name(), id)
			match(f.Type, p, typ.Name()+"."+id)
		}
		for id := range props {
			require.True(t, names[id], "%s.%s is only in the schema", typ.Name(), id)
		}
	}
	walk(reflect.TypeFor[Spec](), root)
	for id := range defs {
		require.Contains(t, string(Schema()), `"#/$defs/`+id+`"`, "nothing refers to %s", id)
	}
}

// What the schema refuses, the parser refuses, and every refusal says where and
// what; the messages are kept as people see them.
func TestInvalidPrograms(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/invalid/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			_, err = ParseProgram(data)
			require.ErrorIs(t, err, ErrProgram)
			var p *ProblemError
			require.ErrorAs(t, err, &p)
			text := err.Error() + "\n"
			if len(schemaFaults(t, data)) == 0 {
				text += "(the schema alone accepts it)\n"
			}
			golden.Equal(t, strings.TrimSuffix(file, ".json")+".txt", text)
		})
	}
}

// The example programmes go through the parser, the schema and back.
func TestProgramRoundTrip(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/programs/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Empty(t, schemaFaults(t, data), file)
		p, err := ParseProgram(data)
		require.NoError(t, err, file)
		again, err := json.Marshal(p)
		require.NoError(t, err)
		require.Empty(t, schemaFaults(t, again), file)
		q, err := ParseProgram(again)
		require.NoError(t, err)
		twice, err := json.Marshal(q)
		require.NoError(t, err)
		require.Equal(t, string(again), string(twice))
	}
}

func FuzzParseProgram(f *testing.F) {
	files, _ := filepath.Glob("testdata/*/*.json")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err == nil && len(data) < 1<<14 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParseProgram(data)
		if err != nil {
			require.ErrorIs(t, err, ErrProgram)
			return
		}
		again, err := json.Marshal(p)
		require.NoError(t, err)
		q, err := ParseProgram(again)
		require.NoError(t, err)
		twice, err := json.Marshal(q)
		require.NoError(t, err)
		require.Equal(t, string(again), string(twice))
	})
}

// One look at the answer shows all that is wrong, whatever kind of wrong it is.
func TestParseProgramTellsEverything(t *testing.T) {
	t.Parallel()
	_, err := ParseProgram([]byte(`{"id":"shop","version":0,"zoen":"UTC","scale":9,"wallets":[{"id":"p","expiry":{"kind":"aftr"},"overdraft":-1}]}`))
	var paths []string
	for _, half := range unjoined(err) {
		for _, e := range unjoined(half) {
			var p *ProblemError
			require.ErrorAs(t, e, &p)
			paths = append(paths, p.Path)
		}
	}
	require.Equal(t, []string{"zoen", "wallets[0].expiry.kind", "version", "scale", "wallets[0].overdraft"}, paths)
	_, err = ParseProgram([]byte(`{"id":`))
	require.Len(t, unjoined(err), 1, "nothing is said of a text that is none: %v", err)
}
