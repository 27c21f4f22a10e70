package consentstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/postgres/consentstore"
	"github.com/rapport-go/rapport/examples/postgres/customerstore"
)

var (
	salt  = []byte("a salt of the tests")
	start = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
)

func open(tb testing.TB, size int32) (*consentstore.Store, *pgxpool.Pool) {
	tb.Helper()
	p := shared.Fresh(tb, size, consentstore.Migrate)
	s, err := consentstore.New(p, salt, nil)
	require.NoError(tb, err)
	return s, p
}

// world is a directory over the store with a random history of consent.
type world struct {
	t    *testing.T
	d    *customer.Directory
	pick *rand.Rand
	n    int
	now  time.Time
	unit time.Duration // between records; never less than a microsecond
	ids  []customer.ID
}

func (w *world) request(id customer.ID) customer.Request {
	w.n++
	w.now = w.now.Add(time.Duration(w.pick.IntN(3)) * w.unit)
	return customer.Request{Key: fmt.Sprint("k", w.n), ID: id, At: w.now}
}

func (w *world) do(id customer.ID, cmd customer.Command) {
	_, err := w.d.Do(w.t.Context(), w.request(id), cmd)
	if err != nil && !errors.Is(err, customer.ErrCommand) {
		require.NoError(w.t, err)
	}
}

func one[T any](w *world, of ...T) T { return of[w.pick.IntN(len(of))] }

// when is an instant around now, such that many records fall on the same one.
func (w *world) when() time.Time { return w.now.Add(time.Duration(w.pick.IntN(9)-4) * w.unit) }

func point(id customer.ID, n int) string { return fmt.Sprintf("%s.p%d@example.org", id, n) }

func (w *world) record(id customer.ID) customer.ConsentRecord {
	r := customer.ConsentRecord{
		Type: customer.ConsentType(w.pick.IntN(9) + 1), At: w.when(),
		Purpose: one[customer.Purpose](w, "marketing", "Marketing ", "service", "ſervice"),
		Channel: one[customer.Channel](w, "email", "EMAIL", "sms", "*"),
	}
	rare := r.Type >= customer.Restricted && r.Type <= customer.PointSuppressed && w.pick.IntN(8) > 0
	if rare || r.Type == customer.Erased || w.pick.IntN(2) == 0 {
		r.Type = one(w, customer.Granted, customer.Granted, customer.Granted, customer.Granted, customer.Granted, customer.Withdrawn, customer.Objected, customer.Confirmed)
	}
	if w.pick.IntN(2) == 0 {
		r.Point = one(w, strings.ToUpper, strings.ToLower)(point(id, w.pick.IntN(4)))
	}
	switch r.Type {
	case customer.Granted:
		r.Basis = one(w, customer.BasisConsent, customer.BasisContract, customer.BasisLegitimateInterest)
		r.NeedsConfirmation = w.pick.IntN(3) == 0
		if w.pick.IntN(4) > 0 {
			r.Proof = one(w, &customer.Proof{Method: "web_form"}, &customer.Proof{Ref: "a letter"}, &customer.Proof{})
		}
		if w.pick.IntN(3) == 0 {
			r.Expires = r.At.Add(time.Duration(1+w.pick.IntN(5)) * w.unit)
		}
	case customer.PointSuppressed:
		r.Point = point(id, w.pick.IntN(4))
	case customer.StatusOfPoint:
		r.Point, r.Status = point(id, w.pick.IntN(4)), one(w, customer.HardBounce, customer.Verified)
	}
	return r
}

func (w *world) build(customers, steps int) {
	for i := range customers {
		id := customer.ID(fmt.Sprint("c", i))
		w.ids = append(w.ids, id)
		w.do(id, customer.Created{Kind: customer.Person})
		for n := range w.pick.IntN(4) {
			email, err := customer.NewEmail(point(id, n))
			require.NoError(w.t, err)
			w.do(id, customer.PointAdded{Point: email})
		}
	}
	for range steps {
		id := one(w, w.ids...)
		switch w.pick.IntN(60) {
		case 0:
			_, _, err := w.d.Merge(w.t.Context(), w.request(id), one(w, w.ids...), nil)
			if !errors.Is(err, customer.ErrMerge) {
				require.NoError(w.t, err)
			}
		case 1:
			_, err := w.d.Erase(w.t.Context(), w.request(id), nil)
			require.NoError(w.t, err)
		case 2:
			w.do(id, customer.ConsentRecorded{Record: customer.ConsentRecord{Type: customer.PointSuppressed, Point: point(id, w.pick.IntN(3)), At: w.when()}})
		case 3, 4:
			w.do(id, customer.ConsentRecorded{Record: customer.ConsentRecord{Type: one(w, customer.Restricted, customer.Unrestricted, customer.Unrestricted), At: w.when()}})
		default:
			w.do(id, customer.ConsentRecorded{Record: w.record(id)})
		}
	}
}

