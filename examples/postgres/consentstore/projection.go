package consentstore

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/postgres/customerstore"
)

const (
	sqlForgetPoints  = `DELETE FROM consent_point WHERE tenant = $1 AND customer = $2`
	sqlForgetRecords = `DELETE FROM consent_record WHERE tenant = $1 AND customer = $2`
	sqlPoints        = `INSERT INTO consent_point (tenant, customer, kind, point, mac)
		SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::bytea[]) ON CONFLICT DO NOTHING`
	sqlRecords = `INSERT INTO consent_record (tenant, customer, n, type, purpose, channel, mac, basis, at, expires, confirm, explicit, bounced)
		SELECT $1, $2, row_number() OVER (), r.* FROM unnest($3::smallint[], $4::text[], $5::text[], $6::bytea[], $7::smallint[], $8::bigint[], $9::bigint[],
			$10::boolean[], $11::boolean[], $12::boolean[]) AS r`
)

// project replaces what is kept of a customer by what their history says now. One who
// was merged away leaves nothing: it is in the projection of the winner.
func (s *Store) project(ctx context.Context, tx pgx.Tx, id customer.ID) error {
	d := &customer.Directory{Store: customerstore.InTx(tx, &customerstore.Options{Tenant: s.tenant}), Sealer: s.sealer}
	c, err := d.Load(ctx, id)
	unread := errors.Is(err, customer.ErrEvent) || errors.Is(err, customer.ErrRevision) || errors.Is(err, customer.ErrCodec)
	switch {
	case unread && s.report != nil:
		s.report(id, err)
		c = customer.Customer{}
	case err != nil:
		return fmt.Errorf("consentstore: %s: %w", id, err)
	}
	b := &pgx.Batch{}
	b.Queue(sqlForgetPoints, s.tenant, string(id))
	b.Queue(sqlForgetRecords, s.tenant, string(id))
	if c.ID == id {
		points, err := s.points(c)
		if err != nil {
			return err
		}
		b.Queue(sqlPoints, append([]any{s.tenant, string(id)}, points...)...)
		b.Queue(sqlRecords, append([]any{s.tenant, string(id)}, s.records(c)...)...)
	}
	return tx.SendBatch(ctx, b).Close()
}

func (s *Store) points(c customer.Customer) ([]any, error) {
	n := len(c.Points)
	kinds, hashes, macs := make([]string, n), make([]string, n), make([][]byte, n)
	for i, p := range c.Points {
		hash, err := customer.HashPoint(s.salt, p.Ref())
		if err != nil {
			return nil, err
		}
		kinds[i], hashes[i], macs[i] = p.Kind.String(), string(hash), s.mac(p.Canonical)
	}
	return []any{kinds, hashes, macs}, nil
}

func (s *Store) records(c customer.Customer) []any {
	var types, bases []int16
	var purposes, channels []string
	var macs [][]byte
	var ats []int64
	var expires []*int64
	var confirms, explicits, bounces []bool
	for r := range c.Consent.All() {
		types, bases = append(types, int16(r.Type)), append(bases, int16(r.Basis))
		purposes, channels = append(purposes, fold(string(r.Purpose))), append(channels, fold(string(r.Channel)))
		macs, ats = append(macs, s.mac(r.Point)), append(ats, r.At.UnixMicro())
		var end *int64
		if !r.Expires.IsZero() {
			micro := r.Expires.UnixMicro()
			end = &micro
		}
		expires = append(expires, end)
		shown := r.Basis != 0 && r.Proof != nil && *r.Proof != customer.Proof{}
		confirms, explicits = append(confirms, r.NeedsConfirmation), append(explicits, shown || r.Basis == customer.BasisContract)
		bounces = append(bounces, r.Status == customer.HardBounce)
	}
	return []any{types, purposes, channels, macs, bases, ats, expires, confirms, explicits, bounces}
}

// mac stands for a canonical point whatever it is; empty for none.
func (s *Store) mac(canonical string) []byte {
	key := fold(canonical)
	if key == "" {
		return []byte{}
	}
	h := hmac.New(sha256.New, s.salt)
	h.Write([]byte("consent point " + key)) // a hash takes everything
	return h.Sum(nil)
}

// fold is the same for texts that customer compares as equal: without blanks at the
// ends, and each letter as the first of those that Unicode's simple folding takes for
// one (strings.EqualFold).
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		first := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			first = min(first, next)
		}
		return first
	}, strings.TrimSpace(s))
}
