package segment

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

// Every fault of a text, and every fault of a predicate for a schema, is said at once.
func TestFaults(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/faults.txt")
	require.NoError(t, err)
	schema := shopSchema()
	var out strings.Builder
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "  ") {
			continue
		}
		out.WriteString(line)
		if !strings.HasPrefix(line, "{") {
			continue
		}
		p, err := Parse([]byte(line))
		if err == nil {
			err = schema.Check(p)
		}
		require.ErrorIs(t, err, ErrPredicate, line)
		var f *Fault
		require.ErrorAs(t, err, &f)
		for fault := range strings.Lines(err.Error()) {
			out.WriteString("  " + strings.TrimSpace(fault) + "\n")
		}
	}
	golden.Equal(t, "testdata/faults.txt", out.String())
}

func TestFaultsOfValuesInGo(t *testing.T) {
	t.Parallel()
	schema := shopSchema()
	for name, p := range map[string]Predicate{
		"NaN":               Gt("score", math.NaN()),
		"infinite":          Gt("score", math.Inf(1)),
		"beyond the limits": Gt("spend", decimal.New(1, 1_000_000)),
		"no operation":      {},
		"another operation": {Op: 99},
		"no arguments":      And(),
		"nothing to negate": {Op: OpNot},
		"no values":         In[string]("country"),
		"a number of text":  Eq("country", 3),
		"less than a text":  Lt("country", "x"),
		"spare field":       {Op: OpEveryone, Field: "country"},
		"at and ago":        {Op: OpBefore, Field: "created", At: time.Unix(0, 0), Ago: Span{1, Day}},
		"neither":           {Op: OpBefore, Field: "created"},
		"too long ago":      LongerAgo("created", Span{1_000_000, Week}),
		"a month is no span": {
			Op: OpBefore, Field: "created", Ago: Span{1, Month},
		},
		"too long": Eq("country", strings.Repeat("x", MaxText+1)),
	} {
		err := schema.Check(p)
		require.ErrorIs(t, err, ErrPredicate, name)
		_, err2 := schema.Compile(p)
		require.Equal(t, err, err2)
		_, err = schema.SQL(p, SQLite, time.Unix(0, 0), nil)
		require.ErrorIs(t, err, ErrPredicate, name)
	}
	_, err := json.Marshal(Predicate{})
	require.ErrorIs(t, err, ErrPredicate)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	schema := shopSchema()
	deep := Everyone()
	for range MaxDepth - 1 {
		deep = Not(deep)
	}
	require.NoError(t, schema.Check(deep))
	text, err := json.Marshal(deep)
	require.NoError(t, err)
	_, err = Parse(text)
	require.NoError(t, err)
	deep = Not(deep)
	require.ErrorContains(t, schema.Check(deep), "deeper than")
	_, err = json.Marshal(deep)
	require.ErrorContains(t, err, "deeper than")
	_, err = Parse([]byte(`{"op":"not","arg":` + string(text) + `}`))
	require.ErrorContains(t, err, "deeper than")
	many := make([]Predicate, MaxNodes)
	for i := range many {
		many[i] = Everyone()
	}
	require.ErrorContains(t, schema.Check(And(many...)), "more than 1000 nodes")
	require.NoError(t, schema.Check(And(many[1:]...)))
	_, err = Parse([]byte(`{"op":"eq","field":"` + strings.Repeat("x", MaxJSON) + `"}`))
	require.ErrorIs(t, err, ErrPredicate)
}

func TestSchemaFaults(t *testing.T) {
	t.Parallel()
	get := func(string) (string, bool) { return "", false }
	_, err := NewSchema([]Field[string]{
		Text("", get), Text("a", get), Text("a", get), Text[string]("b", nil), Float[string]("f", nil),
		Amount("c", 19, func(string) (int64, bool) { return 0, false }), Text("d", get).In(Column{Name: "x; drop table y"}),
	}, &SchemaOptions[string]{
		Events: Events[string, int](nil, EventFields[int]{Table: EventTable{From: "a b c"}}), IDColumn: Column{Name: "1"},
	})
	require.ErrorIs(t, err, ErrSchema)
	require.Equal(t, strings.TrimSpace(`
segment: schema not valid: fields[0].name: must have 1 to 1024 bytes
segment: schema not valid: fields[2].name: "a" is there twice
segment: schema not valid: fields[3]: field "b" has no function
segment: schema not valid: fields[4]: field "f" has no function
segment: schema not valid: fields[5]: field "c": places must be 0 to 18, are 19
segment: schema not valid: fields[6].column: "x; drop table y" is not the name of a column
segment: schema not valid: id_column: "1" is not the name of a column
segment: schema not valid: events: needs the functions for its rows and their instants
segment: schema not valid: events.table.from: "a b c" is not the name of a table`), err.Error())
}
