package deliver_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/deliver"
	"github.com/rapport-go/rapport/internal/binenc"
)

// What decides differently has another digest.
func TestDigestTellsZonesAndTextsApart(t *testing.T) {
	t.Parallel()
	p := deliver.Policy{Purpose: deliver.Research, Hours: &deliver.Hours{From: 9 * 60, To: 18 * 60}}
	digests := map[uint64]string{}
	see := func(name string, change func(r *deliver.Request)) {
		r := request()
		change(r)
		d := decide(t, p, r, noon)
		require.Empty(t, digests[d.Digest], name)
		digests[d.Digest] = name
	}
	see("no zone", func(r *deliver.Request) { r.Contact.Zone = nil })
	see("utc", func(r *deliver.Request) { r.Contact.Zone = time.UTC })
	see("one hour", func(r *deliver.Request) { r.Contact.Zone = time.FixedZone("X", 3600) })
	see("nine hours", func(r *deliver.Request) { r.Contact.Zone = time.FixedZone("X", 9*3600) })
	see("texts", func(r *deliver.Request) { r.Survey, r.Key = "nps", "a\x00" })
	see("other texts", func(r *deliver.Request) { r.Survey, r.Key = "\x00nps", "a" })
	see("a send", func(r *deliver.Request) {
		r.History.Sent = []deliver.Sent{{Survey: "csat", At: noon.Add(-100 * deliver.Day)}}
	})
	see("an answer", func(r *deliver.Request) {
		r.History.Answers = []deliver.Answer{{Survey: "csat", At: noon.Add(-100 * deliver.Day)}}
	})
}

// A history without dates would be no gap at all.
func TestHistoryNeedsDates(t *testing.T) {
	t.Parallel()
	r := request()
	r.History = deliver.History{
		Sent:    []deliver.Sent{{Survey: "nps", At: noon.Add(-time.Hour)}, {Survey: "nps"}},
		Answers: []deliver.Answer{{Survey: "nps"}},
	}
	_, err := gate(t, deliver.SuggestedPolicy(deliver.Research)).Decide(r, noon)
	require.ErrorIs(t, err, deliver.ErrRequest)
	require.ErrorContains(t, err, "History.Sent[1].At")
	require.ErrorContains(t, err, "History.Answers[0].At")
	require.NotContains(t, err.Error(), "Sent[0]")
}

type brokenCalendar struct{}

var errBroken = errors.New("calendar is broken")

func (brokenCalendar) Add(time.Time, time.Duration) (time.Time, error) { return time.Time{}, errBroken }

// A case is never half moved.
func TestErrorsLeaveTheCase(t *testing.T) {
	t.Parallel()
	l, err := deliver.NewLoop(deliver.SuggestedLoop("desk"))
	require.NoError(t, err)
	seed := deliver.Seed{Rule: "detractor"}
	c, err := l.Open("1", "c1", seed, noon, brokenCalendar{})
	require.ErrorIs(t, err, errBroken)
	require.Zero(t, c)
	hours, err := deliver.Hours{From: 9 * 60, To: 17 * 60}.In(time.UTC)
	require.NoError(t, err)
	c, err = l.Open("1", "c1", seed, noon, hours)
	require.NoError(t, err)
	for i, action := range []deliver.Action{deliver.Reach, deliver.Settle} {
		c, err = l.Apply(c, deliver.Command{Key: fmt.Sprint(i), Action: action, At: noon, By: "ann"}, hours)
		require.NoError(t, err)
	}
	after, err := l.Apply(c, deliver.Command{Key: "again", Action: deliver.Reopen, At: noon, By: "ann"}, brokenCalendar{})
	require.ErrorIs(t, err, errBroken)
	require.Equal(t, c, after)
}

