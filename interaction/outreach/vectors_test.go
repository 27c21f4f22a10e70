package outreach_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/interaction/outreach"
	"github.com/rapport-go/rapport/internal/golden"
)

type vector struct {
	ID       string            `json:"id"`
	Kind     string            `json:"kind"`
	Zone     string            `json:"zone"`
	Windows  json.RawMessage   `json:"windows"`
	At       string            `json:"at"` // an instant or a time of day
	Entry    time.Time         `json:"entry"`
	Now      time.Time         `json:"now"`
	Steps    json.RawMessage   `json:"steps"`
	Weekdays []time.Weekday    `json:"weekdays"`
	Policy   json.RawMessage   `json:"policy"`
	Zones    []string          `json:"zones"`
	Default  string            `json:"default"`
	Limit    int               `json:"limit"`
	WindowS  json.Number       `json:"window_s"`
	DayZone  *string           `json:"local_day_zone"`
	Sends    []time.Time       `json:"sends"`
	Anchor   businesstime.Date `json:"anchor"`
	Count    int               `json:"count"`
	Facts    vectorFacts       `json:"facts"`
	Message  vectorMessage     `json:"message"`
	Want     json.RawMessage   `json:"want"`
}

type vectorFacts struct {
	Consent        map[string]outreach.ConsentState `json:"consent"`
	OpenComplaint  bool                             `json:"open_complaint"`
	SentKeys       []string                         `json:"already_sent_keys"`
	Suppressed     []interaction.Channel            `json:"suppressed"`
	UnsubscribedAt time.Time                        `json:"unsubscribed_at"`
	Preferred      []interaction.Channel            `json:"preferred_channels"`
	Reachable      []interaction.Channel            `json:"reachable"`
}

type vectorMessage struct {
	Channel  interaction.Channel   `json:"channel"`
	Channels []interaction.Channel `json:"channels"`
	Purpose  outreach.Purpose      `json:"purpose"`
	Key      string                `json:"key"`
	At       time.Time             `json:"at"`
	Expires  time.Time             `json:"expires"`
}

// TestVectors runs every case of outreach.json.
func TestVectors(t *testing.T) {
	t.Parallel()
	var file struct {
		Suite string   `json:"suite"`
		Cases []vector `json:"cases"`
	}
	if !golden.OpenVectors(t, "interaction").JSON(t, "outreach.json", &file) {
		return
	}
	require.Equal(t, "outreach", file.Suite)
	for _, v := range file.Cases {
		t.Run(v.ID, func(t *testing.T) {
			switch v.Kind {
			case "next_allowed":
				hours, err := outreach.ParseHours(v.Windows)
				require.NoError(t, err)
				calendar, err := hours.In(v.Zone)
				require.NoError(t, err)
				at, err := outreach.NextOpenAll(instant(t, v.At), calendar)
				want := wanted[*time.Time](t, v)
				if want == nil {
					require.ErrorIs(t, err, businesstime.ErrNeverOpen)
					return
				}
				require.NoError(t, err)
				require.True(t, at.Equal(*want), at)
			case "unknown_zone":
				gateVector(t, v, fmt.Sprintf(`{"unknown_zone": %s, "default_zone": %q, "zones": %s, "windows": [{"hours": %s}]}`,
					v.Policy, v.Default, text(t, v.Zones), v.Windows), &outreach.Facts{})
			case "cap":
				capVector(t, v)
			case "sequence":
				sequenceVector(t, v)
			case "next_local_time":
				at, err := outreach.NextLocal(v.Now, clock(t, v.At), v.Weekdays, zone(t, v.Zone))
				require.NoError(t, err)
				require.True(t, at.Equal(wanted[time.Time](t, v)), at)
			case "monthly":
				monthlyVector(t, v)
			case "decision":
				decisionVector(t, v)
			default:
				require.Fail(t, "unknown kind", v.Kind)
			}
		})
	}
	golden.Count(t, "outreach.json", len(file.Cases))
}

func wanted[T any](t *testing.T, v vector) (want T) {
	t.Helper()
	require.NoError(t, json.Unmarshal(v.Want, &want))
	return want
}

func text(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return b
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	require.NoError(t, err)
	return at
}

func clock(t *testing.T, s string) (c businesstime.TimeOfDay) {
	t.Helper()
	require.NoError(t, c.UnmarshalText([]byte(s)))
	return c
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := outreach.LoadZone(name)
	require.NoError(t, err)
	return loc
}

