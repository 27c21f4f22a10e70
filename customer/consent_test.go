package customer_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer"
)

func day(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }

var form = &customer.Proof{Method: "web_form", Wording: "w1"}

func grant(at int, c customer.Channel) customer.ConsentRecord {
	return customer.ConsentRecord{
		Type: customer.Granted, Purpose: customer.Marketing, Channel: c, Basis: customer.BasisConsent, At: day(at), Proof: form,
	}
}

func refusal(kind customer.ConsentType, at int, c customer.Channel) customer.ConsentRecord {
	return customer.ConsentRecord{Type: kind, Purpose: customer.Marketing, Channel: c, At: day(at)}
}

func with(r customer.ConsentRecord, change func(*customer.ConsentRecord)) customer.ConsentRecord {
	change(&r)
	return r
}

func point(p string) func(*customer.ConsentRecord) {
	return func(r *customer.ConsentRecord) { r.Point = p }
}

func TestConsent(t *testing.T) {
	t.Parallel()
	email, sms, all := customer.ByEmail, customer.BySMS, customer.AnyChannel
	type records = []customer.ConsentRecord
	ends := func(n int) func(*customer.ConsentRecord) {
		return func(r *customer.ConsentRecord) { r.Expires = day(n) }
	}
	pending := func(r *customer.ConsentRecord) { r.NeedsConfirmation = true }
	unproven := func(r *customer.ConsentRecord) { r.Proof = nil }
	contract := func(r *customer.ConsentRecord) { r.Basis, r.Proof = customer.BasisContract, nil }
	status := func(at int, s customer.PointStatus) customer.ConsentRecord {
		return customer.ConsentRecord{Type: customer.StatusOfPoint, Point: "a@x.org", Status: s, At: day(at)}
	}
	bare := func(kind customer.ConsentType, at int) customer.ConsentRecord {
		return customer.ConsentRecord{Type: kind, At: day(at)}
	}
	rows := []struct {
		name    string
		records records
		reason  customer.ConsentReason // for marketing by e-mail to a@x.org on 20 January
		until   int                    // day of January; 0: as far as is known
	}{
		{"nothing", nil, customer.ReasonNoRecord, 0},
		{"granted", records{grant(1, email)}, customer.ReasonGranted, 0},
		{"granted until it ends", records{with(grant(1, email), ends(25))}, customer.ReasonGranted, 25},
		{"ended at this instant", records{with(grant(1, email), ends(20))}, customer.ReasonExpired, 0},
		{"not yet", records{grant(21, email)}, customer.ReasonNotYet, 21},
		{"one ended, one to come", records{with(grant(1, email), ends(5)), grant(21, email)}, customer.ReasonExpired, 21},
		{"tie of grant and withdrawal", records{grant(3, email), refusal(customer.Withdrawn, 3, email)}, customer.ReasonWithdrawn, 0},
		{"tie of withdrawal and objection", records{refusal(customer.Withdrawn, 3, email), refusal(customer.Objected, 3, email)}, customer.ReasonObjected, 0},
		{"withdrawal to come", records{grant(1, email), refusal(customer.Withdrawn, 22, email)}, customer.ReasonGranted, 22},
		{"later withdrawal that changes nothing", records{grant(1, email), refusal(customer.Withdrawn, 22, sms)}, customer.ReasonGranted, 0},
		{"a grant for all does not reopen one channel", records{refusal(customer.Withdrawn, 2, email), grant(3, all)}, customer.ReasonWithdrawn, 0},
		{"a grant for all reopens a refusal of all", records{refusal(customer.Objected, 2, all), grant(3, all)}, customer.ReasonGranted, 0},
		{"but not that of one channel", records{refusal(customer.Withdrawn, 1, email), refusal(customer.Objected, 2, all), grant(3, all)}, customer.ReasonWithdrawn, 0},
		{"a grant without proof reopens nothing", records{refusal(customer.Withdrawn, 2, email), with(grant(3, email), unproven)}, customer.ReasonWithdrawn, 0},
		{"an old grant does not come back", records{grant(1, all), refusal(customer.Withdrawn, 2, email), with(grant(3, email), ends(4))}, customer.ReasonExpired, 0},
		{"a fresh sign-up waits for its confirmation", records{grant(1, email), refusal(customer.Withdrawn, 2, email), with(grant(3, email), pending)}, customer.ReasonUnverified, 0},
		{"confirmed", records{with(grant(1, email), pending), refusal(customer.Confirmed, 2, email)}, customer.ReasonGranted, 0},
		{"confirmation before the grant", records{with(grant(3, email), pending), refusal(customer.Confirmed, 2, email)}, customer.ReasonUnverified, 0},
		{"confirmation to come", records{with(grant(3, email), pending), refusal(customer.Confirmed, 24, email)}, customer.ReasonUnverified, 24},
		{"withdrawn before it was confirmed", records{with(grant(1, email), pending), refusal(customer.Withdrawn, 2, email), refusal(customer.Confirmed, 3, email)}, customer.ReasonWithdrawn, 0},
		{"import without proof", records{with(grant(1, email), unproven)}, customer.ReasonNoRecord, 0},
		{"empty proof is none", records{with(grant(1, email), func(r *customer.ConsentRecord) { r.Proof = &customer.Proof{} })}, customer.ReasonNoRecord, 0},
		{"contract needs no proof", records{with(grant(1, all), contract)}, customer.ReasonContract, 0},
		{"contract is named before consent", records{grant(1, email), with(grant(1, all), contract)}, customer.ReasonContract, 0},
		{"other purpose", records{with(grant(1, email), func(r *customer.ConsentRecord) { r.Purpose = customer.Research })}, customer.ReasonNoRecord, 0},
		{"other channel", records{grant(1, sms)}, customer.ReasonNoRecord, 0},
		{"other point", records{with(grant(1, email), point("b@x.org"))}, customer.ReasonNoRecord, 0},
		{"the point in capitals", records{grant(1, email), with(refusal(customer.Withdrawn, 2, email), point("A@X.ORG"))}, customer.ReasonWithdrawn, 0},
		{"another point's withdrawal", records{grant(1, email), with(refusal(customer.Withdrawn, 2, email), point("b@x.org"))}, customer.ReasonGranted, 0},
		{"withdrawal without purpose or channel", records{grant(1, email), bare(customer.Withdrawn, 2)}, customer.ReasonWithdrawn, 0},
		{"restricted", records{grant(1, email), bare(customer.Restricted, 2)}, customer.ReasonRestricted, 0},
		{"restriction lifted", records{grant(1, email), bare(customer.Restricted, 2), bare(customer.Unrestricted, 3)}, customer.ReasonGranted, 0},
		{"lifted at the same instant", records{grant(1, email), bare(customer.Unrestricted, 3), bare(customer.Restricted, 3)}, customer.ReasonRestricted, 0},
		{"bounced", records{grant(1, email), status(2, customer.HardBounce)}, customer.ReasonBounced, 0},
		{"bounced, then verified", records{grant(1, email), status(2, customer.HardBounce), status(3, customer.Verified)}, customer.ReasonGranted, 0},
		{"verified and bounced at once", records{grant(1, email), status(3, customer.Verified), status(3, customer.HardBounce)}, customer.ReasonBounced, 0},
		{"soft bounce", records{grant(1, email), status(2, customer.SoftBounce)}, customer.ReasonGranted, 0},
		{"erased", records{grant(1, email), bare(customer.Erased, 2)}, customer.ReasonNoRecord, 0},
		{"erased, then granted anew", records{grant(1, email), bare(customer.Erased, 2), grant(3, email)}, customer.ReasonGranted, 0},
		{"suppression outlasts erasure and import", records{
			bare(customer.Erased, 2), with(bare(customer.PointSuppressed, 2), point("a@x.org")), grant(3, email),
		}, customer.ReasonSuppressed, 0},
		{"suppressed before restricted", records{bare(customer.Restricted, 1), with(bare(customer.PointSuppressed, 2), point("a@x.org"))}, customer.ReasonSuppressed, 0},
	}
	q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: email, Point: "a@x.org", At: day(20)}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := customer.EvaluateConsent(slices.Values(row.records), q)
			require.Equal(t, row.reason.String(), got.Reason.String())
			require.Equal(t, row.reason == customer.ReasonGranted || row.reason == customer.ReasonContract, got.Allowed)
			require.Equal(t, row.reason != customer.ReasonNoRecord, got.By != nil)
			if row.until == 0 {
				require.True(t, got.Until.IsZero(), got)
			} else {
				require.Equal(t, day(row.until), got.Until)
			}
		})
	}
}