// What one person of ten answered is not told.
func TestFewAnswersAreNotTold(t *testing.T) {
	t.Parallel()
	var a deliver.Areas
	observe(t, &a, team("north"), "late", 1, 3, 0)
	observe(t, &a, team("south"), "late", 3, 2, 20)
	for range 9 {
		for _, id := range []string{"north", "south"} {
			require.NoError(t, a.Add(&deliver.Observation{Owners: []deliver.Owner{{deliver.Team, id}}, Themes: []string{"late"}}))
		}
	}
	r, ok, err := a.Report(deliver.Team, &deliver.AreaOptions{Weights: []deliver.Weight{{"late", 0.5, 0.8}}})
	require.NoError(t, err)
	require.True(t, ok)
	north, south := r.Areas[0], r.Areas[1]
	require.EqualValues(t, 13, north.Rate.N)
	require.Zero(t, north.Satisfied, "four answers")
	require.Zero(t, north.Opportunity)
	require.EqualValues(t, 93, north.NToDetect, "from one half, not from what they said")
	require.EqualValues(t, 5, south.Satisfied.N)
	require.Contains(t, r.Explain(), "satisfied too few answers (needs 93); opportunity unknown")
}

// The responses of a small owner follow from the total and the others. Its rows must
// therefore not depend on what it said.
func TestSmallOwnersSayNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		report := func(themes []string) deliver.AreaReport {
			var a deliver.Areas
			observe(t, &a, team("large"), "x", 10, 20, 30)
			observe(t, &a, team("large"), "y", 20, 30, 0)
			observe(t, &a, team("other"), "x", 8, 12, 30)
			observe(t, &a, team("other"), "y", 9, 21, 0)
			require.NoError(t, a.Add(&deliver.Observation{Owners: []deliver.Owner{{deliver.Team, "small"}}, Themes: themes}))
			r, ok, err := a.Report(deliver.Team, nil)
			require.NoError(t, err)
			require.True(t, ok)
			return r
		}
		r := report(rapid.SliceOfDistinct(rapid.SampledFrom([]string{"x", "y"}), func(s string) string { return s }).Draw(t, "themes"))
		shape := func(r deliver.AreaReport) (out []string) {
			for _, area := range r.Areas {
				out = append(out, fmt.Sprint(area.Owner.ID, area.Theme, area.Hidden))
			}
			return out
		}
		require.Equal(t, shape(report(nil)), shape(r))
		hidden := map[string]int{}
		for _, area := range r.Areas {
			require.True(t, area.Hidden || area.Owner.ID != "small")
			if area.Hidden {
				hidden[area.Theme]++
			}
		}
		require.Equal(t, map[string]int{"x": 2, "y": 2}, hidden, "the total less the others would tell")
	})
}

// Bytes that no observations give are refused: a theme named more often than there were
// responses would be a share above one.
func TestAreasRefuseImpossibleCounts(t *testing.T) {
	t.Parallel()
	frame := func(rows ...[]any) []byte {
		w := binenc.NewWriter(binenc.Kind{'A', 'R', 'E', 'A'}, 1, 0)
		w.Uint(uint64(len(rows)))
		for _, row := range rows {
			w.Uint(uint64(deliver.Team))
			w.String(row[0].(string))
			w.String(row[1].(string))
			for _, n := range row[2:] {
				w.Uint(uint64(n.(int)))
			}
		}
		return w.Frame()
	}
	good := frame([]any{"", "", 9, 5, 2}, []any{"", "late", 4, 2, 1}, []any{"north", "", 9, 5, 2}, []any{"north", "late", 4, 2, 1})
	var a deliver.Areas
	require.NoError(t, a.UnmarshalBinary(good))
	for name, data := range map[string][]byte{
		"theme without owner":       frame([]any{"", "", 9, 5, 2}, []any{"", "late", 4, 2, 1}, []any{"north", "late", 4, 2, 1}),
		"theme beyond its owner":    frame([]any{"", "", 9, 5, 2}, []any{"", "late", 12, 2, 1}, []any{"north", "", 9, 5, 2}, []any{"north", "late", 12, 2, 1}),
		"owner without its kind":    frame([]any{"north", "", 9, 5, 2}),
		"kind without an owner":     frame([]any{"", "", 9, 5, 2}),
		"answers of other people":   frame([]any{"", "", 9, 5, 2}, []any{"", "late", 6, 1, 1}, []any{"north", "", 9, 5, 2}, []any{"north", "late", 6, 1, 1}),
		"counts beyond all bounds":  frame([]any{"", "", 1 << 41, 5, 2}, []any{"north", "", 1 << 41, 5, 2}),
		"dissatisfied beyond owner": frame([]any{"", "", 9, 5, 5}, []any{"", "late", 4, 2, 1}, []any{"north", "", 9, 5, 5}, []any{"north", "late", 4, 2, 1}),
	} {
		require.Error(t, a.UnmarshalBinary(data), name)
		back, err := a.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, good, back, strings.ToUpper(name)+": the counts stay as they were")
	}
}

