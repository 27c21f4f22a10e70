package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// The process is killed in the middle of the load, again and again, and started on the
// same file. Clients repeat what they got no answer to under the same key. At the end
// everything that was acknowledged is there, and nothing is there twice.
func TestKilledUnderLoad(t *testing.T) {
	kills := 3
	if text := os.Getenv("RAPPORT_KILLS"); text != "" {
		var err error
		kills, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	s := open(t)
	clerks, b := clerksOf(t, s.client(), 16)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var enough atomic.Bool
	var done atomic.Int64
	var wg sync.WaitGroup
	for _, c := range clerks {
		c.stubborn = true
		wg.Go(func() {
			for !enough.Load() {
				if err := c.step(ctx); err != nil {
					t.Errorf("%s: %v", c.name, err)
					return
				}
				done.Add(1)
			}
		})
	}
	for range kills {
		before := done.Load()
		require.Eventually(t, func() bool { return t.Failed() || done.Load() > before+50 }, time.Minute, 5*time.Millisecond)
		time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond) //nolint:forbidigo // anywhere in the middle
		s.kill()
		s = startAt(t, program(t), s.addr, s.file)
	}
	before := done.Load()
	require.Eventually(t, func() bool { return t.Failed() || done.Load() > before+50 }, time.Minute, 5*time.Millisecond)
	enough.Store(true)
	wg.Wait()
	repeated := 0
	for _, n := range clerks[0].clock.failed {
		repeated += n
	}
	t.Logf("%d kills, %d steps; %d requests got no answer and were repeated", kills, done.Load(), repeated)
	b.close(t, s.client())
	s.stop(t)
	b.audit(t, s.file)
}

// After SIGTERM the server takes no new connection, lets the request that is under way
// finish, answers it, and ends well.
func TestGracefulShutdown(t *testing.T) {
	s := open(t)
	half, rest := []byte(invoices("1")), []byte(invoices("2")[len(invoices("")):])
	body, feed := io.Pipe()
	begun := make(chan struct{})
	traced := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(begun) }})
	r, err := http.NewRequestWithContext(traced, http.MethodPost, s.base+"/api/v1/imports?name=slow.csv", body)
	require.NoError(t, err)
	r.Header.Set("Expect", "100-continue") // the server sends that once the request's handler reads
	patient := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute}}
	r.Header.Set("Content-Type", "text/csv")
	r.Header.Set("Idempotency-Key", "slow")
	type answer struct {
		status int
		text   string
		err    error
	}
	answered := make(chan answer, 1)
	go func() {
		w, err := patient.Do(r)
		if err != nil {
			answered <- answer{err: err}
			return
		}
		defer w.Body.Close()
		text, err := io.ReadAll(w.Body)
		answered <- answer{w.StatusCode, string(text), err}
	}()
	<-begun
	_, err = feed.Write(half)
	require.NoError(t, err)
	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	fresh := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}
	require.Eventually(t, func() bool {
		w, err := fresh.Get(s.base + "/healthz")
		if err == nil {
			_ = w.Body.Close()
		}
		return err != nil
	}, 10*time.Second, 10*time.Millisecond, "new connections are refused")
	select {
	case a := <-answered:
		require.FailNow(t, "the request was cut off", "%+v", a)
	case <-s.ended:
		require.FailNow(t, "the server ended over the head of a request", "%s", s.log)
	case <-time.After(200 * time.Millisecond):
	}
	_, err = feed.Write(rest)
	require.NoError(t, err)
	require.NoError(t, feed.Close())
	a := <-answered
	require.NoError(t, a.err)
	require.Equal(t, http.StatusOK, a.status, a.text)
	<-s.ended
	require.NoError(t, s.end, "%s", s.log)

	s = start(t, program(t), s.file)
	var orders desk.CustomerPage
	require.NoError(t, s.client().call(t.Context(), http.MethodGet, "/api/v1/customers/"+invoiceCustomer, "", nil, &orders))
	require.Equal(t, int64(2), orders.Summary.Orders, "both halves were imported")
}

// invoiceCustomer is whom the invoices of a test are for.
const invoiceCustomer = "98765"

// invoices is a file in the layout of UCI Online Retail with an order for each number.
func invoices(numbers ...string) string {
	var out bytes.Buffer
	out.WriteString("InvoiceNo,CustomerID,InvoiceDate,Country,amount\n")
	for i, n := range numbers {
		if n == "" {
			continue
		}
		fmt.Fprintf(&out, "70000%s,%s,2025-12-0%d 08:26,United Kingdom,15.30\n", n, invoiceCustomer, i+1)
	}
	return out.String()
}
