package casestore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/rapport-go/rapport/interaction"
)

// statements is what a pool, a connection and a transaction have in common.
type statements interface {
	Query(ctx context.Context, text string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, text string, args ...any) pgx.Row
}

const (
	// sqlAppend writes batches. $3 to $6 have an element for each case, $7 to $11 one for
	// each event. If only some cases moved, the key gets NULL for its cases, which undoes
	// all.
	sqlAppend = `
WITH known AS MATERIALIZED (
	SELECT cases, afters, counts FROM case_key WHERE tenant = $1 AND key = $2
), w AS MATERIALIZED (
	SELECT * FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::text[]) AS w (case_id, after, n, customer)
	WHERE NOT EXISTS (SELECT FROM known)
), locked AS MATERIALIZED (
	SELECT c.case_id FROM case_file c
	WHERE c.tenant = $1 AND c.case_id = ANY ($3::text[]) AND NOT EXISTS (SELECT FROM known)
	ORDER BY c.case_id FOR UPDATE
), created AS (
	INSERT INTO case_file (tenant, case_id, version, customer)
	SELECT $1, case_id, n, customer FROM w WHERE after = 0 AND n > 0 ORDER BY case_id
	ON CONFLICT DO NOTHING RETURNING 1
), moved AS (
	UPDATE case_file c SET version = w.after + w.n
	FROM w, (SELECT count(*) FROM locked) first
	WHERE c.tenant = $1 AND c.case_id = w.case_id AND c.version = w.after AND w.after > 0 AND w.n > 0
	RETURNING 1
), still AS (
	SELECT 1 FROM w LEFT JOIN case_file c ON c.tenant = $1 AND c.case_id = w.case_id
	WHERE w.n = 0 AND coalesce(c.version, 0) = w.after
), done AS MATERIALIZED (
	SELECT (SELECT count(*) FROM created) + (SELECT count(*) FROM moved) + (SELECT count(*) FROM still) AS n
), yes AS MATERIALIZED (
	SELECT FROM done WHERE n = cardinality($3::text[]) AND NOT EXISTS (SELECT FROM known)
), events AS (
	INSERT INTO case_event (tenant, case_id, seq, at, kind, body)
	SELECT $1, e.* FROM yes, unnest($7::text[], $8::bigint[], $9::bigint[], $10::text[], $11::bytea[]) AS e
), new_key AS (
	INSERT INTO case_key (tenant, key, cases, afters, counts)
	SELECT $1, $2, CASE WHEN EXISTS (SELECT FROM yes) THEN $3::text[] END, $4::bigint[], $5::bigint[] FROM done
	WHERE EXISTS (SELECT FROM yes) OR done.n > 0
)
SELECT EXISTS (SELECT FROM yes), known.cases, known.afters, known.counts FROM done LEFT JOIN known ON true`

	sqlKey    = `SELECT true, cases, afters, counts FROM case_key WHERE tenant = $1 AND key = $2`
	sqlEvents = `SELECT body FROM case_event WHERE tenant = $1 AND case_id = $2 ORDER BY seq`
	sqlCases  = `SELECT case_id FROM case_file WHERE tenant = $1 AND customer = $2 ORDER BY case_id`
)

// writing is an append on its way, and what the database said to it.
type writing struct {
	tenant, key string
	cases       []string
	afters      []int64
	counts      []int64
	customers   []*string // who opened a case that is begun

	of     []string // of the events: their cases
	seqs   []int64
	ats    []int64
	kinds  []string
	bodies [][]byte

	written bool
	known   places // of a key that was written before
}

// places are what was written under a key.
type places struct {
	cases          []string
	afters, counts []int64
}

