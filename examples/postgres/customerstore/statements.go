package customerstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rapport-go/rapport/customer"
)

// statements is what a pool, a connection and a transaction have in common.
type statements interface {
	Exec(ctx context.Context, text string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, text string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, text string, args ...any) pgx.Row
}

const (
	// sqlAppend writes one commit. $4 to $6 have an element for each history, $7 to $21
	// one for each entry, $22 and $23 one for each redirect. If only some histories
	// moved, the key gets a NULL hash, which undoes all. An entry that is written here is
	// not yet seen by the scrubbing.
	sqlAppend = `
WITH known AS MATERIALIZED (
	SELECT hash FROM customer_key WHERE tenant = $1 AND key = $2
), w AS MATERIALIZED (
	SELECT * FROM unnest($4::text[], $5::bigint[], $6::bigint[]) AS w (customer, after, n)
	WHERE NOT EXISTS (SELECT FROM known)
), locked AS MATERIALIZED (
	SELECT c.customer FROM customer c
	WHERE c.tenant = $1 AND c.customer = ANY ($4::text[]) AND NOT EXISTS (SELECT FROM known)
	ORDER BY c.customer FOR UPDATE
), created AS (
	INSERT INTO customer (tenant, customer, revision)
	SELECT $1, customer, n FROM w WHERE after = 0 AND n > 0 ORDER BY customer
	ON CONFLICT DO NOTHING RETURNING 1
), moved AS (
	UPDATE customer c SET revision = w.after + w.n
	FROM w, (SELECT count(*) FROM locked) first
	WHERE c.tenant = $1 AND c.customer = w.customer AND c.revision = w.after AND w.after > 0 AND w.n > 0
	RETURNING 1
), still AS (
	SELECT 1 FROM w LEFT JOIN customer c ON c.tenant = $1 AND c.customer = w.customer
	WHERE w.n = 0 AND coalesce(c.revision, 0) = w.after
), done AS MATERIALIZED (
	SELECT (SELECT count(*) FROM created) + (SELECT count(*) FROM moved) + (SELECT count(*) FROM still) AS n
), yes AS MATERIALIZED (
	SELECT FROM done WHERE n = cardinality($4::text[]) AND NOT EXISTS (SELECT FROM known)
), entries AS (
	INSERT INTO customer_entry (tenant, customer, revision, id, subject, origin, at, at_nano, recorded, recorded_nano, actor, source, kind, version, sealed, body)
	SELECT $1, e.* FROM yes, unnest($7::text[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::bigint[], $13::smallint[], $14::bigint[],
		$15::smallint[], $16::text[], $17::text[], $18::text[], $19::integer[], $20::boolean[], $21::bytea[]) AS e
), returned AS (
	DELETE FROM customer_redirect r USING yes, unnest($22::text[], $23::text[]) AS x (source, target)
	WHERE r.tenant = $1 AND r.source = x.source AND x.target = ''
), led AS (
	INSERT INTO customer_redirect AS r (tenant, source, target)
	SELECT $1, x.source, x.target FROM yes, unnest($22::text[], $23::text[]) AS x (source, target) WHERE x.target <> '' ORDER BY x.source
	ON CONFLICT (tenant, source) DO UPDATE SET target = excluded.target
), hushed AS (
	INSERT INTO customer_suppressed (tenant, point)
	SELECT $1, p FROM yes, unnest($24::text[]) AS p ORDER BY p ON CONFLICT DO NOTHING
), scrubbed AS (
	UPDATE customer_entry e SET body = NULL FROM yes
	WHERE e.tenant = $1 AND e.subject = ANY ($25::text[]) AND e.body IS NOT NULL
), new_key AS (
	INSERT INTO customer_key (tenant, key, hash)
	SELECT $1, $2, CASE WHEN EXISTS (SELECT FROM yes) THEN $3::bytea END FROM done
	WHERE EXISTS (SELECT FROM yes) OR done.n > 0
)
SELECT EXISTS (SELECT FROM yes), (SELECT hash FROM known)`

	sqlKey        = `SELECT hash FROM customer_key WHERE tenant = $1 AND key = $2`
	sqlRevisions  = `SELECT customer, revision FROM customer WHERE tenant = $1 AND customer = ANY ($2::text[])`
	sqlSuppressed = `SELECT EXISTS (SELECT FROM customer_suppressed WHERE tenant = $1 AND point = $2)`
	sqlHistory    = `SELECT revision, id, subject, origin, at, at_nano, recorded, recorded_nano, actor, source, kind, version, sealed, body
		FROM customer_entry WHERE tenant = $1 AND customer = $2 AND revision > $3 ORDER BY revision`
	// sqlResolve follows redirects to the id that has none. In a circle there is none.
	sqlResolve = `
WITH RECURSIVE way (id) AS (
	SELECT customer FROM customer WHERE tenant = $1 AND customer = $2
	UNION
	SELECT r.target FROM way JOIN customer_redirect r ON r.tenant = $1 AND r.source = way.id
)
SELECT (SELECT id FROM way WHERE NOT EXISTS (SELECT FROM customer_redirect r WHERE r.tenant = $1 AND r.source = way.id)),
	EXISTS (SELECT FROM way)`
)

