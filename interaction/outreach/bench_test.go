package outreach_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/outreach"
)

func BenchmarkGate(b *testing.B) {
	gate := gateOf(b, outreach.DefaultPolicy())
	restrictive := outreach.DefaultPolicy()
	restrictive.UnknownZone = outreach.MostRestrictive
	restrictive.Zones = []string{"America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu"}
	everywhere := gateOf(b, restrictive)
	facts := func(n int) *outreach.Facts {
		f := &outreach.Facts{Consents: granted(interaction.Email), Zone: "America/New_York", Reachable: []interaction.Channel{interaction.Email, "sms"}}
		for i := range n {
			f.Sent = append(f.Sent, outreach.Sent{Key: fmt.Sprint("k", i), At: noon.Add(-time.Duration(i+4) * 48 * time.Hour), Channel: interaction.Email, Purpose: outreach.Marketing})
		}
		return f
	}
	night := time.Date(2024, 6, 5, 3, 0, 0, 0, time.UTC)
	unknown := facts(5)
	unknown.Zone = ""
	capped := facts(20)
	for i := range capped.Sent {
		capped.Sent[i].At = night.Add(-time.Duration(i) * time.Hour)
	}
	day := noon.Add(3 * time.Hour) // 11:00 in New York
	for _, row := range []struct {
		name  string
		gate  *outreach.Gate
		now   time.Time
		facts *outreach.Facts
		want  outreach.Verdict
	}{
		{"send/sent=0", gate, day, facts(0), outreach.Send},
		{"send/sent=5", gate, day, facts(5), outreach.Send},
		{"send/sent=50", gate, day, facts(50), outreach.Send},
		{"send/sent=500", gate, day, facts(500), outreach.Send},
		{"defer/night", gate, night, facts(5), outreach.Defer},
		{"defer/cap", gate, night, capped, outreach.Defer},
		{"defer/seven zones", everywhere, night, unknown, outreach.Defer},
	} {
		b.Run(row.name, func(b *testing.B) {
			m := offer()
			if d := row.gate.Decide(row.now, row.facts, m); d.Verdict != row.want {
				b.Fatal(d.Explain())
			}
			b.ReportAllocs()
			for b.Loop() {
				row.gate.Decide(row.now, row.facts, m)
			}
		})
	}
}

func BenchmarkSequencePlan(b *testing.B) {
	q := sequence(b, outreach.CheckIns())
	loc := zone(b, "America/New_York")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := q.Plan(noon, loc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTicket(b *testing.B) {
	s := signer(b, newKey)
	token, err := s.Token(outreach.Ticket{Who: "ann", Issued: noon})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Ticket(token); err != nil {
			b.Fatal(err)
		}
	}
}
