package consentstore

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rapport-go/rapport/customer"
)

// Question asks about every customer at once.
type Question struct {
	Purpose customer.Purpose
	Channel customer.Channel
	Kind    customer.ContactKind // of the points that are asked about
	At      time.Time
}

// Answer is the verdict about one point of one customer.
type Answer struct {
	Customer customer.ID
	Point    customer.PointHash // customer.HashPoint of one of the customer's points
	Reason   customer.ConsentReason
}

// Allowed reports whether the point may be contacted.
func (a Answer) Allowed() bool {
	return a.Reason == customer.ReasonContract || a.Reason == customer.ReasonGranted
}

// sqlJudge is EvaluateConsent over candidates: $1 tenant, $2 purpose, $3 channel, $4
// instant. Its steps are those of the package's own code: what refuses, grants and
// confirms; the last of each; which refusals were not reopened; what the grants that
// stand give. The numbers are those of customer.ConsentType, ConsentBasis and
// ConsentReason, of which the best grant has the least.
const sqlJudge = `
r AS MATERIALIZED (
	SELECT c.customer, c.point, r.type, r.at, r.expires, r.basis, r.confirm, r.explicit, r.bounced,
		r.at <= $4 AS effective,
		r.channel IN ('', '*') AS every,
		$3 <> '*' AND r.channel = $3 AS exact,
		c.mac <> '' AND r.mac = c.mac AS here,
		r.type IN (3, 4) AND r.purpose IN ('', $2) AND (r.channel IN ('', '*', $3) OR $3 = '*') AND (r.mac = '' OR r.mac = c.mac) AS refuses,
		r.purpose <> '' AND r.purpose = $2 AND r.channel <> '' AND r.channel IN ('*', $3) AND (r.mac = '' OR r.mac = c.mac) AS about
	FROM candidate c JOIN consent_record r ON r.tenant = $1 AND r.customer = c.customer
), erased AS (
	SELECT customer, point, max(at) AS at FROM r WHERE type = 7 AND effective GROUP BY 1, 2
), g AS MATERIALIZED (
	SELECT r.*, r.type = 1 AND r.about AND r.explicit AND (e.at IS NULL OR r.at > e.at) AS grants
	FROM r LEFT JOIN erased e USING (customer, point)
), last AS (
	SELECT customer, point,
		max(at) FILTER (WHERE refuses) AS refused,
		max(at) FILTER (WHERE refuses AND every) AS blanket,
		coalesce(bool_or(refuses AND NOT every), false) AS narrow,
		max(at) FILTER (WHERE grants AND exact) AS fresh,
		max(at) FILTER (WHERE grants AND NOT exact) AS wide,
		max(at) FILTER (WHERE type = 2 AND about) AS confirmed,
		coalesce(bool_or(type = 8 AND here), false) AS suppressed,
		max(at) FILTER (WHERE type = 5) AS restricted,
		max(at) FILTER (WHERE type = 6) AS unrestricted,
		max(at) FILTER (WHERE type = 9 AND here AND bounced) AS bounced,
		max(at) FILTER (WHERE type = 9 AND here AND NOT bounced) AS reached
	FROM g WHERE effective GROUP BY 1, 2
), judged AS (
	SELECT g.customer, g.point,
		max(g.at) FILTER (WHERE g.type = 3 AND open.refusal) AS withdrawn,
		max(g.at) FILTER (WHERE g.type = 4 AND open.refusal) AS objected,
		min(CASE WHEN NOT g.effective THEN 10 WHEN g.expires <= $4 THEN 9
			WHEN g.confirm AND coalesce(l.confirmed < g.at, true) THEN 8
			WHEN g.basis = 2 THEN 6 ELSE 7 END) FILTER (WHERE open.stands) AS best
	FROM g LEFT JOIN last l USING (customer, point), LATERAL (SELECT
		g.refuses AND g.effective AND NOT (coalesce(l.fresh > g.at, false) OR (g.every AND coalesce(l.wide > g.at, false))) AS refusal,
		g.grants AND CASE WHEN g.exact THEN coalesce(g.at > l.refused, true)
			ELSE coalesce(g.at > l.blanket, true) AND NOT coalesce(l.narrow, false) END AS stands
	) open
	GROUP BY 1, 2
)
SELECT c.customer, c.point, CASE
	WHEN l.suppressed OR EXISTS (SELECT FROM customer_suppressed s WHERE s.tenant = $1 AND s.point = c.point) THEN 1
	WHEN l.restricted >= coalesce(l.unrestricted, l.restricted) THEN 2
	WHEN l.bounced >= coalesce(l.reached, l.bounced) THEN 3
	WHEN j.objected >= coalesce(j.withdrawn, j.objected) THEN 5
	WHEN j.withdrawn IS NOT NULL THEN 4
	ELSE coalesce(j.best, 11) END
FROM candidate c LEFT JOIN last l USING (customer, point) LEFT JOIN judged j USING (customer, point)
ORDER BY 1, 2`

const (
	// sqlAsk takes every point of a kind.
	sqlAsk = `WITH candidate AS MATERIALIZED (
	SELECT customer, point, mac FROM consent_point WHERE tenant = $1 AND kind = $5
), ` + sqlJudge
	// sqlVerdict takes one point of one customer, whether the customer holds it or not.
	sqlVerdict = `WITH candidate AS MATERIALIZED (
	SELECT $5::text AS customer, $6::bytea AS mac, coalesce((
		SELECT point FROM consent_point WHERE tenant = $1 AND customer = $5 AND kind = $7 AND mac = $6 ORDER BY point LIMIT 1
	), $8) AS point
), ` + sqlJudge
)

func scanAnswer(row pgx.CollectableRow) (a Answer, err error) {
	err = row.Scan(&a.Customer, &a.Point, &a.Reason)
	return a, err
}

// channel reads a blank one as every one, as customer does.
func channel(c customer.Channel) string {
	if key := fold(string(c)); key != "" {
		return key
	}
	return string(customer.AnyChannel)
}

// Ask judges every point of a kind that a live customer holds, allowed or not, in the
// order of customers and points.
func (s *Store) Ask(ctx context.Context, q Question) ([]Answer, error) {
	rows, err := s.db.Query(ctx, sqlAsk, s.tenant, fold(string(q.Purpose)), channel(q.Channel), q.At.UnixMicro(), q.Kind.String())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanAnswer)
}

// Verdict is customer.Directory.Allowed, without the record that decided and without
// the instant until which the verdict stands. A customer without a record is known to
// nobody here, so an id that was never issued is ErrUnknown.
func (s *Store) Verdict(ctx context.Context, id customer.ID, kind customer.ContactKind, q customer.ConsentQuestion) (Answer, error) {
	live, err := s.customers.Resolve(ctx, id)
	if err != nil {
		return Answer{}, err
	}
	hash := customer.PointHash("")
	if q.Point != "" {
		if hash, err = customer.HashPoint(s.salt, customer.PointRef{Kind: kind, Canonical: q.Point}); err != nil {
			return Answer{}, err
		}
	}
	rows, err := s.db.Query(ctx, sqlVerdict, s.tenant, fold(string(q.Purpose)), channel(q.Channel), q.At.UnixMicro(),
		string(live), s.mac(q.Point), kind.String(), string(hash))
	if err != nil {
		return Answer{}, err
	}
	answers, err := pgx.CollectRows(rows, scanAnswer)
	if err == nil && len(answers) != 1 {
		err = errors.New("consentstore: not one answer")
	}
	if err != nil {
		return Answer{}, err
	}
	return answers[0], nil
}
