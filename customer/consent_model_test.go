package customer_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer"
)

// consentModel is the order of reasons as the vectors' README tells it, sentence by
// sentence, with sets in place of instants that are kept.
type consentModel struct {
	records []customer.ConsentRecord
	q       customer.ConsentQuestion
}

type recordSet = []customer.ConsentRecord

func only(rs recordSet, keep func(customer.ConsentRecord) bool) recordSet {
	out := recordSet{}
	for _, r := range rs {
		if keep(r) {
			out = append(out, r)
		}
	}
	return out
}

func anyRecord(rs recordSet, ok func(customer.ConsentRecord) bool) bool { return len(only(rs, ok)) > 0 }

// latestOf are the records of the latest instant.
func latestOf(rs recordSet) recordSet {
	return only(rs, func(r customer.ConsentRecord) bool {
		return !anyRecord(rs, func(s customer.ConsentRecord) bool { return s.At.After(r.At) })
	})
}

func ofType(types ...customer.ConsentType) func(customer.ConsentRecord) bool {
	return func(r customer.ConsentRecord) bool { return slices.Contains(types, r.Type) }
}

func (m consentModel) atPoint(r customer.ConsentRecord) bool {
	return m.q.Point != "" && r.Point == m.q.Point
}

// covers: the purpose, the point or none, and the channel or every one; a refusal of any
// channel covers the question about all.
func (m consentModel) covers(r customer.ConsentRecord) bool {
	channel := r.Channel == customer.AnyChannel || r.Channel == m.q.Channel
	if r.Type == customer.Withdrawn || r.Type == customer.Objected {
		channel = channel || m.q.Channel == customer.AnyChannel
	}
	return r.Purpose == m.q.Purpose && channel && (r.Point == "" || m.atPoint(r))
}

func (m consentModel) reason() customer.ConsentReason {
	now := only(m.records, func(r customer.ConsentRecord) bool { return !r.At.After(m.q.At) })
	if anyRecord(now, func(r customer.ConsentRecord) bool { return r.Type == customer.PointSuppressed && m.atPoint(r) }) {
		return customer.ReasonSuppressed
	}
	if anyRecord(latestOf(only(now, ofType(customer.Restricted, customer.Unrestricted))), ofType(customer.Restricted)) {
		return customer.ReasonRestricted
	}
	about := only(now, func(r customer.ConsentRecord) bool { return r.Type == customer.StatusOfPoint && m.atPoint(r) })
	if anyRecord(latestOf(about), func(r customer.ConsentRecord) bool { return r.Status == customer.HardBounce }) {
		return customer.ReasonBounced
	}
	erasures := only(now, ofType(customer.Erased))
	grants := only(m.records, func(r customer.ConsentRecord) bool {
		shown := r.Basis == customer.BasisContract || (r.Proof != nil && *r.Proof != customer.Proof{})
		void := anyRecord(erasures, func(e customer.ConsentRecord) bool { return !r.At.After(e.At) })
		return r.Type == customer.Granted && m.covers(r) && shown && !void
	})
	given := only(grants, func(r customer.ConsentRecord) bool { return !r.At.After(m.q.At) })
	exact := func(g customer.ConsentRecord) bool {
		return g.Channel == m.q.Channel && m.q.Channel != customer.AnyChannel
	}
	refusals := only(now, func(r customer.ConsentRecord) bool {
		return (r.Type == customer.Withdrawn || r.Type == customer.Objected) && m.covers(r)
	})
	standing := only(refusals, func(r customer.ConsentRecord) bool {
		return !anyRecord(given, func(g customer.ConsentRecord) bool {
			return g.At.After(r.At) && (exact(g) || r.Channel == customer.AnyChannel)
		})
	})
	if last := latestOf(standing); anyRecord(last, ofType(customer.Objected)) {
		return customer.ReasonObjected
	} else if len(last) > 0 {
		return customer.ReasonWithdrawn
	}
	left := only(grants, func(g customer.ConsentRecord) bool { // a refusal ends what was granted before it
		return !anyRecord(refusals, func(r customer.ConsentRecord) bool {
			return !g.At.After(r.At) || (!exact(g) && r.Channel != customer.AnyChannel)
		})
	})
	found := map[customer.ConsentReason]bool{}
	for _, g := range left {
		switch {
		case g.At.After(m.q.At):
			found[customer.ReasonNotYet] = true
		case !g.Expires.IsZero() && !m.q.At.Before(g.Expires):
			found[customer.ReasonExpired] = true
		case g.NeedsConfirmation && !anyRecord(now, func(c customer.ConsentRecord) bool {
			return c.Type == customer.Confirmed && m.covers(c) && !c.At.Before(g.At)
		}):
			found[customer.ReasonUnverified] = true
		case g.Basis == customer.BasisContract:
			found[customer.ReasonContract] = true
		default:
			found[customer.ReasonGranted] = true
		}
	}
	for _, r := range []customer.ConsentReason{customer.ReasonContract, customer.ReasonGranted, customer.ReasonUnverified, customer.ReasonExpired, customer.ReasonNotYet} {
		if found[r] {
			return r
		}
	}
	return customer.ReasonNoRecord
}