// maxRevision is the last that a history can have.
const maxRevision = 1<<63 - 1

// columns are the entries of a commit, one list for each column.
type columns struct {
	customers, ids, subjects, origins, actors, sources, kinds []string
	revisions, ats, recordeds                                 []int64
	atNanos, recordedNanos                                    []int16
	versions                                                  []int32
	sealed                                                    []bool
	bodies                                                    [][]byte
}

func (c *columns) add(e *customer.Entry) {
	at, atNano := split(e.At)
	recorded, recordedNano := split(e.Recorded)
	c.customers, c.revisions = append(c.customers, string(e.Customer)), append(c.revisions, int64(e.Revision))
	c.ids, c.subjects, c.origins = append(c.ids, e.ID), append(c.subjects, string(e.Subject)), append(c.origins, string(e.Origin))
	c.ats, c.atNanos = append(c.ats, at), append(c.atNanos, atNano)
	c.recordeds, c.recordedNanos = append(c.recordeds, recorded), append(c.recordedNanos, recordedNano)
	c.actors, c.sources, c.kinds = append(c.actors, e.Actor), append(c.sources, e.Source), append(c.kinds, e.Kind)
	c.versions, c.sealed, c.bodies = append(c.versions, int32(e.Version)), append(c.sealed, e.Sealed), append(c.bodies, e.Body)
}

// split is an instant in microseconds, and the nanoseconds that are left over.
func split(t time.Time) (micro int64, nano int16) { return t.UnixMicro(), int16(t.Nanosecond() % 1000) }

func join(micro int64, nano int16) time.Time {
	return time.UnixMicro(micro).Add(time.Duration(nano)).UTC()
}

// arguments of sqlAppend; ErrRevision for entries that do not follow one another.
func arguments(tenant string, c customer.Commit) ([]any, error) {
	if c.Key == "" {
		return nil, errors.New("customerstore: a commit needs a key")
	}
	n := len(c.Writes)
	customers, afters, counts := make([]string, n), make([]int64, n), make([]int64, n)
	var cols columns
	for i, w := range c.Writes {
		if slices.Contains(customers[:i], string(w.Customer)) {
			return nil, fmt.Errorf("%w: two writes for %s", customer.ErrRevision, w.Customer)
		}
		if w.After > maxRevision-uint64(len(w.Entries)) {
			return nil, fmt.Errorf("%w: %s has no revision %d", customer.ErrRevision, w.Customer, w.After)
		}
		customers[i], afters[i], counts[i] = string(w.Customer), int64(w.After), int64(len(w.Entries))
		for j := range w.Entries {
			e := &w.Entries[j]
			if e.Revision != w.After+uint64(j)+1 || e.Customer != w.Customer {
				return nil, fmt.Errorf("%w: entry %d of %s", customer.ErrRevision, j, w.Customer)
			}
			cols.add(e)
		}
	}
	sources, targets := redirects(c.Redirects)
	return []any{
		tenant, c.Key, c.Hash[:], customers, afters, counts,
		cols.customers, cols.revisions, cols.ids, cols.subjects, cols.origins, cols.ats, cols.atNanos, cols.recordeds, cols.recordedNanos,
		cols.actors, cols.sources, cols.kinds, cols.versions, cols.sealed, cols.bodies,
		sources, targets, texts(c.Suppress), texts(c.Scrub),
	}, nil
}

// redirects are those of a commit, the last for each id.
func redirects(all []customer.Redirect) (sources, targets []string) {
	for _, r := range all {
		if i := slices.Index(sources, string(r.From)); i >= 0 {
			targets[i] = string(r.To)
			continue
		}
		sources, targets = append(sources, string(r.From)), append(targets, string(r.To))
	}
	return sources, targets
}

