package deliver_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/deliver"
)

func BenchmarkDecide(b *testing.B) {
	p := deliver.SuggestedPolicy(deliver.Research)
	p.MinGapAny, p.MinGapSame, p.SampleRate = deliver.Day, 3*deliver.Day, share(1)
	p.Caps = []deliver.Cap{{3, 7 * deliver.Day}, {40, 365 * deliver.Day}}
	p.Hours = &deliver.Hours{From: 9 * 60, To: 18 * 60, Weekdays: []int{1, 2, 3, 4, 5}, Holidays: []deliver.Date{{2026, 12, 25}}}
	for _, n := range []int{0, 20, 200} {
		for _, hour := range []int{12, 22} { // sent, deferred
			g, r := gate(b, p), request()
			r.Contact.Zone = zone(b, "America/New_York")
			now := time.Date(2026, 3, 10, hour, 0, 0, 0, r.Contact.Zone)
			r.EventAt = now.Add(-time.Hour)
			for i := range n {
				r.History.Sent = append(r.History.Sent, deliver.Sent{Survey: "nps", At: now.Add(-time.Duration(10*(i+1)) * deliver.Day)})
			}
			b.Run(fmt.Sprintf("history=%d/hour=%d", n, hour), func(b *testing.B) {
				b.ReportAllocs()
				var d deliver.Decision
				var err error
				for b.Loop() {
					d, err = g.Decide(r, now)
				}
				require.NoError(b, err)
				require.NotEqual(b, deliver.Deny, d.Verdict)
			})
		}
	}
}

func BenchmarkDue(b *testing.B) {
	q, err := deliver.Hours{From: 9 * 60, To: 18 * 60, Weekdays: []int{1, 2, 3, 4, 5}}.In(zone(b, "America/New_York"))
	require.NoError(b, err)
	for _, hours := range []int{1, 16, 160} {
		b.Run(fmt.Sprintf("hours=%d", hours), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err = deliver.Due(noon, time.Duration(hours)*time.Hour, q)
			}
			require.NoError(b, err)
		})
	}
}

func BenchmarkAreas(b *testing.B) {
	for _, owners := range []int{10, 1000} {
		b.Run(fmt.Sprintf("owners=%d", owners), func(b *testing.B) {
			b.ReportAllocs()
			var a deliver.Areas
			o := deliver.Observation{Themes: []string{"late", "price"}, Answered: true}
			i := 0
			for b.Loop() {
				o.Owners = team(fmt.Sprint(i % owners))
				i++
				if err := a.Add(&o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
