package segment

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// mixed is country or language, stage, consent, spend, a tag, last seen and a count of
// events in 30 days: the predicate of the brief's measurements.
func mixed() Predicate {
	return And(
		Or(In("country", "DE", "AT", "CH"), Eq("lang", "de")),
		In("stage", "active", "lapsed"),
		IsTrue("email_ok"),
		Gte("spend", 100),
		Not(Has("tags", "do-not-contact")),
		NotLongerAgo("last_seen", Span{90, Day}),
		EventCount("purchase", nil, LastDays(30), OpGte, 1),
	)
}

// client and order are rows as a host would have them for speed: values in place, with
// flags for what is missing.
type client struct {
	country, lang, stage          string
	hasCountry, hasLang, hasStage bool
	emailOK, hasEmail             bool
	spend                         int64
	lastSeen                      time.Time
	tags                          []string
	orders                        []order
}

type order struct {
	name string
	at   time.Time
}

func clientSchema() *Schema[*client] {
	s, err := NewSchema([]Field[*client]{
		Text("country", func(c *client) (string, bool) { return c.country, c.hasCountry }),
		Text("lang", func(c *client) (string, bool) { return c.lang, c.hasLang }),
		Text("stage", func(c *client) (string, bool) { return c.stage, c.hasStage }),
		Amount("spend", 2, func(c *client) (int64, bool) { return c.spend, true }),
		Bool("email_ok", func(c *client) (bool, bool) { return c.emailOK, c.hasEmail }),
		Time("last_seen", func(c *client) (time.Time, bool) { return c.lastSeen, !c.lastSeen.IsZero() }),
		Tags("tags", func(c *client) ([]string, bool) { return c.tags, true }),
	}, &SchemaOptions[*client]{Events: Events(func(c *client) []order { return c.orders }, EventFields[order]{
		Name: func(o order) string { return o.name },
		At:   func(o order) time.Time { return o.at },
	})})
	if err != nil {
		panic(err)
	}
	return s
}

// crowd is n customers; every makes each clause run.
func crowd(n int, now time.Time, every bool) []*client {
	out, rows := make([]*client, n), make([]client, n)
	for i := range out {
		c := &rows[i]
		*c = client{
			country: []string{"DE", "JP", "FR", "AT"}[i%4], lang: []string{"de", "ja", "fr"}[i%3], stage: []string{"active", "lead", "lapsed"}[i/4%3],
			hasCountry: i%7 != 0, hasLang: true, hasStage: i%11 != 0, hasEmail: i%5 != 0,
			spend: int64(i % 500 * 100), emailOK: i%3 != 0, lastSeen: now.Add(-time.Duration(i%200) * 24 * time.Hour), tags: []string{"press", "vip"}[:i%3],
		}
		if every {
			*c = client{
				country: "JP", lang: "de", stage: "lapsed", hasCountry: true, hasLang: true, hasStage: true, hasEmail: true,
				spend: 100_000, emailOK: true, lastSeen: now, tags: []string{"press", "vip"},
			}
		}
		for k := range i % 6 {
			c.orders = append(c.orders, order{name: "purchase", at: now.Add(-time.Duration(k*11+i%40) * 24 * time.Hour)})
		}
		out[i] = c
	}
	return out
}

func BenchmarkVerdict(b *testing.B) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	program, err := clientSchema().Compile(mixed())
	require.NoError(b, err)
	for _, every := range []bool{false, true} {
		people := crowd(1000, now, every)
		name := map[bool]string{false: "mixed", true: "every_clause"}[every]
		b.Run(name, func(b *testing.B) {
			m := program.At(now)
			b.ReportAllocs()
			i, members := 0, 0
			for b.Loop() {
				if m.Is(people[i%1000]) {
					members++
				}
				i++
			}
		})
		b.Run(name+"_until", func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				_, _, _ = program.Eval(people[i%1000], now)
				i++
			}
		})
	}
}

func BenchmarkSelect(b *testing.B) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	program, err := clientSchema().Compile(mixed())
	require.NoError(b, err)
	for _, n := range []int{1_000, 100_000, 1_000_000} {
		people := crowd(n, now, false)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				members := 0
				for range program.Select(slices.Values(people), now) {
					members++
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	schema := clientSchema()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := schema.Compile(mixed()); err != nil {
			b.Fatal(err)
		}
	}
}
