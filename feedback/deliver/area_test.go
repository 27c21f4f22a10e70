package deliver_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/deliver"
	"github.com/rapport-go/rapport/internal/golden"
)

// The published examples of R's power.prop.test: 76.7 a group for .50 against .75 at
// power .90, and the usual 356 for .6 against .7 at .80.
func TestDetectAgainstR(t *testing.T) {
	t.Parallel()
	rows := []struct {
		from, to, power float64
		want            int64
	}{{0.50, 0.75, 0.90, 77}, {0.6, 0.7, 0.80, 356}, {0.7, 0.6, 0.80, 356}}
	for _, row := range rows {
		n, err := deliver.DetectShare(row.from, row.to, &deliver.Power{Power: row.power})
		require.NoError(t, err)
		require.Equal(t, row.want, n)
	}
	// Lehr's rule, 16 sd^2 / change^2, is this formula at 5 % and 80 % rounded up: 15.698.
	n, err := deliver.DetectMean(80, 10, nil)
	require.NoError(t, err)
	require.EqualValues(t, math.Ceil(15.6977*64), n)
}

func TestDetectRefuses(t *testing.T) {
	t.Parallel()
	for _, p := range [][2]float64{{0.5, 0.5}, {-0.1, 0.5}, {0.5, 1.1}, {math.NaN(), 0.5}, {0.5, 0.5 + 1e-12}} {
		_, err := deliver.DetectShare(p[0], p[1], nil)
		require.ErrorIs(t, err, deliver.ErrDetect)
	}
	for _, p := range [][2]float64{{0, 1}, {1, 0}, {-1, 1}, {math.NaN(), 1}, {1, math.NaN()}, {math.Inf(1), 1}} {
		_, err := deliver.DetectMean(p[0], p[1], nil)
		require.ErrorIs(t, err, deliver.ErrDetect)
	}
	_, err := deliver.DetectShare(0.1, 0.2, &deliver.Power{Level: 2})
	require.ErrorIs(t, err, deliver.ErrDetect)
}

func TestDetectProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Float64Range(0, 0.6).Draw(t, "from")
		change := rapid.Float64Range(0.02, 0.19).Draw(t, "change")
		n, err := deliver.DetectShare(from, from+change, nil)
		require.NoError(t, err)
		back, err := deliver.DetectShare(from+change, from, nil)
		require.NoError(t, err)
		require.Equal(t, n, back)
		surer, err := deliver.DetectShare(from, from+change, &deliver.Power{Power: 0.95})
		require.NoError(t, err)
		require.GreaterOrEqual(t, surer, n)
		smaller, err := deliver.DetectShare(from, from+change/2, nil)
		require.NoError(t, err)
		require.Greater(t, smaller, n, "a smaller change needs more answers")
	})
}

func team(id string) []deliver.Owner { return []deliver.Owner{{deliver.Team, id}} }

func observe(t require.TestingT, a *deliver.Areas, owners []deliver.Owner, theme string, satisfied, not, without int) {
	add := func(n int, o deliver.Observation) {
		o.Owners = owners
		for range n {
			require.NoError(t, a.Add(&o))
		}
	}
	add(satisfied, deliver.Observation{Themes: []string{theme, theme}, Answered: true, Satisfied: true})
	add(not, deliver.Observation{Themes: []string{theme}, Answered: true})
	add(without, deliver.Observation{Answered: true, Satisfied: true})
}

func TestAreaReport(t *testing.T) {
	t.Parallel()
	var a deliver.Areas
	observe(t, &a, team("north"), "late", 40, 80, 180)
	observe(t, &a, team("south"), "late", 50, 35, 315)
	observe(t, &a, team("west"), "late", 6, 6, 0)
	observe(t, &a, team("east"), "late", 1, 2, 40)
	observe(t, &a, team("north"), "price", 30, 70, 0)
	require.NoError(t, a.Add(&deliver.Observation{Owners: []deliver.Owner{{deliver.Skill, "french"}, {deliver.Team, "north"}, {deliver.Team, "north"}}, Themes: []string{"late"}}))
	o := &deliver.AreaOptions{Weights: []deliver.Weight{{"late", 0.4, 0.8}, {"price", 0.2, 0.8}}}
	r, ok, err := a.Report(deliver.Team, o)
	require.NoError(t, err)
	require.True(t, ok)
	golden.Equal(t, "testdata/areas.txt", r.Explain())
	by := map[string]deliver.Area{}
	for _, area := range r.Areas {
		by[area.Owner.ID+"/"+area.Theme] = area
	}
	north := by["north/late"]
	require.EqualValues(t, 401, north.Responses, "a response counts once for an owner named twice")
	require.EqualValues(t, 121, math.Round(north.Rate.Value*401))
	require.InDelta(t, 40.0/120, north.Satisfied.Value, 1e-12, "who did not answer is not unsatisfied")
	require.InDelta(t, 0.4*(0.8-40.0/120), north.Opportunity.Value, 1e-12)
	require.Less(t, north.Opportunity.Low, north.Opportunity.Value)
	require.Greater(t, north.Opportunity.High, north.Opportunity.Value)
	require.InDelta(t, north.Rate.Value-north.Elsewhere.Value, north.Difference.Value, 1e-12)
	require.Positive(t, north.Difference.Low, "north is late more often than elsewhere")
	require.Equal(t, 1, north.Rank)
	require.True(t, by["east/late"].Hidden, "three people")
	require.Zero(t, by["east/late"].Responses)
	require.True(t, by["west/late"].Hidden, "the next smallest protects them")
	require.False(t, by["south/late"].Hidden)
}

