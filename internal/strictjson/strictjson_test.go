package strictjson

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

type inner struct {
	Name  string   `json:"name" strictjson:"required"`
	Count int      `json:"count"`
	Tags  []string `json:"tags"`
}

type outer struct {
	Title string            `json:"title"`
	Inner *inner            `json:"inner"`
	List  []inner           `json:"list"`
	Map   map[string]uint8  `json:"map"`
	At    time.Time         `json:"at"`
	Ratio float64           `json:"ratio"`
	On    bool              `json:"on"`
	Pair  [2]int            `json:"pair"`
	Money *decimal.Decimal  `json:"money"`
	Texts map[string]string `json:"texts"`
	Skip  int               `json:"-"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	doc := `{"title":"a","inner":{"name":"n","count":-3,"tags":["x","y"]},"list":[{"name":"m"}],"map":{"k":255},
	  "at":"2024-02-29T12:00:00Z","ratio":0.5,"on":true,"pair":[1,2],"money":"12.50","texts":null}`
	var got, want outer
	require.NoError(t, Decode([]byte(doc), &got, nil))
	require.NoError(t, json.Unmarshal([]byte(doc), &want))
	require.Equal(t, want, got)
}

// Every fault of one document comes back at once, each with its path.
func TestDecodeReportsAllFaults(t *testing.T) {
	t.Parallel()
	doc := `{"titel":1,"Title":"a","inner":{"count":1.5},"list":[{"name":7},{"name":"ok","extra":null}],
	  "map":{"k":256,"j":-1},"at":"yesterday","on":"yes","pair":[1],"ratio":1e999,"money":"1e1000000000"}`
	var got outer
	err := Decode([]byte(doc), &got, nil)
	want := []string{
		"titel: unknown field", "Title: unknown field: did you mean title?", "inner.count: bad value", "inner.name: missing field",
		"list[0].name: wrong type: want a string, have a number", "list[1].extra: unknown field: there are count, name, tags",
		"map.k: bad value", "map.j: bad value", "at: ", "on: wrong type", "pair: wrong type", "ratio: bad value",
		"money: amount: number beyond the limits",
	}
	for _, w := range want {
		require.ErrorContains(t, err, w)
	}
	require.Len(t, strings.Split(err.Error(), "\n"), len(want))
	for _, sentinel := range []error{ErrUnknown, ErrValue, ErrMissing, ErrType} {
		require.ErrorIs(t, err, sentinel)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	cases := map[string]error{
		"": ErrSyntax, "{": ErrSyntax, "[1,]": ErrSyntax, "{} {}": ErrSyntax, "nul": ErrSyntax, "\"\xff\"": ErrSyntax, "01": ErrSyntax, "[1 2]": ErrSyntax,
		`{"a":1,"a":2}`: ErrDuplicate, `{"a":{"b":1,"b":2},"a":3}`: ErrDuplicate,
		strings.Repeat("[", 33) + strings.Repeat("]", 33): ErrLimit,
		strings.Repeat("[", 1_000_000):                    ErrLimit,
		`"` + strings.Repeat("x", 1<<20) + `"`:            ErrLimit,
		"[" + strings.Repeat("0,", 100_000) + "0]":        ErrLimit,
	}
	for doc, want := range cases {
		_, err := Parse([]byte(doc), nil)
		require.ErrorIs(t, err, want, doc[:min(len(doc), 40)])
	}
	_, err := Parse([]byte("{\n  \"a\": 1,\n  oops\n}"), nil)
	require.ErrorContains(t, err, "line ")
}

// Paths cost nothing until a fault needs one: a long key over many elements once
// took a minute and 87 GB.
func TestPathsAreCheap(t *testing.T) {
	doc := []byte(`{"` + strings.Repeat("k", maxKey) + `":{"list":[` + strings.Repeat("1,", 90_000) + `1]}}`)
	var err error
	bytes := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err = Parse(doc, nil)
		}
	}).AllocedBytesPerOp()
	require.NoError(t, err)
	require.Less(t, bytes, int64(400*len(doc)))
	_, err = Parse([]byte(`{"`+strings.Repeat("k", 500_000)+`":1}`), nil)
	require.ErrorIs(t, err, ErrLimit)
	require.Less(t, len(err.Error()), 500)
	_, err = Parse([]byte(strings.Repeat("[", 500_000)), &Limits{Depth: 1 << 30})
	require.ErrorIs(t, err, ErrLimit)
}

func TestTornSurrogates(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{`"\ud800"`, `{"\ud800":1,"\ud801":2}`, `["a\udc00b"]`} {
		_, err := Parse([]byte(doc), nil)
		require.ErrorIs(t, err, ErrSyntax, doc)
	}
	for _, doc := range []string{`"\ud83d\ude00"`, `"\ufffd"`, "\"\uFFFD\""} {
		_, err := Parse([]byte(doc), nil)
		require.NoError(t, err, doc)
	}
}

func TestLimitsAreSettable(t *testing.T) {
	t.Parallel()
	_, err := Parse([]byte("[[1]]"), &Limits{Depth: 1})
	require.ErrorIs(t, err, ErrLimit)
	_, err = Parse([]byte("[1,2,3]"), &Limits{Nodes: 3})
	require.ErrorIs(t, err, ErrLimit)
	_, err = Parse([]byte("[1]"), &Limits{Bytes: 2})
	require.ErrorIs(t, err, ErrLimit)
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"title":"a","list":[{"name":"m"}],"pair":[1,2]}`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var got outer
		if Decode(data, &got, nil) != nil {
			return
		}
		require.True(t, json.Valid(data))
		again, err := json.Marshal(got)
		require.NoError(t, err)
		var back outer
		require.NoError(t, json.Unmarshal(again, &back))
	})
}
