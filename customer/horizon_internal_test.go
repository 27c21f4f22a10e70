package customer

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// slowHorizon decides anew at every instant at which anything happens.
func slowHorizon(records []ConsentRecord, q ConsentQuestion, now ConsentReason) time.Time {
	var turns []time.Time
	for _, r := range records {
		turns = append(turns, r.At, r.Expires)
	}
	slices.SortFunc(turns, time.Time.Compare)
	for _, at := range turns {
		later := q
		later.At = at
		if at.After(q.At) && decide(records, later).Reason != now {
			return at
		}
	}
	return time.Time{}
}

// The one way through time finds what deciding anew at every instant finds.
func TestHorizonAgainstModel(t *testing.T) {
	t.Parallel()
	instant := func(t *rapid.T, label string) time.Time {
		return time.Date(2026, 1, rapid.IntRange(1, 9).Draw(t, label), 0, 0, 0, 0, time.UTC)
	}
	draw := func(t *rapid.T) ConsentRecord {
		r := ConsentRecord{
			Type:              ConsentType(rapid.SampledFrom([]int{1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9}).Draw(t, "type")),
			Purpose:           rapid.SampledFrom([]Purpose{"", "marketing", "Marketing", "service"}).Draw(t, "purpose"),
			Channel:           rapid.SampledFrom([]Channel{"", "*", "email", "EMAIL ", "sms"}).Draw(t, "channel"),
			Point:             rapid.SampledFrom([]string{"", "", "a", " A", " "}).Draw(t, "point"),
			Basis:             ConsentBasis(rapid.IntRange(1, 2).Draw(t, "basis")),
			At:                instant(t, "at"),
			NeedsConfirmation: rapid.Bool().Draw(t, "pending"),
			Status:            rapid.SampledFrom([]PointStatus{Verified, HardBounce}).Draw(t, "status"),
		}
		if rapid.Bool().Draw(t, "ends") {
			r.Expires = instant(t, "expires") // also before it begins
		}
		if rapid.IntRange(0, 3).Draw(t, "proven") > 0 {
			r.Proof = &Proof{Method: "m"}
		}
		return r
	}
	rapid.Check(t, func(t *rapid.T) {
		records := rapid.SliceOfN(rapid.Custom(draw), 0, 12).Draw(t, "records")
		q := ConsentQuestion{
			Purpose: Marketing, Channel: rapid.SampledFrom([]Channel{"email", "*"}).Draw(t, "ask"),
			Point: rapid.SampledFrom([]string{"", "a"}).Draw(t, "askPoint"), At: instant(t, "askAt"),
		}
		v := evaluate(records, q)
		require.Equal(t, slowHorizon(records, q, v.Reason), v.Until)
		require.Equal(t, v.Reason, decide(records, q).Reason)
	})
}
