package cohort_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
	"github.com/rapport-go/rapport/metrics/cohort"
)

type vectorCohort struct {
	Cohort    string
	Size      int64
	Bounded   []*int64
	Unbounded []*int64
}

func TestVectors(t *testing.T) {
	t.Parallel()
	const file = "cohort_retention.json"
	var f struct {
		Events      [][2]string
		AsOf        time.Time
		Definitions map[string]string
		Results     map[string][]vectorCohort
	}
	data, ok := golden.OpenVectors(t, "metrics").Read(t, file)
	if !ok {
		return
	}
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	require.NoError(t, strict.Decode(&f))
	var log cohort.Log
	for _, e := range f.Events {
		require.NoError(t, log.Add(e[0], instant(t, e[1])))
	}
	cases := 0
	for name, want := range f.Results {
		kind, zone, ok := strings.Cut(name, "|")
		require.True(t, ok, "unknown key %q", name)
		rule := dayRule(t, kind, location(t, zone))
		require.NotEmpty(t, want, name)
		last := 1
		for _, w := range want {
			last = max(last, len(w.Bounded)-1, len(w.Unbounded)-1)
		}
		bounded := cohorts(t, &log, rule, f.AsOf, &cohort.Options{Last: last})
		unbounded := cohorts(t, &log, rule, f.AsOf, &cohort.Options{Last: last, Mode: cohort.Unbounded})
		require.Len(t, bounded, len(want), name)
		for i, w := range want {
			require.Equal(t, w.Cohort, bounded[i].Label, name)
			require.Equal(t, w.Size, bounded[i].Size, name)
			requireCells(t, w.Bounded, bounded[i], name+" bounded "+w.Cohort)
			requireCells(t, w.Unbounded, unbounded[i], name+" unbounded "+w.Cohort)
			cases += 2
		}
	}
	golden.Count(t, file, cases)
}

func cohorts(t *testing.T, log *cohort.Log, rule cohort.DayRule, asOf time.Time, o *cohort.Options) []cohort.Cohort {
	t.Helper()
	m, err := log.Matrix(rule, asOf, o)
	require.NoError(t, err)
	return m.Cohorts()
}

func requireCells(t *testing.T, want []*int64, got cohort.Cohort, name string) {
	t.Helper()
	for k, w := range want {
		cell, ok := got.Cell(k)
		require.Equal(t, w != nil, ok, "%s: period %d", name, k)
		if ok {
			require.Equal(t, *w, cell.Returned, "%s: period %d", name, k)
		}
	}
}

func dayRule(t *testing.T, kind string, zone *time.Location) cohort.DayRule {
	t.Helper()
	switch kind {
	case "calendar":
		return cohort.Calendar(zone)
	case "rolling24h":
		return cohort.Rolling24h(zone)
	case "rolling24h_hourfloor":
		return cohort.Rolling24hHourFloor(zone)
	}
	t.Fatalf("unknown day rule %q", kind)
	return cohort.DayRule{}
}

func location(t require.TestingT, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	return zone
}

func instant(t require.TestingT, s string) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	require.NoError(t, err)
	return at
}