// One and two people are hidden with the nine: two cells of three people would still be
// told by the total.
func TestComplementHasEnoughPeople(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		counts []int
		hidden string
	}{
		"seven of eight":           {[]int{7, 1}, "[true true]"},
		"three people in two":      {[]int{9, 1, 2, 20}, "[true true true false]"},
		"two small ones are seven": {[]int{9, 3, 4, 20}, "[false true true false]"},
		"none is small":            {[]int{9, 5, 6}, "[false false false]"},
	} {
		var a deliver.Areas
		for i, n := range row.counts {
			observe(t, &a, team(fmt.Sprint(i)), "x", n, 0, 10)
		}
		r, ok, err := a.Report(deliver.Team, nil)
		require.NoError(t, err)
		require.True(t, ok)
		var hidden []bool
		for _, area := range r.Areas {
			hidden = append(hidden, area.Hidden)
		}
		require.Equal(t, row.hidden, fmt.Sprint(hidden), name)
		require.False(t, r.Themes[0].Hidden, name)
	}
}

// A share is rounded to ten-thousandths, half to even.
func TestSamplingRounds(t *testing.T) {
	t.Parallel()
	in := func(share float64) (n int) {
		for i := range 50_000 {
			if deliver.Sampled(fmt.Sprint("contact-", i), "nps", share) {
				n++
			}
		}
		return n
	}
	require.Zero(t, in(0.00004))
	require.Equal(t, in(0.1234), in(0.12344))
	require.Equal(t, in(0.1235), in(0.12346))
	require.NotEqual(t, in(0.1234), in(0.12346))
	require.Equal(t, in(0.5000), in(0.50005), "half to even")
}

// Whoever solves for the hidden cells with all that is published finds more than one
// answer for each.
func TestHiddenCellsCannotBeSolved(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var a deliver.Areas
		var named, all []int
		people := 0
		for i := range rapid.IntRange(2, 5).Draw(t, "owners") {
			n := rapid.IntRange(0, 7).Draw(t, "named")
			more := rapid.IntRange(0, 3).Draw(t, "others")
			observe(t, &a, team(fmt.Sprint(i)), "x", n, 0, more)
			named, all, people = append(named, n), append(all, n+more), people+n
		}
		r, ok, err := a.Report(deliver.Team, nil)
		require.NoError(t, err)
		if !ok || len(r.Themes) == 0 || r.Themes[0].Hidden {
			return
		}
		var hidden []int
		sum := people
		for _, area := range r.Areas {
			var i int
			_, err := fmt.Sscan(area.Owner.ID, &i)
			require.NoError(t, err)
			if area.Hidden {
				hidden = append(hidden, i)
			} else {
				sum -= named[i]
			}
		}
		answers := make([]map[int]bool, len(hidden))
		for i := range answers {
			answers[i] = map[int]bool{}
		}
		guess := make([]int, len(hidden))
		var solve func(at, left int) bool
		solve = func(at, left int) bool {
			if at == len(hidden) {
				return left == 0
			}
			least := 1
			if all[hidden[at]] < 5 {
				least = 0
			}
			found := false
			for n := least; n <= min(left, all[hidden[at]]); n++ {
				guess[at] = n
				if solve(at+1, left-n) {
					answers[at][n], found = true, true
				}
			}
			return found
		}
		require.True(t, solve(0, sum))
		for i := range answers {
			require.Greater(t, len(answers[i]), 1, "cell %d of %v among %v", hidden[i], named, all)
		}
	})
}

// Five cells of one person each are all told by their sum.
func TestCellsOfOneAreNotSummed(t *testing.T) {
	t.Parallel()
	var a deliver.Areas
	for i, n := range []int{1, 1, 1, 1, 1, 20, 30} {
		observe(t, &a, team(fmt.Sprint(i)), "x", n, 0, 10)
	}
	r, _, err := a.Report(deliver.Team, nil)
	require.NoError(t, err)
	require.True(t, r.Areas[5].Hidden)
	require.False(t, r.Areas[6].Hidden)
	require.False(t, r.Themes[0].Hidden)
}