// texts is never nil, since NULL is no list.
func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// answer is the row that sqlAppend gives.
type answer struct {
	written bool
	hash    []byte // of a commit that was applied before under the key
}

func (a *answer) scan(row pgx.Row) error { return row.Scan(&a.written, &a.hash) }

// outcome turns the row into what Append returns.
func (a *answer) outcome(ctx context.Context, db statements, tenant string, c customer.Commit) error {
	switch {
	case a.hash != nil:
		return repeated(a.hash, c)
	case !a.written:
		return staleAnswer(ctx, db, tenant, c)
	default:
		return nil
	}
}

func repeated(hash []byte, c customer.Commit) error {
	if string(hash) != string(c.Hash[:]) {
		return customer.ErrKeyConflict
	}
	return customer.ErrDuplicate
}

// staleAnswer is that of a commit whose histories did not all move: a key that another
// connection committed meanwhile comes first.
func staleAnswer(ctx context.Context, db statements, tenant string, c customer.Commit) error {
	late := fmt.Errorf("%w: a history has moved on", customer.ErrRevision)
	ids := make([]string, len(c.Writes))
	for i, w := range c.Writes {
		ids[i] = string(w.Customer)
	}
	rows, err := db.Query(ctx, sqlRevisions, tenant, ids)
	if err != nil {
		return err
	}
	have := map[customer.ID]uint64{}
	var id customer.ID
	var revision uint64
	if _, err := pgx.ForEachRow(rows, []any{&id, &revision}, func() error {
		have[id] = revision
		return nil
	}); err != nil {
		return err
	}
	for _, w := range c.Writes {
		if have[w.Customer] != w.After {
			late = fmt.Errorf("%w: %s is at %d, not %d", customer.ErrRevision, w.Customer, have[w.Customer], w.After)
			break
		}
	}
	return unlessSeen(ctx, db, tenant, c, late)
}

// unlessSeen is the answer for a key that was applied before, or else the error.
func unlessSeen(ctx context.Context, db statements, tenant string, c customer.Commit, otherwise error) error {
	h, known, err := seen(ctx, db, tenant, c.Key)
	switch {
	case err != nil:
		return err
	case known:
		return repeated(h[:], c)
	default:
		return otherwise
	}
}

func seen(ctx context.Context, db statements, tenant, key string) (h customer.Hash, ok bool, err error) {
	var hash []byte
	switch err := db.QueryRow(ctx, sqlKey, tenant, key).Scan(&hash); {
	case errors.Is(err, pgx.ErrNoRows):
		return h, false, nil
	case err != nil:
		return h, false, err
	case len(hash) != len(h):
		return h, false, fmt.Errorf("customerstore: key %q has no hash", key)
	}
	return customer.Hash(hash), true, nil
}

func suppressed(ctx context.Context, db statements, tenant string, point customer.PointHash) (yes bool, err error) {
	err = db.QueryRow(ctx, sqlSuppressed, tenant, string(point)).Scan(&yes)
	return yes, err
}

func resolve(ctx context.Context, db statements, tenant string, id customer.ID) (customer.ID, error) {
	var end *string
	var issued bool
	switch err := db.QueryRow(ctx, sqlResolve, tenant, string(id)).Scan(&end, &issued); {
	case err != nil:
		return "", err
	case !issued:
		return "", customer.ErrUnknown
	case end == nil:
		return "", fmt.Errorf("customerstore: %s is redirected in a circle", id)
	}
	return customer.ID(*end), nil
}

func history(ctx context.Context, db statements, tenant string, id customer.ID, after uint64) iter.Seq2[customer.Entry, error] {
	return func(yield func(customer.Entry, error) bool) {
		entries, err := entriesOf(ctx, db, tenant, id, after)
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				yield(customer.Entry{}, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
		if err != nil {
			yield(customer.Entry{}, err)
		}
	}
}

func entriesOf(ctx context.Context, db statements, tenant string, id customer.ID, after uint64) ([]customer.Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, sqlHistory, tenant, string(id), int64(min(after, maxRevision)))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (customer.Entry, error) {
		e := customer.Entry{Customer: id}
		var at, recorded int64
		var atNano, recordedNano int16
		err := row.Scan(&e.Revision, &e.ID, &e.Subject, &e.Origin, &at, &atNano, &recorded, &recordedNano,
			&e.Actor, &e.Source, &e.Kind, &e.Version, &e.Sealed, &e.Body)
		e.At, e.Recorded = join(at, atNano), join(recorded, recordedNano)
		return e, err
	})
}
