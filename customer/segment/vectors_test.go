package segment

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/amount"
	"github.com/rapport-go/rapport/internal/golden"
)

type vectorPredicate struct {
	Op            string            `json:"op"`
	Args          []vectorPredicate `json:"args"`
	Arg           *vectorPredicate  `json:"arg"`
	Field         string            `json:"field"`
	Value         json.RawMessage   `json:"value"`
	Values        []json.RawMessage `json:"values"`
	Min           json.RawMessage   `json:"min"`
	Max           json.RawMessage   `json:"max"`
	AgoSeconds    int               `json:"ago_seconds"`
	Event         string            `json:"event"`
	Category      *string           `json:"category"`
	WithinSeconds int               `json:"within_seconds"`
	Cmp           string            `json:"cmp"`
	N             int64             `json:"n"`
}

func (v vectorPredicate) predicate(t *testing.T) Predicate {
	t.Helper()
	var p Predicate
	require.NoError(t, p.Op.UnmarshalText([]byte(v.Op)))
	for _, a := range v.Args {
		p.Args = append(p.Args, a.predicate(t))
	}
	if v.Arg != nil {
		p.Args = []Predicate{v.Arg.predicate(t)}
	}
	p.Field = v.Field
	for _, raw := range append([]json.RawMessage{v.Value, v.Min, v.Max}, v.Values...) {
		if raw == nil {
			continue
		}
		var x any
		require.NoError(t, json.Unmarshal(raw, &x))
		switch x := x.(type) {
		case string:
			p.Values = append(p.Values, V(x))
		case bool:
			p.Values = append(p.Values, V(x))
		default:
			n, err := amount.Parse(string(raw))
			require.NoError(t, err)
			p.Values = append(p.Values, V(n))
		}
	}
	if v.AgoSeconds != 0 {
		p.Ago = Span{v.AgoSeconds, Second}
	}
	if v.Op == "event_count" {
		p.Event, p.Window = v.Event, Window{Kind: Elapsed, N: v.WithinSeconds, Unit: Second}
		require.NoError(t, p.Compare.UnmarshalText([]byte(v.Cmp)))
		p.Values = []Value{V(v.N)}
		if v.Category != nil {
			where := Eq("category", *v.Category)
			p.Where = &where
		}
	}
	return p
}

// TestVectors: expectations come from SQLite, whose three values these are.
func TestVectors(t *testing.T) {
	t.Parallel()
	type number = *decimal.Decimal
	type moment = *int64
	var file struct {
		Now       int64  `json:"now"`
		Note      string `json:"note"`
		Customers []struct {
			ID       int       `json:"id"`
			Country  *string   `json:"country"`
			Lang     *string   `json:"lang"`
			Stage    *string   `json:"stage"`
			Spend    number    `json:"spend"`
			Age      *int64    `json:"age"`
			EmailOK  *bool     `json:"email_ok"`
			LastSeen moment    `json:"last_seen"`
			Tags     *[]string `json:"tags"`
		} `json:"customers"`
		Events []struct {
			Cust     int     `json:"cust"`
			Name     string  `json:"name"`
			Category *string `json:"category"`
			At       int64   `json:"at"`
			Amount   number  `json:"amount"`
		} `json:"events"`
		Predicates []struct {
			Predicate vectorPredicate `json:"predicate"`
			SQL       string          `json:"sql"`
			Expected  string          `json:"expected"`
		} `json:"predicates"`
	}
	const name = "segment_3vl.json"
	if !golden.OpenVectors(t, "customer").JSON(t, name, &file) {
		return
	}
	minor := func(d number) *int64 {
		if d == nil {
			return nil
		}
		n, ok := amount.Minor(*d, 2)
		require.True(t, ok)
		return &n
	}
	people := make(map[int]*person)
	var order []*person
	for _, c := range file.Customers {
		p := &person{country: c.Country, lang: c.Lang, stage: c.Stage, spend: minor(c.Spend), age: c.Age, emailOK: c.EmailOK, tags: c.Tags}
		if c.LastSeen != nil {
			p.lastSeen = ref(time.Unix(*c.LastSeen, 0))
		}
		people[c.ID] = p
		order = append(order, p)
	}
	for _, e := range file.Events {
		p := people[e.Cust]
		p.sales = append(p.sales, sale{name: e.Name, category: e.Category, at: time.Unix(e.At, 0), amount: minor(e.Amount)})
	}
	schema, now := shopSchema(), time.Unix(file.Now, 0)
	for i, c := range file.Predicates {
		p := c.Predicate.predicate(t)
		program, err := schema.Compile(p)
		require.NoError(t, err, "predicate %d: %s", i, p)
		got := make([]byte, len(order))
		for k, v := range order {
			verdict, _, _ := program.Eval(v, now)
			got[k] = "?FUT"[verdict]
			require.Equal(t, verdict, program.At(now).Verdict(v))
			require.Equal(t, verdict == True, program.Is(v, now))
		}
		require.Equal(t, c.Expected, string(got), "predicate %d: %s", i, p)
		text, err := json.Marshal(p)
		require.NoError(t, err)
		again, err := Parse(text)
		require.NoError(t, err)
		require.Equal(t, p.String(), again.String())
	}
	golden.Count(t, name, len(file.Predicates))
}