// A team of twelve answers is told, and not ranked.
func TestTwelveAnswersAreNotRanked(t *testing.T) {
	t.Parallel()
	var a deliver.Areas
	observe(t, &a, team("small"), "late", 2, 10, 0)
	observe(t, &a, team("large"), "late", 100, 100, 0)
	r, _, err := a.Report(deliver.Team, &deliver.AreaOptions{Weights: []deliver.Weight{{"late", 1, 0.9}}})
	require.NoError(t, err)
	large, small := r.Areas[0], r.Areas[1]
	require.Equal(t, 1, large.Rank)
	require.Zero(t, small.Rank)
	require.False(t, small.Hidden)
	require.Greater(t, small.NToDetect, small.Satisfied.N)
	require.Greater(t, small.Opportunity.Value, large.Opportunity.Value, "though it looks worse")
}

func TestAreaRefuses(t *testing.T) {
	t.Parallel()
	var a deliver.Areas
	err := a.Add(&deliver.Observation{Owners: []deliver.Owner{{}, {deliver.Team, ""}}, Themes: []string{""}, Satisfied: true})
	require.ErrorIs(t, err, deliver.ErrArea)
	for _, part := range []string{"Owners[0].Kind", "Owners[0].ID", "Owners[1].ID", "Themes[0]", "Satisfied"} {
		require.ErrorContains(t, err, part)
	}
	_, ok, err := a.Report(deliver.Team, nil)
	require.NoError(t, err)
	require.False(t, ok, "nothing was counted")
	_, _, err = a.Report(deliver.Team, &deliver.AreaOptions{
		MinCell: -1, Change: 1, Level: -1, Power: 3, Weights: []deliver.Weight{{"", 2, -1}, {"x", 0, 0}, {"x", 0, 0}},
	})
	require.ErrorIs(t, err, deliver.ErrArea)
	for _, part := range []string{"MinCell", "Change", "Level", "Power", "Weights[0].Theme", "Weights[0].Importance", "Weights[0].Target", "Weights[2].Theme"} {
		require.ErrorContains(t, err, part)
	}
}

func someAreas(t *rapid.T, label string) *deliver.Areas {
	var a deliver.Areas
	for range rapid.IntRange(0, 25).Draw(t, label) {
		o := deliver.Observation{Answered: rapid.Bool().Draw(t, "answered")}
		o.Satisfied = o.Answered && rapid.Bool().Draw(t, "satisfied")
		for _, id := range rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 2).Draw(t, "owners") {
			o.Owners = append(o.Owners, deliver.Owner{deliver.Team, id})
		}
		o.Themes = rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y"}), 0, 2).Draw(t, "themes")
		require.NoError(t, a.Add(&o))
	}
	return &a
}

// Shards in any order give the bytes of one pass, and the bytes come back.
func TestAreasMerge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := someAreas(t, "a"), someAreas(t, "b"), someAreas(t, "c")
		sum := func(parts ...*deliver.Areas) []byte {
			var s deliver.Areas
			for _, p := range parts {
				s.Merge(p)
			}
			data, err := s.MarshalBinary()
			require.NoError(t, err)
			return data
		}
		want := sum(a, b, c)
		require.Equal(t, want, sum(c, a, b))
		var back deliver.Areas
		require.NoError(t, back.UnmarshalBinary(want))
		require.Equal(t, want, sum(&back))
	})
}

// Property 23, for cells of one owner each: what is published of a theme never gives
// away a cell below five people.
func TestSmallCellsStayHidden(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var a deliver.Areas
		counts := rapid.SliceOfN(rapid.IntRange(0, 12), 1, 6).Draw(t, "counts")
		for i, n := range counts {
			observe(t, &a, team(fmt.Sprint(i)), "x", n, 0, 10)
		}
		r, ok, err := a.Report(deliver.Team, nil)
		require.NoError(t, err)
		require.True(t, ok)
		hidden, people := 0, 0
		for _, area := range r.Areas {
			var i int
			_, err := fmt.Sscan(area.Owner.ID, &i)
			require.NoError(t, err)
			require.False(t, !area.Hidden && counts[i] < 5)
			if area.Hidden {
				hidden++
				people += counts[i]
				require.Equal(t, deliver.Area{Owner: area.Owner, Theme: "x", Hidden: true}, area)
			}
		}
		for _, theme := range r.Themes {
			require.True(t, theme.Hidden || hidden == 0 || hidden > 1 && people >= 5, "the total would tell")
		}
	})
}

func FuzzAreas(f *testing.F) {
	var a deliver.Areas
	observe(f, &a, team("north"), "late", 2, 3, 4)
	data, err := a.MarshalBinary()
	require.NoError(f, err)
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		var a deliver.Areas
		if a.UnmarshalBinary(data) != nil {
			return
		}
		_, _, err := a.Report(deliver.Team, nil)
		require.NoError(t, err)
		back, err := a.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, back)
	})
}