// Every verdict, and every instant at which it changes, is what the model says, over
// histories that reach every reason, ties, and the hours of Berlin that there are twice
// or not at all.
func TestConsentAgainstModel(t *testing.T) {
	t.Parallel()
	berlin := must(time.LoadLocation("Europe/Berlin"))
	counts := map[string]int{}
	reaches(t, counts, []string{
		"suppressed", "restricted", "bounced", "withdrawn", "objected", "contract", "granted", "unverified", "expired", "not_yet", "no_record", "until", "tie",
	}, func(t *rapid.T) {
		base := rapid.SampledFrom([]time.Time{
			time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC),
		}).Draw(t, "base")
		hour := func(name string) time.Time {
			at := base.Add(time.Duration(rapid.IntRange(-2, 5).Draw(t, name)) * time.Hour / 2)
			if rapid.Bool().Draw(t, name+" local") {
				return at.In(berlin)
			}
			return at
		}
		records := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) customer.ConsentRecord {
			types := []customer.ConsentType{
				customer.Granted, customer.Granted, customer.Granted, customer.Granted, customer.Confirmed, customer.Withdrawn, customer.Objected,
				customer.Restricted, customer.Unrestricted, customer.Unrestricted, customer.Erased, customer.PointSuppressed, customer.StatusOfPoint,
			}
			r := customer.ConsentRecord{Type: rapid.SampledFrom(types).Draw(t, "type"), At: hour("at")}
			switch r.Type {
			case customer.PointSuppressed, customer.StatusOfPoint:
				r.Point, r.Status = rapid.SampledFrom([]string{"a", "b"}).Draw(t, "point"), rapid.SampledFrom([]customer.PointStatus{customer.Verified, customer.HardBounce}).Draw(t, "status")
			case customer.Granted, customer.Confirmed, customer.Withdrawn, customer.Objected:
				r.Purpose = rapid.SampledFrom([]customer.Purpose{"marketing", "marketing", "service"}).Draw(t, "purpose")
				r.Channel = rapid.SampledFrom([]customer.Channel{"email", "email", "sms", "*"}).Draw(t, "channel")
				r.Point = rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(t, "at point")
			}
			if r.Type == customer.Granted {
				r.Basis = rapid.SampledFrom([]customer.ConsentBasis{customer.BasisConsent, customer.BasisConsent, customer.BasisContract}).Draw(t, "basis")
				if rapid.IntRange(0, 4).Draw(t, "proof") > 0 {
					r.Proof = form
				}
				r.NeedsConfirmation = rapid.IntRange(0, 3).Draw(t, "confirm") == 0
				if end := hour("expires"); end.After(r.At) {
					r.Expires = end
				}
			}
			return r
		}), 0, 9).Draw(t, "records")
		q := customer.ConsentQuestion{
			Purpose: "marketing", Channel: rapid.SampledFrom([]customer.Channel{"email", "email", "sms", "*"}).Draw(t, "ask"),
			Point: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "ask point"), At: hour("ask at"),
		}
		v := customer.EvaluateConsent(slices.Values(records), q)
		want := consentModel{records, q}.reason()
		require.Equal(t, want.String(), v.Reason.String())
		counts[want.String()]++
		require.Equal(t, want == customer.ReasonGranted || want == customer.ReasonContract, v.Allowed)

		until := time.Time{}
		var instants []time.Time
		for _, r := range records {
			instants = append(instants, r.At, r.Expires)
		}
		slices.SortFunc(instants, time.Time.Compare)
		for _, at := range instants {
			later := q
			if later.At = at; at.After(q.At) && (consentModel{records, later}).reason() != want {
				until = at
				break
			}
		}
		require.True(t, until.Equal(v.Until), "until %s, want %s", v.Until, until)
		if !until.IsZero() {
			counts["until"]++
		}
		for i, r := range records {
			for _, s := range records[:i] {
				if r.At.Equal(s.At) && r.Type != s.Type {
					counts["tie"]++
				}
			}
		}
	})
}

