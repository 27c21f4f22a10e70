package contact_test

import (
	"testing"
	"time"

	"github.com/rapport-go/rapport/culture/contact"
)

func BenchmarkDesk(b *testing.B) {
	d := desk(b)
	q := question("FR", contact.Marketing, contact.Call)
	q.Consent, q.Zone = true, zone(b, "Europe/Paris")
	at := time.Date(2026, 9, 5, 11, 0, 0, 0, time.UTC) // a Saturday
	b.Run("decide", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.Decide(q, at); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("next", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.Next(q, at); err != nil {
				b.Fatal(err)
			}
		}
	})
}