func TestQuestionAboutEveryChannel(t *testing.T) {
	t.Parallel()
	for _, channel := range []customer.Channel{customer.AnyChannel, ""} {
		q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: channel, At: day(20)}
		ask := func(rs ...customer.ConsentRecord) bool { return customer.EvaluateConsent(slices.Values(rs), q).Allowed }
		require.True(t, ask(grant(1, customer.AnyChannel)))
		require.False(t, ask(grant(1, customer.ByEmail)))
		require.False(t, ask(grant(1, customer.AnyChannel), refusal(customer.Withdrawn, 2, customer.BySMS)))
		require.False(t, ask(refusal(customer.Withdrawn, 2, customer.BySMS), grant(3, customer.AnyChannel)))
		require.True(t, ask(refusal(customer.Withdrawn, 2, customer.AnyChannel), grant(3, customer.AnyChannel)))
	}
}

func drawRecord(t *rapid.T) customer.ConsentRecord {
	r := customer.ConsentRecord{
		Type:              customer.ConsentType(rapid.IntRange(1, 9).Draw(t, "type")),
		Purpose:           rapid.SampledFrom([]customer.Purpose{"", "marketing", "service"}).Draw(t, "purpose"),
		Channel:           rapid.SampledFrom([]customer.Channel{"", "*", "email", "sms"}).Draw(t, "channel"),
		Point:             rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(t, "point"),
		Basis:             customer.ConsentBasis(rapid.IntRange(1, 2).Draw(t, "basis")),
		At:                day(rapid.IntRange(1, 8).Draw(t, "at")),
		NeedsConfirmation: rapid.IntRange(0, 3).Draw(t, "pending") == 0,
		Status:            rapid.SampledFrom([]customer.PointStatus{"verified", "hard_bounce"}).Draw(t, "status"),
	}
	if rapid.Bool().Draw(t, "ends") {
		r.Expires = day(rapid.IntRange(2, 12).Draw(t, "expires"))
	}
	if rapid.IntRange(0, 3).Draw(t, "proven") > 0 {
		r.Proof = form
	}
	return r
}

