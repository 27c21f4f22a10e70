package deliver_test

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/deliver"
	"github.com/rapport-go/rapport/internal/golden"
)

type deliveryCase struct {
	ID      string    `json:"id"`
	Now     time.Time `json:"now"`
	Survey  string    `json:"survey"`
	Channel string    `json:"channel"`
	EventAt time.Time `json:"event_at"`
	Contact struct {
		ID       string   `json:"id"`
		Zone     string   `json:"tz"`
		Channels []string `json:"channels"`
		OptedOut bool     `json:"opted_out"`
		OpenCase bool     `json:"open_case"`
	} `json:"contact"`
	Policy  json.RawMessage `json:"policy"`
	History struct {
		Sends []struct {
			Survey string    `json:"survey"`
			At     time.Time `json:"at"`
		} `json:"sends"`
		Responses []struct {
			Survey string    `json:"survey"`
			At     time.Time `json:"at"`
		} `json:"responses"`
	} `json:"history"`
	Expect struct {
		Decision   deliver.Verdict `json:"decision"`
		Reason     deliver.Rule    `json:"reason"`
		At         time.Time       `json:"at"`
		EligibleAt time.Time       `json:"eligible_at"`
	} `json:"expect"`
}

type dueCase struct {
	ID      string    `json:"id"`
	Zone    string    `json:"tz"`
	Mode    string    `json:"mode"`
	Start   time.Time `json:"start"`
	Minutes int64     `json:"minutes"`
	Hours   struct {
		From deliver.Clock `json:"from"`
		To   deliver.Clock `json:"to"`
	} `json:"hours"`
	Weekdays []int          `json:"weekdays"`
	Holidays []deliver.Date `json:"holidays"`
	Due      time.Time      `json:"due"`
}

// TestVectors runs every case of delivery.json and closed_loop_due.json.
func TestVectors(t *testing.T) {
	t.Parallel()
	v := golden.OpenVectors(t, "feedback")
	t.Run("delivery", func(t *testing.T) {
		var cases []deliveryCase
		if !v.JSON(t, "delivery.json", &cases) {
			return
		}
		for i := range cases {
			t.Run(cases[i].ID, func(t *testing.T) { deliveryVector(t, &cases[i]) })
		}
		golden.Count(t, "delivery.json", len(cases))
	})
	t.Run("due", func(t *testing.T) {
		var cases []dueCase
		if !v.JSON(t, "closed_loop_due.json", &cases) {
			return
		}
		for i := range cases {
			t.Run(cases[i].ID, func(t *testing.T) { dueVector(t, &cases[i]) })
		}
		golden.Count(t, "closed_loop_due.json", len(cases))
	})
}

func deliveryVector(t *testing.T, c *deliveryCase) {
	policy, err := deliver.ParsePolicy(c.Policy)
	require.NoError(t, err)
	gate, err := deliver.NewGate(policy)
	require.NoError(t, err)
	r := deliver.Request{Survey: c.Survey, Channel: c.Channel, EventAt: c.EventAt, Contact: deliver.Contact{
		ID: c.Contact.ID, Zone: zone(t, c.Contact.Zone), OptedOut: c.Contact.OptedOut, OpenCase: c.Contact.OpenCase,
	}}
	for _, channel := range c.Contact.Channels {
		r.Contact.Consents = append(r.Contact.Consents, deliver.Scope{Channel: channel, Purpose: policy.Purpose})
	}
	for _, s := range c.History.Sends {
		r.History.Sent = append(r.History.Sent, deliver.Sent{Survey: s.Survey, At: s.At})
	}
	for _, a := range c.History.Responses {
		r.History.Answers = append(r.History.Answers, deliver.Answer{Survey: a.Survey, At: a.At})
	}
	d, err := gate.Decide(&r, c.Now)
	require.NoError(t, err)
	require.Equal(t, c.Expect.Decision, d.Verdict, d.Explain(nil))
	require.Equal(t, c.Expect.Reason, d.Reason, d.Explain(nil))
	require.True(t, c.Expect.At.Equal(d.At), d.Explain(nil))
	require.True(t, c.Expect.EligibleAt.Equal(d.EligibleAt), d.Explain(nil))
}

func dueVector(t *testing.T, c *dueCase) {
	var business deliver.Adder
	switch c.Mode {
	case "elapsed":
	case "business":
		quiet, err := deliver.Hours{From: c.Hours.From, To: c.Hours.To, Weekdays: c.Weekdays, Holidays: c.Holidays}.In(zone(t, c.Zone))
		require.NoError(t, err)
		business = quiet
	default:
		require.Fail(t, "unknown mode", c.Mode)
	}
	due, err := deliver.Due(c.Start, time.Duration(c.Minutes)*time.Minute, business)
	require.NoError(t, err)
	require.True(t, c.Due.Equal(due), "%v, want %v", due, c.Due)
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}
