package staffing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/rapport-go/rapport/interaction/staffing"
)

// sized is a load that agents people carry at 95 %.
func sized(agents int) staffing.Load {
	return staffing.Load{Calls: 0.95 * float64(agents) * 10, Period: 30 * time.Minute, Handle: 3 * time.Minute}
}

func BenchmarkErlangC(b *testing.B) {
	for _, n := range []int{14, 42, 420, 4200} {
		b.Run(fmt.Sprintf("agents=%d", n), func(b *testing.B) {
			l := sized(n)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := staffing.ErlangC(l, n, 20*time.Second); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkErlangA(b *testing.B) {
	for _, n := range []int{14, 42, 420, 4200} {
		b.Run(fmt.Sprintf("agents=%d", n), func(b *testing.B) {
			l := sized(n)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := staffing.ErlangA(l, n, 5*time.Minute, 20*time.Second); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRequired(b *testing.B) {
	for _, patience := range []time.Duration{0, 5 * time.Minute} {
		for _, n := range []int{14, 42, 420, 4200} {
			b.Run(fmt.Sprintf("patience=%v/agents=%d", patience, n), func(b *testing.B) {
				l := sized(n)
				g := staffing.Goal{ServiceLevel: 0.8, Within: 20 * time.Second}
				o := &staffing.Options{Patience: patience}
				b.ReportAllocs()
				for b.Loop() {
					if _, err := staffing.Required(l, g, o); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
