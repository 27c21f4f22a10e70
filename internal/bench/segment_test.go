package bench

import (
	"testing"
	"time"

	"cel.dev/cel-go/cel"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/segment"
)

// Client is a row as the peers read it: they know no missing values, so that it has
// none, and its orders are counted by a function.
type Client struct {
	Country, Lang, Stage string
	EmailOK              bool
	Spend                int64
	LastSeen             time.Time
	Tags                 []string
	Orders               []time.Time
}

// Recent counts the orders since an instant.
func (c *Client) Recent(since time.Time) int {
	n := 0
	for _, at := range c.Orders {
		if !at.Before(since) {
			n++
		}
	}
	return n
}

var segmentNow = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func segmentClients(n int) []*Client {
	out := make([]*Client, n)
	for i := range out {
		c := &Client{
			Country: []string{"DE", "JP", "FR", "AT"}[i%4], Lang: []string{"de", "ja", "fr"}[i%3], Stage: []string{"active", "lead", "lapsed"}[i/4%3],
			EmailOK: i%3 != 0, Spend: int64(i % 500), LastSeen: segmentNow.Add(-time.Duration(i%200) * 24 * time.Hour), Tags: []string{"press", "vip"}[:i%3],
		}
		for k := range i % 6 {
			c.Orders = append(c.Orders, segmentNow.Add(-time.Duration(k*11+i%40)*24*time.Hour))
		}
		out[i] = c
	}
	return out
}

func segmentProgram(tb testing.TB) segment.Moment[*Client] {
	tb.Helper()
	known := func(get func(*Client) string) func(*Client) (string, bool) {
		return func(c *Client) (string, bool) { return get(c), true }
	}
	s, err := segment.NewSchema([]segment.Field[*Client]{
		segment.Text("country", known(func(c *Client) string { return c.Country })),
		segment.Text("lang", known(func(c *Client) string { return c.Lang })),
		segment.Text("stage", known(func(c *Client) string { return c.Stage })),
		segment.Int("spend", func(c *Client) (int64, bool) { return c.Spend, true }),
		segment.Bool("email_ok", func(c *Client) (bool, bool) { return c.EmailOK, true }),
		segment.Time("last_seen", func(c *Client) (time.Time, bool) { return c.LastSeen, true }),
		segment.Tags("tags", func(c *Client) ([]string, bool) { return c.Tags, true }),
	}, &segment.SchemaOptions[*Client]{
		Events: segment.Events(func(c *Client) []time.Time { return c.Orders }, segment.EventFields[time.Time]{At: func(t time.Time) time.Time { return t }}),
	})
	require.NoError(tb, err)
	p, err := s.Compile(segment.And(
		segment.Or(segment.In("country", "DE", "AT", "CH"), segment.Eq("lang", "de")),
		segment.In("stage", "active", "lapsed"),
		segment.IsTrue("email_ok"),
		segment.Gte("spend", 100),
		segment.Not(segment.Has("tags", "do-not-contact")),
		segment.NotLongerAgo("last_seen", segment.Span{N: 90, Unit: segment.Day}),
		segment.EventCount("", nil, segment.LastDays(30), segment.OpGte, 1),
	))
	require.NoError(tb, err)
	return p.At(segmentNow)
}

type exprEnv struct {
	C                *Client
	Quarter, Month30 time.Time
}

func exprProgram(tb testing.TB) *vm.Program {
	tb.Helper()
	p, err := expr.Compile(`(C.Country in ["DE", "AT", "CH"] or C.Lang == "de") and C.Stage in ["active", "lapsed"] and C.EmailOK and C.Spend >= 100
		and not ("do-not-contact" in C.Tags) and C.LastSeen >= Quarter and C.Recent(Month30) >= 1`, expr.Env(exprEnv{}), expr.AsBool())
	require.NoError(tb, err)
	return p
}

func celProgram(tb testing.TB) cel.Program {
	tb.Helper()
	env, err := cel.NewEnv(
		cel.Variable("country", cel.StringType), cel.Variable("lang", cel.StringType), cel.Variable("stage", cel.StringType),
		cel.Variable("email_ok", cel.BoolType), cel.Variable("spend", cel.IntType), cel.Variable("last_seen", cel.TimestampType),
		cel.Variable("tags", cel.ListType(cel.StringType)), cel.Variable("orders", cel.ListType(cel.TimestampType)), cel.Variable("now", cel.TimestampType),
	)
	require.NoError(tb, err)
	ast, issues := env.Compile(`(country in ["DE", "AT", "CH"] || lang == "de") && stage in ["active", "lapsed"] && email_ok && spend >= 100
		&& !("do-not-contact" in tags) && last_seen >= now - duration("2160h") && orders.filter(t, t >= now - duration("720h")).size() >= 1`)
	require.NoError(tb, issues.Err())
	p, err := env.Program(ast)
	require.NoError(tb, err)
	return p
}

func celRow(c *Client) map[string]any {
	return map[string]any{
		"country": c.Country, "lang": c.Lang, "stage": c.Stage, "email_ok": c.EmailOK, "spend": c.Spend,
		"last_seen": c.LastSeen, "tags": c.Tags, "orders": c.Orders, "now": segmentNow,
	}
}

func exprRow(c *Client) exprEnv {
	return exprEnv{c, segmentNow.AddDate(0, 0, -90), segmentNow.AddDate(0, 0, -30)}
}

// The three answer alike where no value is missing, so that they are measured on the
// same work.
func TestSegmentsAgree(t *testing.T) {
	m, e, c := segmentProgram(t), exprProgram(t), celProgram(t)
	members := 0
	for _, v := range segmentClients(2000) {
		want := m.Is(v)
		if want {
			members++
		}
		got, err := expr.Run(e, exprRow(v))
		require.NoError(t, err)
		require.Equal(t, want, got)
		out, _, err := c.Eval(celRow(v))
		require.NoError(t, err)
		require.Equal(t, want, out.Value())
	}
	require.Positive(t, members)
}

func BenchmarkSegment(b *testing.B) {
	people := segmentClients(1000)
	rows, envs := make([]map[string]any, len(people)), make([]any, len(people))
	for i, v := range people {
		rows[i], envs[i] = celRow(v), exprRow(v)
	}
	m, e, c := segmentProgram(b), exprProgram(b), celProgram(b)
	var machine vm.VM
	b.Run("rapport", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			m.Is(people[i%len(people)])
		}
	})
	b.Run("expr", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := machine.Run(e, envs[i%len(envs)]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("cel", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, _, err := c.Eval(rows[i%len(rows)]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkSegmentCompile(b *testing.B) {
	b.Run("rapport", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			segmentProgram(b)
		}
	})
	b.Run("expr", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			exprProgram(b)
		}
	})
	b.Run("cel", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			celProgram(b)
		}
	})
}