// newWriting refuses, as ErrInvalid, an empty key and two batches for one case, and as ErrConflict a
// place that no case can have.
func newWriting(tenant, key string, batches []interaction.CaseBatch) (*writing, error) {
	w := &writing{tenant: tenant, key: key, cases: []string{}, afters: []int64{}, counts: []int64{}}
	if key == "" {
		return w, fmt.Errorf("%w: an append without a key", interaction.ErrInvalid)
	}
	var bad error
	for _, b := range batches {
		if slices.Contains(w.cases, b.Case) && bad == nil {
			bad = fmt.Errorf("%w: two batches for case %s", interaction.ErrInvalid, b.Case)
		}
		if b.After > 1<<62 {
			return w, fmt.Errorf("%w: case %s has not %d events", interaction.ErrConflict, b.Case, b.After)
		}
		w.cases, w.afters, w.counts = append(w.cases, b.Case), append(w.afters, int64(b.After)), append(w.counts, int64(len(b.Events)))
		w.customers = append(w.customers, opener(b))
		for i, e := range b.Events {
			body, err := json.Marshal(e)
			if err != nil {
				return w, err
			}
			w.of, w.seqs, w.bodies = append(w.of, b.Case), append(w.seqs, int64(b.After)+int64(i)+1), append(w.bodies, body)
			w.ats, w.kinds = append(w.ats, e.At.UnixMicro()), append(w.kinds, e.Change.Kind())
		}
	}
	return w, bad
}

// opener is who opens a case with a batch, if anybody does.
func opener(b interaction.CaseBatch) *string {
	if b.After > 0 || len(b.Events) == 0 {
		return nil
	}
	opened, ok := b.Events[0].Change.(interaction.CaseOpened)
	if !ok {
		return nil
	}
	return &opened.Customer
}

func (w *writing) append(ctx context.Context, db statements) error {
	return w.scan(db.QueryRow(ctx, sqlAppend, w.tenant, w.key, w.cases, w.afters, w.counts, w.customers, w.of, w.seqs, w.ats, w.kinds, w.bodies))
}

func (w *writing) scan(row pgx.Row) error {
	return row.Scan(&w.written, &w.known.cases, &w.known.afters, &w.known.counts)
}

// outcome turns what the database said into what AppendCases returns.
func (w *writing) outcome(ctx context.Context, db statements) error {
	switch {
	case w.known.cases != nil:
		return w.repeated()
	case !w.written:
		return w.staleAnswer(ctx, db)
	default:
		return nil
	}
}

// repeated is nil where the key was written for the same cases, places and numbers.
func (w *writing) repeated() error {
	same := slices.Equal(w.known.cases, w.cases) && slices.Equal(w.known.afters, w.afters) && slices.Equal(w.known.counts, w.counts)
	if !same {
		return fmt.Errorf("%w: key %s was written with other events", interaction.ErrDuplicate, w.key)
	}
	return nil
}

// staleAnswer is that of an append whose cases did not all move: a key that another
// connection committed meanwhile comes first.
func (w *writing) staleAnswer(ctx context.Context, db statements) error {
	return w.unlessKnown(ctx, db, fmt.Errorf("%w: one of the cases %q has another number of events than %d", interaction.ErrConflict, w.cases, w.afters))
}

// unlessKnown is the answer for a key that was written before, or else the error.
func (w *writing) unlessKnown(ctx context.Context, db statements, otherwise error) error {
	switch err := w.scan(db.QueryRow(ctx, sqlKey, w.tenant, w.key)); {
	case errors.Is(err, pgx.ErrNoRows):
		return otherwise
	case err != nil:
		return err
	default:
		return w.repeated()
	}
}

func loadCase(ctx context.Context, db statements, tenant, id string) ([]interaction.Event, error) {
	rows, err := db.Query(ctx, sqlEvents, tenant, id)
	if err != nil {
		return nil, err
	}
	events, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e interaction.Event, err error) {
		var body []byte
		if err := row.Scan(&body); err != nil {
			return e, err
		}
		return e, json.Unmarshal(body, &e)
	})
	if err == nil && len(events) == 0 {
		err = fmt.Errorf("%w: case %s", interaction.ErrUnknown, id)
	}
	return events, err
}

func casesOf(ctx context.Context, db statements, tenant, customer string) ([]string, error) {
	rows, err := db.Query(ctx, sqlCases, tenant, customer)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