func newWorld(t *testing.T, seed uint64, s customer.Store) *world {
	t.Helper()
	return &world{t: t, d: &customer.Directory{Store: s, Salt: salt}, pick: rand.New(rand.NewPCG(seed, 1)), now: start, unit: time.Second}
}

// The statement's verdicts are those of the directory, reason for reason, at every
// instant at which something may change.
func TestAskIsAllowed(t *testing.T) {
	t.Parallel()
	s, _ := open(t, 4)
	w := newWorld(t, 1, s)
	w.build(24, 600)
	seen := map[customer.ConsentReason]int{}
	state := map[customer.ID]customer.Customer{}
	held := 0
	for _, id := range w.ids {
		c, err := w.d.Load(t.Context(), id)
		require.NoError(t, err)
		state[id] = c
		if c.ID == id {
			held += len(c.Points)
		}
	}
	for at := start.Add(-5 * time.Second); at.Before(w.now.Add(8 * time.Second)); at = at.Add(one(w, time.Second, 2*time.Second, 9*time.Second)) {
		q := consentstore.Question{
			Purpose: one[customer.Purpose](w, "MARKETING", "service", "MARKETING", "service", "research"), Channel: one[customer.Channel](w, "email", "sms", "*", ""),
			Kind: customer.Email, At: at,
		}
		answers, err := s.Ask(t.Context(), q)
		require.NoError(t, err)
		require.Len(t, answers, held, "each point of a live customer once")
		for _, a := range answers {
			c := state[a.Customer]
			require.Equal(t, a.Customer, c.ID)
			want := customer.ConsentReason(0)
			for _, p := range c.Points {
				hash, err := customer.HashPoint(salt, p.Ref())
				require.NoError(t, err)
				if hash != a.Point {
					continue
				}
				v := c.Consent.Allowed(customer.ConsentQuestion{Purpose: q.Purpose, Channel: q.Channel, Point: p.Canonical, At: at})
				yes, err := s.Suppressed(t.Context(), hash)
				require.NoError(t, err)
				if want = v.Reason; yes {
					want = customer.ReasonSuppressed
				}
				require.Equal(t, yes || v.Allowed == a.Allowed(), true)
			}
			require.Equal(t, want, a.Reason, "%s at %s: %v", a.Customer, at, q)
			seen[a.Reason]++
		}
	}
	t.Logf("%d points of %d customers: %v", held, len(w.ids), seen)
	for reason := customer.ReasonSuppressed; reason <= customer.ReasonNoRecord; reason++ {
		require.Positive(t, seen[reason], "%s never came up", reason)
	}
}

// Verdict is Directory.Allowed for any id, any point and none.
func TestVerdictIsAllowed(t *testing.T) {
	t.Parallel()
	s, _ := open(t, 4)
	w := newWorld(t, 2, s)
	w.build(10, 200)
	compared := 0
	for range 400 {
		id := one(w, w.ids...)
		q := customer.ConsentQuestion{
			Purpose: one[customer.Purpose](w, "MARKETING", "service", ""), Channel: one[customer.Channel](w, "email", "sms", "*", ""),
			Point: one(w, "", point(id, w.pick.IntN(5)), strings.ToUpper(point(id, w.pick.IntN(5)))), At: w.when().Add(-time.Duration(w.pick.IntN(60)) * time.Second),
		}
		want, err := w.d.Allowed(t.Context(), id, customer.Email, q)
		require.NoError(t, err)
		have, err := s.Verdict(t.Context(), id, customer.Email, q)
		require.NoError(t, err)
		require.Equal(t, want.Reason, have.Reason, "%s: %v", id, q)
		require.Equal(t, want.Allowed, have.Allowed())
		compared++
	}
	_, err := s.Verdict(t.Context(), "nobody", customer.Email, customer.ConsentQuestion{At: start})
	require.ErrorIs(t, err, customer.ErrUnknown)
	t.Logf("%d verdicts compared", compared)
}

