package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// BenchmarkPages measures a whole request without the application behind it: guard,
// session, template and log line.
func BenchmarkPages(b *testing.B) {
	f := newFake(b)
	rows := f.people.Customers[:2]
	for len(f.people.Customers) < 50 {
		f.people.Customers = append(f.people.Customers, rows...)
	}
	for len(f.person.Timeline.Entries) < 50 {
		f.person.Timeline.Entries = append(f.person.Timeline.Entries, f.person.Timeline.Entries...)
	}
	f.commands = make([]any, 0, 1)
	s, err := New(quietDesk{f}, &Options{Log: slog.New(slog.NewJSONHandler(io.Discard, nil))})
	require.NoError(b, err)
	for _, path := range []string{"/", "/customers", "/customers/c-7", "/customers/c-7/loyalty", "/cases/k-1", "/api/v1/customers", "/api/v1/customers/c-7"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, request(http.MethodGet, path, nil))
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
				size = w.Body.Len()
			}
			b.ReportMetric(float64(size), "bytes/page")
		})
	}
}

// quietDesk does not remember what it was asked.
type quietDesk struct{ *fakeDesk }

func (d quietDesk) Customers(_ context.Context, _ desk.CustomerQuery) (desk.CustomerList, error) {
	return d.people, nil
}
