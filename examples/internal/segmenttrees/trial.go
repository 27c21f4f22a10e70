package segmenttrees

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/rapport-go/rapport/customer/segment"
)

// Trial is a table of clients and a stream of predicates, both drawn from a seed.
type Trial struct {
	Seed    uint64
	Now     time.Time
	Clients []*Client // the id is the place

	schema *segment.Schema[*Client]
	trees  trees
}

// New draws 60 clients. The odd scores are among theirs where a database can keep them.
func New(seed uint64, in Columns, odd ...float64) (*Trial, error) {
	s, err := schema(in)
	if err != nil {
		return nil, err
	}
	r := trees{rand.New(rand.NewPCG(seed, 0)), odd}
	now := time.Date(2026, 3, 29, 2, 30, 0, r.IntN(3)*499_999_999, time.UTC).AddDate(0, r.IntN(12), 0)
	return &Trial{Seed: seed, Now: now, Clients: r.clients(60, now), schema: s, trees: r}, nil
}

// Judge draws n predicates and asks about each of them for a verdict on every client, in
// the order of their ids. The first that is not the program's is an error. It counts the
// verdicts.
func (t *Trial) Judge(n int, dialect segment.Dialect, ask func(q segment.Query) ([]segment.Tri, error)) (map[segment.Tri]int, error) {
	verdicts := map[segment.Tri]int{}
	for range n {
		p := t.trees.tree(3)
		program, err := t.schema.Compile(p)
		if err != nil {
			return nil, fmt.Errorf("seed %d: %s: %w", t.Seed, p, err)
		}
		q, err := t.schema.SQL(p, dialect, t.Now, &segment.SQLOptions{Zones: Zones()})
		if err != nil {
			return nil, fmt.Errorf("seed %d: %s: %w", t.Seed, p, err)
		}
		got, err := ask(q)
		if err == nil && len(got) != len(t.Clients) {
			err = fmt.Errorf("%d answers for %d clients", len(got), len(t.Clients))
		}
		if err != nil {
			return nil, fmt.Errorf("seed %d: %s\n%s %v: %w", t.Seed, p, q.Where, q.Args, err)
		}
		at := program.At(t.Now)
		for i, c := range t.Clients {
			want := at.Verdict(c)
			verdicts[want]++
			if want != got[i] {
				return nil, fmt.Errorf("seed %d, client %d: %s is %v, and SQL says %v\n%s %v\n%s", t.Seed, i, p, want, got[i], q.Where, q.Args, program.Explain(c, t.Now))
			}
		}
	}
	return verdicts, nil
}

// Ask runs a query over the table clients.
func Ask(ctx context.Context, db *sql.DB, q segment.Query) (out []segment.Tri, err error) {
	rows, err := db.QueryContext(ctx, "SELECT "+q.Where+" FROM clients c ORDER BY CAST(c.id AS INTEGER)", q.Args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var b sql.NullBool
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		switch {
		case !b.Valid:
			out = append(out, segment.Unknown)
		case b.Bool:
			out = append(out, segment.True)
		default:
			out = append(out, segment.False)
		}
	}
	return out, rows.Err()
}
