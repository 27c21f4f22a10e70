package businesstime_test

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/internal/golden"
)

type vectorFile struct {
	Suite     string                       `json:"suite"`
	Calendars map[string]businesstime.Spec `json:"calendars"`
	Cases     []vectorCase                 `json:"cases"`
}

type vectorCase struct {
	ID        string               `json:"id"`
	Op        string               `json:"op"`
	Calendar  string               `json:"calendar"`
	Calendars []string             `json:"calendars"`
	Start     time.Time            `json:"start"`
	At        time.Time            `json:"at"`
	From      time.Time            `json:"from"`
	To        time.Time            `json:"to"`
	Seconds   json.Number          `json:"seconds"`
	Days      int                  `json:"days"`
	Mode      businesstime.DayMode `json:"mode"`
	Want      json.RawMessage      `json:"want"`
}

// seconds reads a number of seconds as the duration of that text.
func seconds(t *testing.T, n json.Number) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(n.String() + "s")
	require.NoError(t, err)
	return d
}

func TestVectors(t *testing.T) {
	t.Parallel()
	var file vectorFile
	if !golden.OpenVectors(t, "interaction").JSON(t, "businesstime.json", &file) {
		return
	}
	require.Equal(t, "businesstime", file.Suite)
	calendars := map[string]*businesstime.Calendar{}
	for id, spec := range file.Calendars {
		c, err := businesstime.New(spec)
		require.NoError(t, err, id)
		calendars[id] = c
	}
	for _, v := range file.Cases {
		t.Run(v.ID, func(t *testing.T) { runVector(t, v, calendars) })
	}
	golden.Count(t, "businesstime.json", len(file.Cases))
}

func runVector(t *testing.T, v vectorCase, calendars map[string]*businesstime.Calendar) {
	c := calendars[v.Calendar]
	if len(v.Calendars) > 0 {
		c = calendars[v.Calendars[0]]
	}
	require.NotNil(t, c)
	var rest []*businesstime.Calendar
	for i := 1; i < len(v.Calendars); i++ {
		require.Contains(t, calendars, v.Calendars[i])
		rest = append(rest, calendars[v.Calendars[i]])
	}
	switch v.Op {
	case "add":
		wantInstant(t, v)(c.Add(v.Start, seconds(t, v.Seconds)))
	case "add_days":
		wantInstant(t, v)(c.AddDays(v.Start, v.Days, v.Mode))
	case "next_open":
		wantInstant(t, v)(c.NextOpen(v.At))
	case "prev_open":
		wantInstant(t, v)(c.PrevOpen(v.At))
	case "next_close":
		wantInstant(t, v)(c.NextClose(v.At))
	case "between":
		wantSeconds(t, v, c.Between(v.From, v.To))
	case "union":
		wantSeconds(t, v, businesstime.Union("", c, rest...).Between(v.From, v.To))
	case "intersection":
		wantSeconds(t, v, businesstime.Intersect("", c, rest...).Between(v.From, v.To))
	case "except":
		wantSeconds(t, v, businesstime.Except("", c, rest...).Between(v.From, v.To))
	case "is_open":
		var want bool
		require.NoError(t, json.Unmarshal(v.Want, &want))
		require.Equal(t, want, c.IsOpen(v.At))
	case "segments":
		var want [][2]time.Time
		require.NoError(t, json.Unmarshal(v.Want, &want))
		got := [][2]time.Time{}
		for s := range c.Segments(v.From, v.To) {
			got = append(got, [2]time.Time{s.Start.UTC(), s.End.UTC()})
		}
		require.Equal(t, want, got)
	default:
		t.Fatalf("unknown op %q", v.Op)
	}
}

// wantInstant compares an instant; a want of null is an error.
func wantInstant(t *testing.T, v vectorCase) func(time.Time, error) {
	return func(got time.Time, err error) {
		t.Helper()
		var want *time.Time
		require.NoError(t, json.Unmarshal(v.Want, &want))
		if want == nil {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.Equal(t, want.UTC(), got.UTC())
	}
}

func wantSeconds(t *testing.T, v vectorCase, got time.Duration) {
	t.Helper()
	var want json.Number
	require.NoError(t, json.Unmarshal(v.Want, &want))
	require.Equal(t, seconds(t, want), got)
}