// Names, points and proofs of nobody are in the tables of this package, and of an erased
// customer there is nothing but what was refused.
func TestNothingReadable(t *testing.T) {
	t.Parallel()
	s, p := open(t, 4)
	d := &customer.Directory{Store: s, Salt: salt}
	email, err := customer.NewEmail("canary@example.org")
	require.NoError(t, err)
	for i, cmd := range []customer.Command{
		customer.Created{Kind: customer.Person},
		customer.NameAdded{Name: customer.Name{Full: "Canary"}},
		customer.PointAdded{Point: email},
		customer.ConsentRecorded{Record: customer.ConsentRecord{
			Type: customer.Granted, Purpose: customer.Marketing, Channel: customer.ByEmail, Point: email.Canonical, Basis: customer.BasisConsent,
			At: start, Proof: &customer.Proof{Method: "web_form", Ref: "canary"},
		}},
		customer.ConsentRecorded{Record: customer.ConsentRecord{Type: customer.Objected, Purpose: customer.Research, Channel: customer.AnyChannel, At: start}},
	} {
		_, err := d.Do(t.Context(), customer.Request{Key: fmt.Sprint(i), ID: "c", At: start.Add(time.Minute)}, cmd)
		require.NoError(t, err)
	}
	q := consentstore.Question{Purpose: customer.Marketing, Channel: customer.ByEmail, Kind: customer.Email, At: start.Add(time.Hour)}
	answers, err := s.Ask(t.Context(), q)
	require.NoError(t, err)
	require.Len(t, answers, 1)
	require.True(t, answers[0].Allowed())
	dump := func() string {
		var text string
		require.NoError(t, p.QueryRow(t.Context(), `SELECT coalesce(string_agg(r::text, E'\n'), '') FROM (
			SELECT convert_from(coalesce(decode(string_agg(encode(mac, 'hex'), ''), 'hex'), ''), 'LATIN1') || string_agg(consent_record::text, '') AS r FROM consent_record
			UNION ALL SELECT convert_from(coalesce(decode(string_agg(encode(mac, 'hex'), ''), 'hex'), ''), 'LATIN1') || string_agg(consent_point::text, '') FROM consent_point) r`).Scan(&text))
		return strings.ToLower(text)
	}
	require.NotContains(t, dump(), "canary")
	_, err = d.Erase(t.Context(), customer.Request{Key: "erase", ID: "c", At: start.Add(2 * time.Hour)}, nil)
	require.NoError(t, err)
	answers, err = s.Ask(t.Context(), q)
	require.NoError(t, err)
	require.Empty(t, answers)
	var records int
	require.NoError(t, p.QueryRow(t.Context(), `SELECT count(*) FROM consent_record WHERE mac = ''`).Scan(&records))
	require.Equal(t, 2, records, "the objection, and the erasure")
	v, err := s.Verdict(t.Context(), "c", customer.Email, customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: email.Canonical, At: start.Add(3 * time.Hour)})
	require.NoError(t, err)
	require.Equal(t, customer.ReasonSuppressed, v.Reason)
}