func drawQuestion(t *rapid.T) customer.ConsentQuestion {
	return customer.ConsentQuestion{
		Purpose: rapid.SampledFrom([]customer.Purpose{"marketing", "service"}).Draw(t, "askPurpose"),
		Channel: rapid.SampledFrom([]customer.Channel{"email", "sms", "*"}).Draw(t, "askChannel"),
		Point:   rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "askPoint"),
		At:      day(rapid.IntRange(1, 12).Draw(t, "askAt")),
	}
}

func TestConsentProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		records := rapid.SliceOfN(rapid.Custom(drawRecord), 0, 8).Draw(t, "records")
		q := drawQuestion(t)
		v := customer.EvaluateConsent(slices.Values(records), q)

		shuffled := rapid.Permutation(records).Draw(t, "order")
		require.Equal(t, v, customer.EvaluateConsent(slices.Values(shuffled), q), "the order of arrival does not matter")

		elsewhere := slices.Clone(records)
		for i := range elsewhere {
			elsewhere[i].At = elsewhere[i].At.In(time.FixedZone("x", 9*3600))
		}
		w := customer.EvaluateConsent(slices.Values(elsewhere), q)
		require.Equal(t, v.Reason, w.Reason, "zones do not matter")
		require.True(t, v.Until.Equal(w.Until))

		extra := drawRecord(t)
		w = customer.EvaluateConsent(slices.Values(append(slices.Clone(records), extra)), q)
		switch extra.Type {
		case customer.Withdrawn, customer.Objected, customer.Restricted, customer.PointSuppressed, customer.Erased:
			require.False(t, w.Allowed && !v.Allowed, "%s allowed what was denied", extra.Type)
		case customer.Granted, customer.Confirmed, customer.Unrestricted:
			require.False(t, v.Allowed && !w.Allowed, "%s denied what was allowed", extra.Type)
		}

		for h := 0; h < 14*24; h += 6 { // the verdict holds until Until, and changes there
			later := q
			later.At = q.At.Add(time.Duration(h) * time.Hour)
			w := customer.EvaluateConsent(slices.Values(records), later)
			if v.Until.IsZero() || later.At.Before(v.Until) {
				require.Equal(t, v.Reason, w.Reason)
				require.Equal(t, v.Allowed, w.Allowed)
			} else if later.At.Equal(v.Until) {
				require.NotEqual(t, v.Reason, w.Reason)
			}
		}
	})
}

