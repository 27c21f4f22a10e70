package feedback_test

import (
	"testing"

	"github.com/rapport-go/rapport/feedback"
)

func BenchmarkAnswer(b *testing.B) {
	b.Run("NewNPS", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = feedback.NewNPS(9)
		}
	})
	b.Run("ParseNPS", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = feedback.ParseNPS("10")
		}
	})
	b.Run("ReadNPS", func(b *testing.B) {
		b.ReportAllocs()
		var v any = 9.0
		for b.Loop() {
			_, _ = feedback.ReadNPS(v)
		}
	})
}