// AsOf is the fold of a prefix at every instant at which anything was recorded, a
// nanosecond before and after, for events of one instant, merges and erasures among them.
func TestAsOfAtEveryBoundary(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	reaches(t, counts, []string{"customers_merged", "merge_undone", "consent_recorded", "point_status_changed", "cut"}, func(t *rapid.T) {
		c, history := told("a", customer.PointAdded{Point: must(customer.NewEmail("p0@example.org"))})
		now := 1
		for range rapid.IntRange(1, 14).Draw(t, "steps") {
			if rapid.IntRange(0, 2).Draw(t, "time passes") == 0 {
				now++
			}
			var events []customer.Event
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				other, _ := told(customer.ID(rapid.StringMatching(`b[0-9]{1,3}`).Draw(t, "other")), drawAccepted(t, "b"))
				p, err := customer.PlanMerge(c, other, minute(now), nil)
				if err != nil {
					continue
				}
				events, _ = p.Events(minute(now), nil)
			case 1:
				merge := slices.IndexFunc(history, func(e customer.Event) bool { return strings.HasPrefix(e.Body.EventKind(), "customers_merged") })
				if merge < 0 {
					continue
				}
				p, err := customer.PlanUnmerge(slices.Values(history), history[merge].ID, nil)
				if err != nil {
					continue
				}
				events, _ = p.Events(customer.Customer{ID: p.Loser, Revision: 2}, minute(now), nil)
			default:
				events, _ = customer.Decide(c, drawCommand(t, "a"), minute(now), &customer.DecideOptions{At: minute(rapid.IntRange(-90, now).Draw(t, "backdated"))})
			}
			for _, e := range events {
				counts[e.Body.EventKind()]++
			}
			c = must(customer.Fold(c, slices.Values(events)))
			history = append(history, events...)
		}
		for _, e := range history {
			for _, at := range []time.Time{e.Recorded.Add(-1), e.Recorded, e.Recorded.Add(1)} {
				n := 0
				for n < len(history) && !history[n].Recorded.After(at) {
					n++
				}
				want := must(customer.Fold(customer.Customer{}, slices.Values(history[:n])))
				require.Equal(t, text(t, want), text(t, must(customer.AsOf(slices.Values(history), at))))
				if n > 0 && n < len(history) && history[n-1].Recorded.Equal(e.Recorded) {
					counts["cut"]++
				}
			}
		}
		require.Equal(t, text(t, c), text(t, must(customer.AsOf(slices.Values(history), minute(1_000)))))
	})
}

// drawAccepted is a command that a new customer takes.
func drawAccepted(t *rapid.T, who string) customer.Command {
	for {
		cmd := drawCommand(t, who)
		c, _ := told("probe")
		if _, err := customer.Decide(c, cmd, minute(9), nil); err == nil {
			return cmd
		}
	}
}
