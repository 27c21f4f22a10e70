package interaction

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFirstContactEdges(t *testing.T) {
	t.Parallel()
	issue := ResolvedIssue{ID: "a", Customer: "u", Issue: "x", Resolved: day0}
	week := 7 * 24 * hour
	rows := []struct {
		name     string
		contacts []Contact
		now      time.Time
		want     FirstContact
	}{
		{"at the last instant of the window", []Contact{{Customer: "u", Issue: "x", At: day0.Add(week)}}, day0.Add(2 * week), FirstContactNo},
		{"just after the window", []Contact{{Customer: "u", Issue: "x", At: day0.Add(week + 1)}}, day0.Add(2 * week), FirstContactYes},
		{"the resolving contact itself", []Contact{{Customer: "u", Issue: "x", At: day0}}, day0.Add(2 * week), FirstContactYes},
		{"an automatic reply is no contact", []Contact{{Customer: "u", Issue: "x", At: day0.Add(hour), Class: ClassAuto}}, day0.Add(2 * week), FirstContactYes},
		{"another customer", []Contact{{Customer: "v", Issue: "x", At: day0.Add(hour)}}, day0.Add(2 * week), FirstContactYes},
		{"window ends this instant", nil, day0.Add(week), FirstContactUndetermined},
		{"window has ended", nil, day0.Add(week + 1), FirstContactYes},
		{"a contact of the future is not seen", []Contact{{Customer: "u", Issue: "x", At: day0.Add(2 * hour)}}, day0.Add(hour), FirstContactUndetermined},
		{"resolved in the future", nil, day0.Add(-hour), FirstContactUndetermined},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, why := NewContactBook(slices.Values(row.contacts)).FirstContact(issue, week, row.now)
			require.Equal(t, row.want, got, why.String())
		})
	}
	_, err := FirstContactCounts{Undetermined: 3}.Rate()
	require.ErrorIs(t, err, ErrNoData)
}

// Invariant 35: undetermined becomes yes or no once; more contacts never turn a
// no into a yes.
func TestFirstContactIsDecidedOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var contacts []Contact
		for range rapid.IntRange(0, 6).Draw(t, "contacts") {
			contacts = append(contacts, Contact{
				Customer: "u", Issue: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "issue"),
				At: day0.Add(time.Duration(rapid.IntRange(-5, 30).Draw(t, "at")) * hour),
			})
		}
		window := time.Duration(rapid.IntRange(0, 20).Draw(t, "window")) * hour
		issue := ResolvedIssue{
			ID: "a", Customer: "u", Issue: "x", Resolved: day0,
			Contacts: rapid.IntRange(0, 2).Draw(t, "own"), Transferred: rapid.Bool().Draw(t, "transferred"),
		}
		book := NewContactBook(slices.Values(contacts))
		was := FirstContactUndetermined
		for hours := range 35 {
			// Contacts become known as time passes.
			known := slices.DeleteFunc(slices.Clone(contacts), func(c Contact) bool { return c.At.After(day0.Add(time.Duration(hours) * hour)) })
			at := day0.Add(time.Duration(hours) * hour)
			got, _ := NewContactBook(slices.Values(known)).FirstContact(issue, window, at)
			all, _ := book.FirstContact(issue, window, at)
			require.Equal(t, all, got, "knowing the future changes nothing")
			if was != FirstContactUndetermined {
				require.Equal(t, was, got)
			}
			was = got
		}
		require.NotEqual(t, FirstContactUndetermined, was)
		if was == FirstContactNo {
			more := NewContactBook(slices.Values(append(contacts, Contact{Customer: "u", Issue: "x", At: day0.Add(3 * hour)})))
			got, _ := more.FirstContact(issue, window, day0.Add(40*hour))
			require.Equal(t, FirstContactNo, got)
		}
	})
}

func TestShareInterval(t *testing.T) {
	t.Parallel()
	// Newcombe (1998), "Two-sided confidence intervals for the single proportion",
	// table I, method 3 (score without continuity correction).
	rows := []struct {
		part, whole int64
		low, high   float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0, 0.1611},
		{1, 29, 0.0061, 0.1718},
	}
	for _, row := range rows {
		got, err := Share{row.part, row.whole}.Interval(0.95)
		require.NoError(t, err)
		require.InDelta(t, row.low, got.Low, 5e-5)
		require.InDelta(t, row.high, got.High, 5e-5)
		require.Equal(t, row.whole, got.N)
	}
	_, err := Share{}.Interval(0.95)
	require.ErrorIs(t, err, ErrNoData)
	_, err = Share{1, 2}.Interval(1)
	require.ErrorIs(t, err, ErrInvalid)
	require.Equal(t, "1 of 2 (50.0 %)", Share{1, 2}.String())
	require.Equal(t, "no data", Share{}.String())
}
