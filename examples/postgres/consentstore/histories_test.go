package consentstore_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/postgres/consentstore"
)

// mix merges customers, takes merges back, erases and suppresses among further records.
func (w *world) mix(steps int) (undone int) {
	for range steps {
		id := one(w, w.ids...)
		switch w.pick.IntN(12) {
		case 0, 1:
			_, _, err := w.d.Merge(w.t.Context(), w.request(id), one(w, w.ids...), nil)
			if !errors.Is(err, customer.ErrMerge) {
				require.NoError(w.t, err)
			}
		case 2, 3:
			undone += w.unmerge(id)
		case 4:
			if w.pick.IntN(6) == 0 {
				_, err := w.d.Erase(w.t.Context(), w.request(id), nil)
				require.NoError(w.t, err)
			}
		default:
			w.do(id, customer.ConsentRecorded{Record: w.record(id)})
		}
	}
	return undone
}

// unmerge takes back one of the merges of a customer, if there is one that can be.
func (w *world) unmerge(id customer.ID) int {
	live, err := w.d.Store.Resolve(w.t.Context(), id)
	require.NoError(w.t, err)
	var merges []string
	for e, err := range w.d.History(w.t.Context(), live) {
		require.NoError(w.t, err)
		if _, ok := e.Body.(customer.CustomersMerged); ok {
			merges = append(merges, e.ID)
		}
	}
	if len(merges) == 0 {
		return 0
	}
	_, _, err = w.d.Unmerge(w.t.Context(), w.request(live), one(w, merges...), nil)
	if errors.Is(err, customer.ErrMerge) {
		return 0
	}
	require.NoError(w.t, err)
	return 1
}

// On fresh histories, a microsecond from record to record, with merges that are taken
// back, erasures and suppressed points: the statement gives the directory's reason for
// every point of every customer at every microsecond, and so does Verdict for ids that
// lead elsewhere and points that are held by nobody.
func TestFreshHistories(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	seen, undone := map[customer.ConsentReason]int{}, 0
	for round := range uint64(3) {
		s, _ := open(t, 4)
		w := newWorld(t, seed+round, s)
		w.unit = time.Microsecond
		w.build(8, 60)
		undone += w.mix(120)
		for range 40 {
			q := consentstore.Question{
				Purpose: one[customer.Purpose](w, "marketing", "SERVICE", "research"), Channel: one[customer.Channel](w, "email", "sms", "*", ""),
				Kind: customer.Email, At: start.Add(time.Duration(w.pick.IntN(int(w.now.Sub(start)/time.Microsecond)+12)-4) * time.Microsecond),
			}
			answers, err := s.Ask(t.Context(), q)
			require.NoError(t, err)
			have := map[customer.ID]map[customer.PointHash]customer.ConsentReason{}
			for _, a := range answers {
				if have[a.Customer] == nil {
					have[a.Customer] = map[customer.PointHash]customer.ConsentReason{}
				}
				have[a.Customer][a.Point] = a.Reason
				seen[a.Reason]++
			}
			points := 0
			for _, id := range w.ids {
				c, err := w.d.Load(t.Context(), id)
				require.NoError(t, err)
				if c.ID != id {
					require.Empty(t, have[id], "%s was merged away", id)
					continue
				}
				for _, p := range c.Points {
					hash, err := customer.HashPoint(salt, p.Ref())
					require.NoError(t, err)
					v, err := w.d.Allowed(t.Context(), id, customer.Email, customer.ConsentQuestion{Purpose: q.Purpose, Channel: q.Channel, Point: p.Canonical, At: q.At})
					require.NoError(t, err)
					require.Equal(t, v.Reason, have[id][hash], "seed %d: %s %s: %v", seed+round, id, p.Canonical, q)
					points++
				}
			}
			require.Len(t, answers, points)
			id, of := one(w, w.ids...), one(w, w.ids...)
			ask := customer.ConsentQuestion{Purpose: q.Purpose, Channel: q.Channel, Point: one(w, "", point(of, w.pick.IntN(5))), At: q.At}
			want, err := w.d.Allowed(t.Context(), id, customer.Email, ask)
			require.NoError(t, err)
			got, err := s.Verdict(t.Context(), id, customer.Email, ask)
			require.NoError(t, err)
			require.Equal(t, want.Reason, got.Reason, "seed %d: %s: %v", seed+round, id, ask)
		}
	}
	require.Greater(t, len(seen), 3)
	t.Logf("%d merges taken back; reasons %v", undone, seen)
}