// gateVector asks a gate about a service message and compares the instant at which
// it may go; a want of null is one that may not.
func gateVector(t *testing.T, v vector, policy string, f *outreach.Facts) {
	p, err := outreach.ParsePolicy([]byte(policy))
	require.NoError(t, err)
	gate, err := outreach.NewGate(p)
	require.NoError(t, err)
	d := gate.Decide(instant(t, v.At), f, &outreach.Message{Key: v.ID, Channels: []interaction.Channel{"sms"}, Purpose: outreach.Service})
	switch want := wanted[*time.Time](t, v); {
	case want == nil:
		require.Equal(t, outreach.Skip, d.Verdict, d.Explain())
	case want.Equal(instant(t, v.At)):
		require.Equal(t, outreach.Send, d.Verdict, d.Explain())
	default:
		require.Equal(t, outreach.Defer, d.Verdict, d.Explain())
		require.True(t, d.Until.Equal(*want), d.Explain())
	}
}

func capVector(t *testing.T, v vector) {
	limit := fmt.Sprintf(`"window_s": %s`, v.WindowS)
	facts := outreach.Facts{}
	if v.DayZone != nil {
		limit, facts.Zone = `"local_days": 1`, *v.DayZone
	}
	for i, at := range v.Sends {
		facts.Sent = append(facts.Sent, outreach.Sent{Key: fmt.Sprint("earlier ", i), At: at, Channel: "sms", Purpose: outreach.Service})
	}
	gateVector(t, v, fmt.Sprintf(`{"caps": [{"limit": %d, %s}]}`, v.Limit, limit), &facts)
}

func sequenceVector(t *testing.T, v vector) {
	spec, err := outreach.ParseSequence([]byte(fmt.Sprintf(
		`{"id": %q, "version": 1, "purpose": "service", "channels": ["email"], "steps": %s}`, v.ID, v.Steps)))
	require.NoError(t, err)
	q, err := outreach.NewSequence(spec)
	require.NoError(t, err)
	plan, err := q.Plan(v.Entry, zone(t, v.Zone))
	require.NoError(t, err)
	have := []time.Time{}
	for _, one := range plan {
		have = append(have, one.At.UTC())
	}
	require.Equal(t, wanted[[]time.Time](t, v), have)
}

func monthlyVector(t *testing.T, v vector) {
	have := []time.Time{}
	for at := range outreach.Monthly(v.Anchor, clock(t, v.At), zone(t, v.Zone)) {
		if have = append(have, at.UTC()); len(have) == v.Count {
			break
		}
	}
	require.Equal(t, wanted[[]time.Time](t, v), have)
}

func decisionVector(t *testing.T, v vector) {
	p := outreach.Policy{} // where the case names none
	if v.Policy != nil {
		var err error
		p, err = outreach.ParsePolicy(v.Policy)
		require.NoError(t, err)
	}
	gate, err := outreach.NewGate(p)
	require.NoError(t, err)
	f := outreach.Facts{
		OpenComplaint: v.Facts.OpenComplaint, Keys: v.Facts.SentKeys, Reachable: v.Facts.Reachable,
		Preferences: outreach.Preferences{Channels: v.Facts.Preferred},
	}
	for key, state := range v.Facts.Consent {
		channel, purpose, ok := strings.Cut(key, ":")
		require.True(t, ok, key)
		f.Consents = append(f.Consents, outreach.Consent{Channel: interaction.Channel(channel), Purpose: outreach.Purpose(purpose), State: state})
	}
	for _, ch := range v.Facts.Suppressed {
		f.Suppressed = append(f.Suppressed, outreach.Suppression{Channel: ch})
	}
	if !v.Facts.UnsubscribedAt.IsZero() {
		f.Optouts = outreach.NewOptouts(outreach.Optout{At: v.Facts.UnsubscribedAt})
	}
	m := outreach.Message{Key: v.Message.Key, Channels: v.Message.Channels, Purpose: v.Message.Purpose, Expires: v.Message.Expires}
	if v.Message.Channel != "" {
		m.Channels = append([]interaction.Channel{v.Message.Channel}, m.Channels...)
	}
	if m.Key == "" {
		m.Key = v.ID
	}
	now := v.Message.At
	if now.IsZero() {
		now = time.Date(2024, 6, 5, 12, 0, 0, 0, time.UTC)
	}
	d := gate.Decide(now, &f, &m)
	want := wanted[struct {
		Decision outreach.Verdict    `json:"decision"`
		Reason   outreach.Reason     `json:"reason"`
		Channel  interaction.Channel `json:"channel"`
		Until    time.Time           `json:"until"`
	}](t, v)
	require.Equal(t, want.Decision, d.Verdict, d.Explain())
	require.Equal(t, want.Reason, d.Reason, d.Explain())
	if want.Channel != "" {
		require.Equal(t, want.Channel, d.Channel, d.Explain())
	}
	if !want.Until.IsZero() {
		require.True(t, want.Until.Equal(d.Until), d.Explain())
	}
}