// A transaction of the host's that is rolled back takes commit and projection with it;
// one that is refused leaves both as they were.
func TestHostTransaction(t *testing.T) {
	t.Parallel()
	s, p := open(t, 4)
	boom := errors.New("payment failed")
	signUp := func(key string, fail error) error {
		return pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
			in, err := consentstore.InTx(tx, salt, nil)
			require.NoError(t, err)
			w := newWorld(t, 3, in)
			w.build(1, 12)
			answers, err := in.Ask(t.Context(), consentstore.Question{Purpose: "service", Channel: "email", Kind: customer.Email, At: w.now})
			require.NoError(t, err)
			require.NotEmpty(t, answers)
			return fail
		})
	}
	count := func() (n int) {
		require.NoError(t, p.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM consent_record) + (SELECT count(*) FROM customer_entry)`).Scan(&n))
		return n
	}
	require.ErrorIs(t, signUp("1", boom), boom)
	require.Zero(t, count())
	require.NoError(t, signUp("1", nil))
	n := count()
	require.Positive(t, n)
	require.ErrorIs(t, s.Append(t.Context(), customer.Commit{Key: "late", Writes: []customer.Write{{Customer: "c0"}}}), customer.ErrRevision)
	require.Equal(t, n, count())
	_, err := consentstore.New(p, []byte("short"), nil)
	require.ErrorIs(t, err, customer.ErrPrivacy)
}

// Sealed customers in a transaction of the host's: the keys that it made are made when it
// commits, and gone when it is rolled back.
func TestSealedInTransaction(t *testing.T) {
	t.Parallel()
	p := shared.Fresh(t, 2, consentstore.Migrate)
	keys, err := customerstore.NewKeys(p, []byte(strings.Repeat("k", 32)), nil)
	require.NoError(t, err)
	boom := errors.New("payment failed")
	signUp := func(fail error) error {
		return pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
			in, err := consentstore.InTx(tx, salt, &consentstore.Options{Sealer: keys.In(tx)})
			require.NoError(t, err)
			w := newWorld(t, 6, in)
			w.d.Sealer = keys.In(tx)
			w.build(2, 20)
			return fail
		})
	}
	count := func() (n int) {
		require.NoError(t, p.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM customer_seal) + (SELECT count(*) FROM consent_record)`).Scan(&n))
		return n
	}
	require.ErrorIs(t, signUp(boom), boom)
	require.Zero(t, count())
	require.NoError(t, signUp(nil))
	require.Greater(t, count(), 2)
	_, err = (&customer.Directory{Store: customerstore.New(p, nil), Salt: salt, Sealer: keys}).Load(t.Context(), "c0")
	require.NoError(t, err)
	_, err = (&customer.Directory{Store: customerstore.New(p, nil), Salt: salt}).Load(t.Context(), "c0")
	require.ErrorIs(t, err, customer.ErrCodec, "without the keys nothing can be read")
}

// A projection that is made later, over sealed customers, is the one that is kept.
func TestRebuild(t *testing.T) {
	t.Parallel()
	p := shared.Fresh(t, 4, consentstore.Migrate)
	keys, err := customerstore.NewKeys(p, []byte(strings.Repeat("k", 32)), nil)
	require.NoError(t, err)
	s, err := consentstore.New(p, salt, &consentstore.Options{Sealer: keys})
	require.NoError(t, err)
	w := newWorld(t, 4, s)
	w.d.Sealer = keys
	w.build(5, 60)
	ask := func() []consentstore.Answer {
		answers, err := s.Ask(t.Context(), consentstore.Question{Purpose: "marketing", Channel: "email", Kind: customer.Email, At: w.now})
		require.NoError(t, err)
		return answers
	}
	want := ask()
	require.NotEmpty(t, want)
	_, err = p.Exec(t.Context(), `TRUNCATE consent_point, consent_record`)
	require.NoError(t, err)
	require.Empty(t, ask())
	n, err := s.Rebuild(t.Context())
	require.NoError(t, err)
	require.Equal(t, len(w.ids), n)
	require.Equal(t, want, ask())
}

// Clients that merge the same customers from both sides leave the projection of what
// there is.
func TestConcurrentMerges(t *testing.T) {
	t.Parallel()
	s, _ := open(t, 8)
	w := newWorld(t, 5, s)
	w.build(6, 60)
	var wg sync.WaitGroup
	for client := range 4 {
		wg.Go(func() {
			for i := range 6 {
				r := customer.Request{Key: fmt.Sprint(client, "-", i), ID: w.ids[(client+i)%6], At: w.now}
				for {
					_, _, err := w.d.Merge(context.Background(), r, w.ids[(2*client+3*i)%6], nil)
					if errors.Is(err, customer.ErrRevision) {
						continue
					}
					if err != nil && !errors.Is(err, customer.ErrMerge) {
						t.Errorf("merge: %v", err)
					}
					break
				}
			}
		})
	}
	wg.Wait()
	q := consentstore.Question{Purpose: "marketing", Channel: "email", Kind: customer.Email, At: w.now}
	before, err := s.Ask(t.Context(), q)
	require.NoError(t, err)
	_, err = s.Rebuild(t.Context())
	require.NoError(t, err)
	after, err := s.Ask(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, after, before)
}
