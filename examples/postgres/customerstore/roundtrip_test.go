package customerstore_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/postgres/customerstore"
)

// queries counts what is sent.
type queries struct{ n atomic.Int64 }

func (q *queries) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	q.n.Add(1)
	return ctx
}

func (q *queries) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// An append is one statement, over two histories with redirects, suppressed points and a
// scrub as well; a refused one asks why.
func TestOneRoundTrip(t *testing.T) {
	t.Parallel()
	config := shared.Fresh(t, 2, customerstore.Migrate).Config()
	var q queries
	config.ConnConfig.Tracer = &q
	p, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	s := customerstore.New(p, nil)
	wide := commit("wide", "a", 1, "2")
	wide.Writes = append(wide.Writes, commit("", "b", 0, "1").Writes...)
	wide.Redirects, wide.Suppress, wide.Scrub = []customer.Redirect{{From: "b", To: "a"}}, []customer.PointHash{"h"}, []customer.ID{"a"}
	for _, row := range []struct {
		name    string
		commit  customer.Commit
		want    error
		queries int64
	}{
		{"first", commit("first", "a", 0, "1"), nil, 1},
		{"of everything", wide, nil, 1},
		{"repeated", wide, customer.ErrDuplicate, 1},
		{"out of date", commit("late", "a", 1, "2"), customer.ErrRevision, 3},
	} {
		before := q.n.Load()
		err := s.Append(t.Context(), row.commit)
		require.True(t, errors.Is(err, row.want), "%s: %v", row.name, err)
		require.Equal(t, row.queries, q.n.Load()-before, row.name)
	}
	for _, ask := range []func() error{
		func() error { _, err := s.Resolve(t.Context(), "b"); return err },
		func() error { _, _, err := s.Seen(t.Context(), "wide"); return err },
		func() error { _, err := s.Suppressed(t.Context(), "h"); return err },
		func() error {
			for range s.History(t.Context(), "a", 0) {
			}
			return nil
		},
	} {
		before := q.n.Load()
		require.NoError(t, ask())
		require.Equal(t, int64(1), q.n.Load()-before)
	}
}

// BenchmarkAppend is commits by one client, one after the other, of one entry of a new
// customer and of one entry each of eight.
func BenchmarkAppend(b *testing.B) {
	for _, width := range []int{1, 8} {
		b.Run(fmt.Sprintf("customers=%d", width), func(b *testing.B) {
			b.ReportAllocs()
			s := customerstore.New(shared.Fresh(b, 2, customerstore.Migrate), nil)
			for n := 0; b.Loop(); n++ {
				c := commit(fmt.Sprint(n), customer.ID(fmt.Sprint(n)), 0, "body")
				for i := range width - 1 {
					c.Writes = append(c.Writes, commit("", customer.ID(fmt.Sprint(n, "/", i)), 0, "body").Writes...)
				}
				if err := s.Append(b.Context(), c); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
		})
	}
}