func TestConsentLog(t *testing.T) {
	t.Parallel()
	var empty customer.ConsentLog
	log, err := empty.Append(grant(1, customer.ByEmail))
	require.NoError(t, err)
	left, err := log.Append(refusal(customer.Withdrawn, 2, customer.ByEmail))
	require.NoError(t, err)
	right, err := log.Append(refusal(customer.Objected, 3, customer.ByEmail))
	require.NoError(t, err)
	require.Equal(t, []int{0, 1, 2, 2}, []int{empty.Len(), log.Len(), left.Len(), right.Len()}, "a log is never changed")
	q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, At: day(9)}
	require.Equal(t, customer.ReasonGranted, log.Allowed(q).Reason)
	require.Equal(t, customer.ReasonWithdrawn, left.Allowed(q).Reason)
	require.Equal(t, customer.ReasonObjected, right.Allowed(q).Reason)

	for r := range log.All() {
		r.Proof.Method = "changed"
	}
	log.Allowed(q).By.Proof.Method = "changed"
	require.Equal(t, "web_form", log.Allowed(q).By.Proof.Method)

	bad := []customer.ConsentRecord{
		{},
		{Type: customer.Granted, At: day(1), Point: "secret@x.org"},
		{Type: customer.Withdrawn, At: day(1)},
		{Type: customer.PointSuppressed, At: day(1)},
		{Type: customer.StatusOfPoint, Point: "secret@x.org", At: day(1)},
		with(grant(2, customer.ByEmail), func(r *customer.ConsentRecord) { r.Expires = day(2) }),
	}
	same, err := log.Append(bad...)
	require.Equal(t, log, same)
	require.ErrorIs(t, err, customer.ErrConsent)
	for _, want := range []string{
		"0: Type", "0: At", "1: Purpose", "1: Channel", "1: Basis", "2: Purpose", "2: Channel", "3: Point", "4: Status", "5: Expires",
	} {
		require.ErrorContains(t, err, "record "+want)
	}
	require.NotContains(t, err.Error(), "secret")
}

func TestConsentJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRecord(t)
		data, err := json.Marshal(r)
		require.NoError(t, err)
		var back customer.ConsentRecord
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, r, back)
	})
}

func TestConsentLogJSON(t *testing.T) {
	t.Parallel()
	log := must(customer.ConsentLog{}.Append(grant(1, customer.ByEmail), refusal(customer.Withdrawn, 2, customer.BySMS)))
	for _, l := range []customer.ConsentLog{log, {}} {
		data, err := json.Marshal(l)
		require.NoError(t, err)
		var back customer.ConsentLog
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, slices.Collect(l.All()), slices.Collect(back.All()))
	}
	require.ErrorIs(t, log.UnmarshalJSON([]byte(`[{"type":"granted","at":"2026-01-01T00:00:00Z"}]`)), customer.ErrConsent)
	require.ErrorIs(t, log.UnmarshalJSON([]byte(`[{"type":"given"}]`)), customer.ErrConsent)
	require.Equal(t, 2, log.Len(), "a refused form changes nothing")
}

func FuzzConsentJSON(f *testing.F) {
	f.Add([]byte(`[{"type":"granted","purpose":"marketing","channel":"*","at":"2026-01-01T00:00:00Z","basis":"consent","proof":{"method":"m"}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var records []customer.ConsentRecord
		if json.Unmarshal(data, &records) != nil || len(records) > 50 {
			return
		}
		v := customer.EvaluateConsent(slices.Values(records), customer.ConsentQuestion{
			Purpose: customer.Marketing, Channel: customer.ByEmail, At: day(20),
		})
		require.Equal(t, v.Allowed, v.Reason == customer.ReasonGranted || v.Reason == customer.ReasonContract)
	})
}

func BenchmarkAllowed(b *testing.B) {
	for _, n := range []int{4, 64, 1024} {
		records := make([]customer.ConsentRecord, 0, n)
		for i := range n {
			r := grant(i%20+1, customer.ByEmail)
			if i%4 == 1 {
				r = refusal(customer.Withdrawn, i%20+1, customer.BySMS)
			}
			records = append(records, r)
		}
		log, err := customer.ConsentLog{}.Append(records...)
		if err != nil {
			b.Fatal(err)
		}
		q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: "a@x.org", At: day(25)}
		b.Run(fmt.Sprintf("records=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				log.Allowed(q)
			}
		})
	}
}

// Grants that wait for confirmation and end one by one: the end of the verdict is far,
// and each instant before it changes nothing. Time must grow as the records do.
func BenchmarkAllowedEndingOneByOne(b *testing.B) {
	for _, n := range []int{100, 800, 6400} {
		records := make([]customer.ConsentRecord, n)
		for i := range records {
			records[i] = grant(1, customer.ByEmail)
			records[i].NeedsConfirmation = true
			records[i].Expires = day(30).Add(time.Duration(i) * time.Minute)
		}
		log, err := customer.ConsentLog{}.Append(records...)
		if err != nil {
			b.Fatal(err)
		}
		q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, At: day(25)}
		b.Run(fmt.Sprintf("records=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v := log.Allowed(q); v.Reason != customer.ReasonUnverified || v.Until.IsZero() {
					b.Fatal(v)
				}
			}
		})
	}
}
